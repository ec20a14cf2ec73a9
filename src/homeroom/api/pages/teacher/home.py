"""The dashboard of a teacher without a school: seven counts, and what is newest."""

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.live import live_page, tag_of
from homeroom.api.pages.parts import PagePart, part, permitted_part
from homeroom.api.pages.shown import to_page
from homeroom.api.pages.site import site_of_app
from homeroom.api.pages.teacher.surface import HOME, SCHOOLS, router, standalone_teacher
from homeroom.api.teacher.board import teacher_dashboard
from homeroom.api.teacher.surface import teacher_of


@router.get(HOME)
async def teacher_home(request: Request) -> Response:
    """The dashboard; whoever is in a school is led to that."""
    site = site_of_app(request)
    session = await site.session(request, "teacher")
    if not session.principal.standalone:
        return to_page(request, SCHOOLS)
    teacher = await teacher_of(request, session.principal.teacher_id or "")
    board = await part(teacher_dashboard(teacher))
    if board.status == 403:
        return to_page(request, SCHOOLS)
    counts = PagePart({} if board.failed else board.data["navigationCounts"])
    return site.page(
        request, "teacher/dashboard.html", board=board, counts=counts, tag=tag_of(board)
    )


@router.get(f"{HOME}/stream")
async def teacher_stream(request: Request) -> Response:
    """Says when the dashboard has changed."""
    teacher = await standalone_teacher(request)

    async def read() -> list[PagePart]:
        return [await permitted_part(teacher_dashboard(teacher))]

    return live_page(request, read)
