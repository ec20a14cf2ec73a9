"""``/sign-out``: ends the session, at every query service."""

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from homeroom.api.errors import ApiError
from homeroom.api.pages.csrf import is_same_token
from homeroom.api.pages.forms import sent_form
from homeroom.api.pages.sessions import CSRF_FIELD, PageSession
from homeroom.api.pages.sign_in import own_address
from homeroom.api.pages.site import FORGED, page_router, site_of_app
from homeroom.api.revoking import revoke_session
from homeroom.api.services import services_of_app
from homeroom.errors import DatabaseUnavailable, NotMigrated, RightsEnded, TokenRevoked

PATH = "/sign-out"

log = structlog.get_logger(__name__)
router = page_router()


@router.get(PATH)
async def signed_out_page(request: Request) -> Response:
    """Says that one is signed out, and offers the same at the provider; asks who is not."""
    site = site_of_app(request)
    session = site.sessions.of(request)
    if session is not None and not await _is_revoked(request, session):
        request.state.session = session
        return site.page(request, "signing_in/sign_out.html")
    address = ""
    if site.provider is not None:
        address = await site.provider.sign_out_address(own_address(request, PATH))
    response = site.page(request, "signing_in/signed_out.html", address=address, revoked=True)
    if session is not None:
        site.sessions.end(request, response)
    return response


async def _is_revoked(request: Request, session: PageSession) -> bool:
    """Whether it has ended elsewhere; who has no rights any more may still sign out."""
    try:
        await services_of_app(request).primary.read(token=session.principal.token)
    except TokenRevoked:
        return True
    except (RightsEnded, DatabaseUnavailable, NotMigrated):
        pass
    return False


@router.post(PATH)
async def sign_out(request: Request) -> Response:
    """Revokes the session and takes its cookie back.

    Whoever may do nothing any more, or asks too often, may still do this.
    """
    site = site_of_app(request)
    response: Response = RedirectResponse(request.scope.get("root_path", "") + PATH, 303)
    session = site.sessions.of(request)
    if session is not None:
        given = (await sent_form(request)).fields.get(CSRF_FIELD, "")
        if not is_same_token(given, session.csrf_token):
            raise ApiError(403, FORGED)
        request.state.caller = session.principal
        try:
            await revoke_session(services_of_app(request).commands, session.jti)
        except (DatabaseUnavailable, NotMigrated) as error:
            log.warning("session not revoked", error=str(error))
            response = site.page(
                request, "signing_in/signed_out.html", 503, address="", revoked=False
            )
    site.sessions.end(request, response)
    return response
