"""``/``: leads to the page that somebody of a role begins with."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from homeroom.api.access import admit
from homeroom.api.live.messages import READ_SCHOOL
from homeroom.api.pages.sessions import PageSession
from homeroom.api.pages.site import page_router, site_of_app
from homeroom.api.schools.surface import teacher_scope
from homeroom.errors import DatabaseUnavailable

# Of a teacher it depends on the schools.
FIRST_PAGES = {"student": "/student", "admin": "/admin/assignments", "operator": "/console"}
OF_TEACHER, OF_SCHOOLS = "/teacher", "/teacher/schools"

router = page_router()


@router.get("/")
async def first_page(request: Request) -> Response:
    """The way to the page of the person's role."""
    session = await site_of_app(request).session(request)
    page = FIRST_PAGES.get(session.role) or await _page_of_teacher(request, session)
    return RedirectResponse(request.scope.get("root_path", "") + page, 303)


async def _page_of_teacher(request: Request, session: PageSession) -> str:
    if not session.principal.standalone:
        return OF_SCHOOLS
    try:
        access = await admit(request, teacher_scope)
        result = await access.read(READ_SCHOOL, {"school_id": None})
    except DatabaseUnavailable:
        return OF_TEACHER
    return OF_TEACHER if result.about is None else OF_SCHOOLS
