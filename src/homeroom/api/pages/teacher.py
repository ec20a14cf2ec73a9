"""The pages of a teacher without a school."""

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.parts import part
from homeroom.api.pages.site import page_router, site_of_app
from homeroom.api.teacher.board import teacher_dashboard
from homeroom.api.teacher.surface import teacher_of

router = page_router()


@router.get("/teacher")
async def teacher_home(request: Request) -> Response:
    """The dashboard: seven counts, and what is newest."""
    site = site_of_app(request)
    session = await site.session(request, "teacher")
    teacher = await teacher_of(request, session.principal.teacher_id or "")
    board = await part(teacher_dashboard(teacher))
    return site.page(request, "teacher/dashboard.html", board=board)
