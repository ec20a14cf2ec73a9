"""The site that all pages are of: its templates, its sessions, and its page of a refusal."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from homeroom.api.auth import Authenticator
from homeroom.api.envelopes import PAGES
from homeroom.api.errors import ApiError, unauthenticated
from homeroom.api.pages.csrf import is_same_token
from homeroom.api.pages.forms import SentForm, sent_form
from homeroom.api.pages.locales import _, text_of
from homeroom.api.pages.own_paths import asked_page
from homeroom.api.pages.rendering import Renderer
from homeroom.api.pages.seen_positions import SeenPositions
from homeroom.api.pages.sentences import sentence_of
from homeroom.api.pages.session_secret import derived, require_session_secret
from homeroom.api.pages.sessions import CSRF_FIELD, CSRF_HEADER, PageSession, Sessions
from homeroom.api.pages.signing_in import Attempts, demo_people, provider_of
from homeroom.api.routing import SurfaceRouter, new_router
from homeroom.api.services import services_of_app
from homeroom.errors import DatabaseUnavailable, NotMigrated
from homeroom.settings import Settings

HTMX = "HX-Request"
READING = ("GET", "HEAD")
FORBIDDEN = _("Your role may not see this page.")
FORGED = _("The form is too old, or is not of this page; load the page again.")


class Site:
    """What the pages share, one of each per application.

    ``provider``: at whom people sign in; None in the demo, whose ``people`` need none.

    Raises ConfigurationError where a setting does not do.
    """

    def __init__(self, settings: Settings, authenticator: Authenticator) -> None:
        secret = require_session_secret(settings)
        self.settings = settings
        key = derived(secret, "sessions")
        self.sessions = Sessions(key, authenticator, settings.session_seconds)
        self.attempts = Attempts(derived(secret, "attempts to sign in"))
        self.seen_positions = SeenPositions(
            derived(secret, "seen positions"), settings.read_lag_seconds_max
        )
        self.provider = provider_of(settings)
        self.people = demo_people(settings)
        self.renderer = Renderer()
        self._count = authenticator.count

    async def session(self, request: Request, *roles: str) -> PageSession:
        """Who looks at a page for these roles.

        From here on endpoints called for the request take the person for its caller.

        Raises ApiError 401 without a session, 403 for another role, 429 for one request too many;
        TokenRevoked and RightsEnded.
        """
        session = self.sessions.of(request)
        if session is None:
            raise unauthenticated()
        request.state.session = session
        request.state.caller = request.state.session_caller = session.principal
        if roles and session.role not in roles:
            raise ApiError(403, FORBIDDEN)
        await self._count(request, session.principal)
        if services_of_app(request).database.on_standbys:
            request.state.held = self.seen_positions.of(request)
        await self._require_rights(request, session)
        return session

    async def _require_rights(self, request: Request, session: PageSession) -> None:
        """Whatever a page then reads, or does not: a session that was revoked shows nothing."""
        services = services_of_app(request)
        # A standby may not know it yet: what changes something asks the database itself.
        database = services.database if request.method in READING else services.primary
        try:
            await database.read(token=session.principal.token)
        except (DatabaseUnavailable, NotMigrated):
            # Each part of a page says so itself, and asks again; operators' parts need not.
            if session.role == "operator":
                raise

    async def form(self, request: Request, *roles: str) -> tuple[PageSession, Mapping[str, str]]:
        """The same of a request that changes something, and the fields of its form.

        Raises besides ApiError 403 for a form without the session's CSRF token.
        """
        session, sent = await self.form_in_full(request, *roles)
        return session, {n: v for n, v in sent.fields.items() if n != CSRF_FIELD}

    async def form_in_full(self, request: Request, *roles: str) -> tuple[PageSession, SentForm]:
        """The same of a form with fields of several values, or with files.

        Raises what ``form`` does.
        """
        session = await self.session(request, *roles)
        sent = await sent_form(request)
        require_csrf_token(request, session, sent.fields.get(CSRF_FIELD, ""))
        return session, sent

    def page(self, request: Request, template: str, status: int = 200, **context: Any) -> Response:
        """A page, or a fragment of one, made of a template."""
        session = getattr(request.state, "session", None)
        common = {"session": session, "push_key": self.settings.vapid_public_key}
        response = self.renderer.response(request, template, status, **common, **context)
        self.seen_positions.keep(request, response)
        return response

    def refusal(
        self, request: Request, status: int, error: Exception, headers: dict[str, str] | None
    ) -> Response:
        """The page that says why there is none; the sign-in page for whoever is nobody yet.

        Operators read what commands print.
        """
        if status == 401:
            return self._to_sign_in(request)
        session: PageSession | None = getattr(request.state, "session", None)
        of_operator = session is not None and session.role == "operator"
        message = text_of(error) if of_operator else sentence_of(error, status)
        template = "parts/refusal.html" if HTMX in request.headers else "refusal.html"
        response = self.page(request, template, status, message=message, code=status,
                             away=isinstance(error, DatabaseUnavailable | NotMigrated))  # fmt: skip
        response.headers.update(headers or {})
        return response

    def _to_sign_in(self, request: Request) -> Response:
        root_path = request.scope.get("root_path", "")
        address = f"{root_path}/sign-in?next={quote(asked_page(request))}"
        if HTMX in request.headers:
            return Response(headers={"HX-Redirect": address})
        return RedirectResponse(address, 303)


def require_csrf_token(request: Request, session: PageSession, field: str) -> None:
    """Raise ApiError 403 where neither a header nor the form's field is the session's token."""
    given = request.headers.get(CSRF_HEADER) or field
    if not is_same_token(given, session.csrf_token):
        raise ApiError(403, FORGED)


def site_of(settings: Settings, authenticator: Authenticator) -> Site | None:
    """The site; None where nobody could sign in. Raises ConfigurationError as Site does."""
    if not settings.oidc_issuer and not settings.demo_people:
        return None
    return Site(settings, authenticator)


def site_of_app(request: Request) -> Site:
    """That of the application that a request came to."""
    site: Site = request.app.state.pages
    return site


def page_router(**options: Any) -> SurfaceRouter:
    """A router of pages, which are no part of the API's document; options as APIRouter takes."""
    return new_router(PAGES, include_in_schema=False, **options)
