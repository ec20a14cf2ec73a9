"""What the pages of teachers share: who may see them."""

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.parts import PagePart, part
from homeroom.api.pages.site import page_router, site_of_app
from homeroom.api.teacher.endpoints import navigation_counts
from homeroom.api.teacher.surface import TeacherAccess, teacher_of

HOME, SCHOOLS = "/teacher", "/teacher/schools"
router = page_router()


async def standalone_teacher(request: Request) -> TeacherAccess:
    """The teacher of no school whose session it is; raises what `teacher_of` raises."""
    session = await site_of_app(request).session(request, "teacher")
    return await teacher_of(request, session.principal.teacher_id or "")


async def counts_of(request: Request) -> PagePart:
    """The numbers of the menu; none for whoever has no such entries in it."""
    principal = request.state.session.principal
    if principal.role != "teacher" or not principal.standalone:
        return PagePart({})
    return await part(_counts(request, principal.teacher_id or ""))


async def _counts(request: Request, teacher_id: str) -> Response:
    return await navigation_counts(await teacher_of(request, teacher_id))
