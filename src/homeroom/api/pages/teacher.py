"""The pages of a teacher without a school."""

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.live import live_page, tag_of
from homeroom.api.pages.parts import PagePart, part
from homeroom.api.pages.site import page_router, site_of_app
from homeroom.api.teacher.board import teacher_dashboard
from homeroom.api.teacher.surface import TeacherAccess, teacher_of

router = page_router()


@router.get("/teacher")
async def teacher_home(request: Request) -> Response:
    """The dashboard: seven counts, and what is newest."""
    site, teacher = site_of_app(request), await _teacher(request)
    board = await part(teacher_dashboard(teacher))
    return site.page(request, "teacher/dashboard.html", board=board, tag=tag_of(board))


@router.get("/teacher/stream")
async def teacher_stream(request: Request) -> Response:
    """Says when the dashboard has changed."""
    teacher = await _teacher(request)

    async def read() -> list[PagePart]:
        return [await part(teacher_dashboard(teacher))]

    return live_page(request, read)


async def _teacher(request: Request) -> TeacherAccess:
    session = await site_of_app(request).session(request, "teacher")
    return await teacher_of(request, session.principal.teacher_id or "")
