"""A teacher at one school: today's sessions, progress, earnings, notifications and resources."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import Access, admit
from homeroom.api.errors import ApiError
from homeroom.api.pages.live import freshness_of, live_page, tag_of
from homeroom.api.pages.parts import PagePart, main_part, next_cursor, part
from homeroom.api.pages.shown import to_page
from homeroom.api.pages.site import HTMX, site_of_app
from homeroom.api.pages.teacher.surface import SCHOOLS, counts_of, router
from homeroom.api.pages.trend_lines import trend_line
from homeroom.api.resources.lists import own_resources
from homeroom.api.schools.dashboard import school_dashboard
from homeroom.api.schools.notifications import notifications
from homeroom.api.schools.surface import teacher_scope

SCHOOL = f"{SCHOOLS}/{{school_id}}"
# What the page of a school shows of its lists; all of them are a click away.
SHOWN = "10"


@router.get(SCHOOLS)
async def teacher_schools(request: Request) -> Response:
    """Leads to the first school by name; says so where there is none."""
    site = site_of_app(request)
    await site.session(request, "teacher")
    board = await part(school_dashboard(request, await teacher_at_schools(request)))
    if not board.failed and board.data["school"]:
        return to_page(request, f"{SCHOOLS}/{board.data['school']['id']}")
    return site.page(
        request, "teacher/no_school.html", board=board, counts=await counts_of(request)
    )


@router.get(SCHOOL)
async def teacher_school(request: Request, school_id: str) -> Response:
    """The school; with HX-Request only what changes of it."""
    await site_of_app(request).session(request, "teacher")
    return await show_school(request, school_id)


@router.get(f"{SCHOOL}/stream")
async def teacher_school_stream(request: Request, school_id: str) -> Response:
    """Says when something of the school has changed."""
    await site_of_app(request).session(request, "teacher")
    teacher = await teacher_at_schools(request)
    return live_page(request, lambda: _parts(request, teacher, school_id))


async def show_school(request: Request, school_id: str, status: int = 200, **said: str) -> Response:
    """The page, whose viewer has a session. ``said``: what became of the form just sent:
    ``problem``, or ``done``.
    """
    parts = await _parts(request, await teacher_at_schools(request), school_id)
    board, told, files = parts
    trend = None if board.failed else board.data["progress_metrics"].get("trend")
    line = trend_line(
        [(n, week["average"]) for n, week in enumerate(trend or ()) if week["average"] is not None]
    )
    said = {"problem": "", "done": request.query_params.get("done", "")} | said
    template = "school_parts" if HTMX in request.headers else "school"
    return site_of_app(request).page(
        request, f"teacher/{template}.html", status, school_id=school_id, board=board, told=told,
        files=files, line=line, trend=trend, tag=tag_of(*parts), fresh=freshness_of(parts),
        counts=await counts_of(request), next_cursor=next_cursor, **said,
    )  # fmt: skip


async def _parts(request: Request, teacher: Access, school_id: str) -> list[PagePart]:
    """Raises ApiError 403 for a school of others, 400 for what can be no school's id."""
    board = await part(school_dashboard(request, teacher, school_id))
    if board.status in (400, 403):
        raise ApiError(board.status, board.failure)
    told = await part(notifications(request, teacher, school_id, limit=SHOWN))
    files = await part(own_resources(request, teacher, school_id, limit=SHOWN))
    return [board, told, files]


async def teacher_at_schools(request: Request) -> Access:
    """Whose session it is; raises what `admit` raises."""
    return await admit(request, teacher_scope)


async def _students(request: Request, teacher: Access, school_id: str) -> Response:
    cursor = request.query_params.get("cursor")
    return await school_dashboard(request, teacher, school_id, students_cursor=cursor)


async def _notifications(request: Request, teacher: Access, school_id: str) -> Response:
    return await notifications(
        request, teacher, school_id, cursor=request.query_params.get("cursor")
    )


async def _resources(request: Request, teacher: Access, school_id: str) -> Response:
    return await own_resources(
        request, teacher, school_id, cursor=request.query_params.get("cursor")
    )


# By the last part of the path: what is asked, the list in the answer, and what pages are named by.
FULL: dict[str, tuple[Callable[..., Awaitable[Response]], str, str]] = {
    "students": (_students, "students", "students_cursor"),
    "notifications": (_notifications, "results", "cursor"),
    "resources": (_resources, "results", "cursor"),
}


def _serve(path: str) -> None:
    answer, name, cursor = FULL[path]

    async def page(request: Request, school_id: str) -> Response:
        site = site_of_app(request)
        await site.session(request, "teacher")
        listed = await main_part(answer(request, await teacher_at_schools(request), school_id))
        rows: list[Any] = [] if listed.failed else listed.data[name]
        only_rows = HTMX in request.headers and "cursor" in request.query_params
        return site.page(
            request, f"teacher/{'school_rows' if only_rows else 'school_list'}.html", path_of=path,
            school_id=school_id, listed=listed, rows=rows, cursor=next_cursor(listed, cursor),
            counts=await counts_of(request),
        )  # fmt: skip

    router.get(f"{SCHOOL}/{path}", name=f"teacher_school_{path}")(page)


for _path in FULL:
    _serve(_path)
