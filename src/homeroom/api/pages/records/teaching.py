"""My Teaching Assignments: the classes and subjects that somebody is assigned to."""

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.assignments.lists import my_assignments
from homeroom.api.pages.live import live_page, tag_of
from homeroom.api.pages.parts import PagePart, main_part
from homeroom.api.pages.records.surface import ROLES, router, seeing
from homeroom.api.pages.site import site_of_app
from homeroom.api.pages.teacher.surface import counts_of


@router.get("/teacher/teaching")
async def my_teaching(request: Request) -> Response:
    """The caller's own, which shows anew whenever it changes."""
    site = site_of_app(request)
    await site.session(request, *ROLES)
    own = await main_part(my_assignments(await seeing(request)))
    return site.page(
        request,
        "teaching/teaching.html",
        own=own,
        tag=tag_of(own),
        counts=await counts_of(request),
    )


@router.get("/teacher/teaching/stream")
async def my_teaching_stream(request: Request) -> Response:
    """Says when it has changed."""
    await site_of_app(request).session(request, *ROLES)
    caller = await seeing(request)

    async def read() -> list[PagePart]:
        return [await main_part(my_assignments(caller))]

    return live_page(request, read)
