"""What the pages of teachers share: who may see them."""

from starlette.requests import Request

from homeroom.api.pages.site import page_router, site_of_app
from homeroom.api.teacher.surface import TeacherAccess, teacher_of

HOME, SCHOOLS = "/teacher", "/teacher/schools"
router = page_router()


async def standalone_teacher(request: Request) -> TeacherAccess:
    """The teacher of no school whose session it is; raises what `teacher_of` raises."""
    session = await site_of_app(request).session(request, "teacher")
    return await teacher_of(request, session.principal.teacher_id or "")
