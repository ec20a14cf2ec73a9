"""A teacher's resources in a school, and where a file can be fetched."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api import cursors
from homeroom.api.access import ID, Access, admit
from homeroom.api.answers import LINKED, SUCCEEDS, plain, stamp
from homeroom.api.assignments.surface import NewestFirstCursor
from homeroom.api.auth import Principal
from homeroom.api.envelopes import PlainProblem
from homeroom.api.errors import ApiError
from homeroom.api.parameters import Limit, read_parameters
from homeroom.api.resources.surface import (
    PATH,
    SQL,
    UNKNOWN,
    FileAddress,
    ResourceId,
    TeachingResource,
    checked_id,
    own_address,
    require_on,
    router,
    shown,
    shown_address,
)
from homeroom.api.schools.surface import (
    DENIED,
    SCHOOL_ID,
    OfSchool,
    Teacher,
    school_of,
    teacher_scope,
)
from homeroom.files.store import FileType
from homeroom.queries.database import ReadScope
from homeroom.queries.statement import compose
from homeroom.queries.teaching import SCHOOL

LIMIT = Limit(default=50, most=200)
PageLimit = Annotated[str | None, LIMIT.query(), LIMIT.schema()]
PageCursor = Annotated[str | None, cursors.QUERY, cursors.SCHEMA]
CURSOR = NewestFirstCursor("resources", {"uploaded_at": (str, "infinity"), "id": (str, "")})
RESOURCES = compose(about=SCHOOL, rows=SQL["resources"])
FILE = compose(about=SQL["file"])
NOT_HANDED_OUT = {
    "pending": "The file was not scanned for viruses yet; try again in a moment",
    "infected": "The file is infected, and nobody gets it",
    "failed": "The file could not be scanned for viruses, and nobody gets it",
}


class Resources(BaseModel):
    results: list[TeachingResource]


class Download(BaseModel):
    download: FileAddress


@router.get(PATH, response_model=Resources, responses=LINKED)
async def own_resources(
    request: Request, teacher: Teacher, school_id: OfSchool = None,
    limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """The teacher's resources in a school, the newest first; without one in the first by name."""
    given, problem = read_parameters(
        school_id=(SCHOOL_ID, school_id), limit=(LIMIT, limit), cursor=(CURSOR, cursor)
    )
    most = given["limit"]
    parameters = {"school_id": given["school_id"], "limit": most + 1} | given["cursor"]
    result = await teacher.read(RESOURCES, parameters)
    school = school_of(result, given["school_id"])
    require_on(teacher.services, teacher.scope.teacher_id, school["id"] if school else "")
    if problem:
        raise ApiError(400, problem, stamp(result))
    rows = result.rows[:most]
    response = plain({"results": [shown(row) for row in rows]}, stamp(result))
    if len(result.rows) > most:
        cursors.link_next(request, response, CURSOR.behind(rows[-1]))
    return response


def _teacher_or_student(principal: Principal) -> ReadScope:
    if principal.role == "student" and ID.fullmatch(principal.student_id or ""):
        return ReadScope(student_id=principal.student_id or "")
    return teacher_scope(principal)


async def _reader(request: Request) -> Access:
    return await admit(request, _teacher_or_student)


CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": PlainProblem, "description": "The file was not scanned, or is not clean."}
}


@router.get(f"{PATH}/{{id:any}}/download", response_model=Download, responses=SUCCEEDS | CONFLICT)
async def download_resource(
    request: Request, reader: Annotated[Access, Depends(_reader)], resource_id: ResourceId
) -> Response:
    """Where the file can be fetched for a while: for its teacher, and students of its classes."""
    known = checked_id(resource_id)
    result = await reader.read(FILE, {"resource_id": known})
    file, headers = result.about, stamp(result)
    if file is None:
        raise ApiError(404, UNKNOWN, headers)
    services = reader.services
    require_on(services, file["teacher_id"], file["school_id"])
    if not file["permitted"]:
        raise ApiError(403, DENIED, headers)
    if file["status"] != "clean":
        why = NOT_HANDED_OUT[file["status"]]
        raise ApiError(409, why, headers, code=f"file_{file['status']}")
    key = services.store.key_of(file["storage_url"])
    if key is None:
        raise ApiError(409, "The file is in another store", headers)
    expires_at = services.clock() + timedelta(seconds=services.settings.download_address_seconds)
    of = FileType(file["file_name"], file["media_type"], file["size_bytes"])
    at = own_address(request, key)
    address = await services.store.download_address(key, of, at, expires_at)
    return plain({"download": shown_address(address)}, headers)
