"""Resources on the page of a school: a teacher uploads files, and fetches them.

The file comes in a form, so that it needs no script and no other host: the service hands it on to
the store, as whoever uses the API does by a signed address.
"""

from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from homeroom.api.errors import ApiError
from homeroom.api.pages.locales import _
from homeroom.api.pages.parts import part_of
from homeroom.api.pages.sentences import sentence_of
from homeroom.api.pages.sessions import CSRF_FIELD
from homeroom.api.pages.shown import to_page, until_shown
from homeroom.api.pages.site import require_csrf_token, site_of_app
from homeroom.api.pages.teacher.schools import SCHOOL, show_school, teacher_at_schools
from homeroom.api.pages.teacher.surface import SCHOOLS, router
from homeroom.api.resources.bodies import new_resource
from homeroom.api.resources.lists import download_resource
from homeroom.api.resources.writes import WritingTeacher, reserved, taken_in, writing_teacher
from homeroom.api.services import services_of_app
from homeroom.api.waiting import CLIENT_CLOSED_REQUEST
from homeroom.files.store import upload_key

# What a form has besides the file.
FIELDS_BYTES_MAX = 100_000
NO_FILE = _("Choose a file first")
# What the form itself can mend.
MENDABLE = (400, 409, 413)


@router.post(f"{SCHOOL}/resources")
async def upload_resource(request: Request, school_id: str) -> Response:
    """Take a file; it shows from now on, and is scanned soon."""
    site = site_of_app(request)
    session = await site.session(request, "teacher")
    try:
        _check_length(request)
        async with request.form(max_files=1, max_fields=10) as form:
            require_csrf_token(request, session, str(form.get(CSRF_FIELD, "")))
            shown = await _uploaded(request, await writing_teacher(request), school_id, form)
    except ClientDisconnect:
        raise ApiError(CLIENT_CLOSED_REQUEST, "The caller has gone") from None
    except ApiError as error:
        if error.status not in MENDABLE:
            raise
        why = sentence_of(error, error.status)
        return await show_school(request, school_id, error.status, problem=why)
    return to_page(request, f"{SCHOOLS}/{school_id}", done="uploaded" if shown else "soon")


@router.get(f"{SCHOOL}/resources/{{resource_id}}/download")
async def fetch_resource(request: Request, school_id: str, resource_id: str) -> Response:
    """Leads to where the file can be fetched for a while."""
    assert school_id
    await site_of_app(request).session(request, "teacher")
    teacher = await teacher_at_schools(request)
    found = part_of(await download_resource(request, teacher, resource_id))
    return RedirectResponse(found.data["download"]["url"], 303)


def _check_length(request: Request) -> None:
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise ApiError(411, _("The form must say how long it is."))
    most = services_of_app(request).settings.resource_bytes_max
    if int(length) > most + FIELDS_BYTES_MAX:
        raise ApiError(413, _("A file may have at most %(megabytes)s MB.", megabytes=most / 1e6))


async def _uploaded(
    request: Request, teacher: WritingTeacher, school_id: str, form: FormData
) -> bool:
    """Whether it shows already. Raises what the endpoints of the API do."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise ApiError(400, NO_FILE)
    given = {
        "school_id": school_id, "title": str(form.get("title", "")).strip() or file.filename,
        "description": str(form.get("description", "")).strip() or None,
        "file_name": file.filename, "media_type": file.content_type, "size_bytes": file.size,
    }  # fmt: skip
    kept, _ = await reserved(teacher, new_resource(given, teacher.services.settings))
    await teacher.services.store.put(upload_key(kept.resource_id), kept.file, file.file)
    _, command_id = await taken_in(teacher, kept.resource_id)
    return await until_shown(request, command_id)
