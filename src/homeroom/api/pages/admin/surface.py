"""What the pages of admins share."""

from starlette.requests import Request

from homeroom.api.access import Access, admit
from homeroom.api.access_log import LoggedRoute
from homeroom.api.assignments.surface import admin_scope
from homeroom.api.pages.site import page_router

PATH = "/admin/assignments"
router = page_router(route_class=LoggedRoute)


async def reading_admin(request: Request) -> Access:
    """The admin whose session it is; raises what ``admit`` raises."""
    return await admit(request, admin_scope)
