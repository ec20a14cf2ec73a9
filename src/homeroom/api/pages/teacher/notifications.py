"""What a teacher does with notifications on the page of a school."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.errors import ApiError
from homeroom.api.pages.shown import to_page, until_shown
from homeroom.api.pages.site import HTMX, site_of_app
from homeroom.api.pages.teacher.schools import SCHOOL, show_school
from homeroom.api.pages.teacher.surface import SCHOOLS, router
from homeroom.api.schools.notification_commands import commanding_teacher, mark_all_read, mark_one
from homeroom.commands import notifications as commands

MARKS = {"read": commands.read, "dismiss": commands.dismiss}


@router.post(f"{SCHOOL}/notifications/read-all")
async def read_all(request: Request, school_id: str) -> Response:
    """Mark all that is unread at the school as read."""
    await site_of_app(request).form(request, "teacher")
    _, command_id = await mark_all_read(await commanding_teacher(request), school_id)
    return await _then(request, school_id, command_id)


@router.post(f"{SCHOOL}/notifications/{{notification_id}}/{{what}}")
async def mark(request: Request, school_id: str, notification_id: str, what: str) -> Response:
    """Mark one as read, or dismiss it."""
    await site_of_app(request).form(request, "teacher")
    if what not in MARKS:
        raise ApiError(404, "Not found")
    teacher = await commanding_teacher(request)
    marked = await mark_one(teacher, notification_id, MARKS[what])
    return await _then(request, school_id, marked.command_id)


async def _then(request: Request, school_id: str, command_id: UUID | None) -> Response:
    """The school as it is with that."""
    shown = await until_shown(request, command_id)
    done = "" if shown else "soon"
    if HTMX in request.headers:
        return await show_school(request, school_id, done=done)
    return to_page(request, f"{SCHOOLS}/{school_id}", done=done)
