"""Students: those of a teacher's assigned classes, or of an admin's realm."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.parts import main_part, next_cursor
from homeroom.api.pages.records.surface import ROLES, router, seeing, teachable_of
from homeroom.api.pages.site import HTMX, site_of_app
from homeroom.api.pages.teacher.surface import counts_of
from homeroom.api.records.students import seen_students


@router.get("/students")
async def students_home(request: Request) -> Response:
    """The students by name, page by page, and which classes are shown."""
    site = site_of_app(request)
    await site.session(request, *ROLES)
    caller = await seeing(request)
    given = request.query_params
    class_id = given.get("class_level_id", "")
    reading = seen_students(request, caller, class_id, None, given.get("cursor"))
    shown: dict[str, Any] = {"students": await main_part(reading), "class_id": class_id}
    if HTMX in request.headers:
        return site.page(request, "records/students_rows.html", next_cursor=next_cursor, **shown)
    find = given.get("find", "")
    return site.page(
        request, "records/students.html", next_cursor=next_cursor, find=find,
        teachable=await teachable_of(request, caller, find), counts=await counts_of(request),
        **shown,
    )  # fmt: skip
