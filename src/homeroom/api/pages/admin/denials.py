"""The access log: who was denied what."""

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.admin.surface import reading_admin, router
from homeroom.api.pages.parts import main_part, next_cursor
from homeroom.api.pages.site import HTMX, site_of_app
from homeroom.api.records.log import access_log


@router.get("/admin/access-log")
async def denials(request: Request) -> Response:
    """The newest first, page by page."""
    site = site_of_app(request)
    await site.session(request, "admin")
    admin = await reading_admin(request)
    reading = access_log(request, admin, None, request.query_params.get("cursor"))
    template = "access_log_rows.html" if HTMX in request.headers else "access_log.html"
    return site.page(
        request, f"admin/{template}", log=await main_part(reading), next_cursor=next_cursor
    )
