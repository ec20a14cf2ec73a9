"""Browsers that take messages: the button on the pages, and the service worker behind it."""

from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.site import page_router, require_csrf_token, site_of_app
from homeroom.api.push import register, unregister
from homeroom.api.schools.surface import teacher_scope
from homeroom.api.student import check_student
from homeroom.commands.push_subscriptions import BrowserOwner
from homeroom.languages import language_of
from homeroom.queries.database import ReadScope

# A service worker may look after what lies below its own address, so it has none that names its
# content; it runs nothing and fetches nothing from elsewhere.
WORKER_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'",
}
router = page_router()


@router.get("/service-worker.js")
async def service_worker() -> Response:
    """What shows a message that came while no page was open."""
    return Response(_worker(), headers=WORKER_HEADERS, media_type="text/javascript")


@router.post("/push-subscriptions")
async def add_browser_of_page(request: Request) -> Response:
    """Have messages delivered to this browser, for whoever is signed in."""
    return await register(request, *await _owner(request))


@router.delete("/push-subscriptions")
async def remove_browser_of_page(request: Request) -> Response:
    """Have no more messages delivered to it."""
    return await unregister(request, *await _owner(request))


async def _owner(request: Request) -> tuple[BrowserOwner, ReadScope]:
    session = await site_of_app(request).session(request, "teacher", "student")
    require_csrf_token(request, session, "")
    language = language_of(request.headers.get("accept-language", ""))
    if session.role == "student":
        scope = check_student(session.principal)
        return BrowserOwner("student", scope.student_id, language), scope
    scope = teacher_scope(session.principal)
    return BrowserOwner("teacher", scope.teacher_id, language), scope


@cache
def _worker() -> bytes:
    return files(__package__).joinpath("service_worker.js").read_bytes()
