"""``/sign-in``: at the identity provider, or as one of the demo's people."""

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from homeroom.api.auth import NOT_A_TOKEN
from homeroom.api.pages.forms import sent_form
from homeroom.api.pages.own_paths import own_path
from homeroom.api.pages.sessions import CSRF_FIELD, is_same
from homeroom.api.pages.signing_in.attempts import Attempt, new_attempt
from homeroom.api.pages.signing_in.claims import (
    PAGE_ROLES,
    claims_of_demo_person,
    name_of,
    session_claims,
)
from homeroom.api.pages.signing_in.failures import Failure, SignInFailed
from homeroom.api.pages.signing_in.people import is_of_this_machine
from homeroom.api.pages.signing_in.provider import IdentityProvider
from homeroom.api.pages.site import Site, page_router, site_of_app
from homeroom.api.services import services_of_app
from homeroom.errors import RightsEnded, TokenRevoked

CALLBACK = "/sign-in/callback"

log = structlog.get_logger(__name__)
router = page_router()


@router.get("/sign-in")
async def sign_in_page(request: Request) -> Response:
    """The page with the way to the provider, or with the demo's people."""
    return _page(request, own_path(request.query_params.get("next", "/")))


@router.get("/sign-in/begin")
async def begin(request: Request) -> Response:
    """Leads to the provider, with an attempt that this browser keeps."""
    site = site_of_app(request)
    attempt = new_attempt(own_path(request.query_params.get("next", "/")))
    try:
        address = await _provider(site).sign_in_address(attempt, own_address(request, CALLBACK))
    except SignInFailed as error:
        return _failed(request, error, attempt.page)
    response = RedirectResponse(address, 303)
    site.attempts.keep(request, response, attempt)
    return response


@router.get(CALLBACK)
async def callback(request: Request) -> Response:
    """Where the provider leads back to, with a code that says who signed in."""
    site = site_of_app(request)
    attempt = site.attempts.of(request)
    try:
        code = await _code(request, site, attempt)
        assert attempt is not None
        claims = await _provider(site).claims(attempt, code, own_address(request, CALLBACK))
        response = await _enter(
            request, session_claims(claims, site.settings), name_of(claims), attempt.page
        )
    except SignInFailed as error:
        response = _failed(request, error, attempt.page if attempt else "/")
    site.attempts.end(request, response)
    return response


@router.post("/sign-in")
async def sign_in_as(request: Request) -> Response:
    """Signs somebody of the demo in, on this machine alone."""
    site = site_of_app(request)
    # Nothing is read of a body that nobody here could have sent.
    if not site.people or not is_of_this_machine(request):
        raise HTTPException(404)
    attempt = site.attempts.of(request)
    sent = (await sent_form(request)).fields
    given, chosen = sent.get(CSRF_FIELD, ""), sent.get("person", "")
    people = {str(number): person for number, person in enumerate(site.people)}
    if chosen not in people:
        raise HTTPException(404)
    try:
        if attempt is None:
            raise SignInFailed(Failure.NOT_BEGUN)
        if not is_same(given, attempt.state):
            raise SignInFailed(Failure.FORGED)
        person = people[chosen]
        claims = claims_of_demo_person(person, site.settings)
        response = await _enter(request, claims, person.name, attempt.page)
    except SignInFailed as error:
        return _failed(request, error, attempt.page if attempt else "/")
    site.attempts.end(request, response)
    return response


def own_address(request: Request, path: str) -> str:
    """One of our pages as the browser knows it."""
    root_path = request.scope.get("root_path", "")
    return f"{request.url.scheme}://{request.url.netloc}{root_path}{path}"


def _provider(site: Site) -> IdentityProvider:
    if site.provider is None:
        raise HTTPException(404)
    return site.provider


async def _code(request: Request, site: Site, attempt: Attempt | None) -> str:
    """The code of an answer that belongs to the attempt of this very browser."""
    given = request.query_params
    if attempt is None:
        raise SignInFailed(Failure.NOT_BEGUN)
    if not is_same(given.get("state", ""), attempt.state):
        raise SignInFailed(Failure.WRONG_STATE)
    await _provider(site).require_own(given.get("iss"))
    if "error" in given:
        raise SignInFailed(Failure.DENIED, given["error"][:100])
    if not given.get("code"):
        raise SignInFailed(Failure.WRONG_CODE, "none")
    return given["code"]


async def _enter(request: Request, claims: dict[str, object], name: str, page: str) -> Response:
    """The way to the page that was asked for, with a session; raises SignInFailed."""
    site = site_of_app(request)
    response = RedirectResponse(request.scope.get("root_path", "") + page, 303)
    try:
        session = site.sessions.begin(request, response, claims, name)
    except NOT_A_TOKEN as error:
        raise SignInFailed(Failure.NO_ROLE, type(error).__name__) from error
    if session.role not in PAGE_ROLES:
        raise SignInFailed(Failure.NO_ROLE, session.role)
    request.state.caller = session.principal
    try:
        await services_of_app(request).primary.read(token=session.principal.token)
    except (RightsEnded, TokenRevoked) as error:
        raise SignInFailed(Failure.UNKNOWN) from error
    log.info("signed in", role=session.role, subject=session.principal.token.subject)
    return response


def _failed(request: Request, error: SignInFailed, page: str) -> Response:
    if error.failure is Failure.AWAY:
        response = _page(request, page, error.failure, 503)
        response.headers["Retry-After"] = "2"
        return response
    request.state.refusal, request.state.refusal_detail = str(error.failure), error.detail
    return _page(request, page, error.failure, 403)


def _page(
    request: Request, page: str, failure: Failure | None = None, status: int = 200
) -> Response:
    site = site_of_app(request)
    people = site.people if is_of_this_machine(request) else ()
    attempt = new_attempt(page)
    response = site.page(
        request, "signing_in/sign_in.html", status,
        failure=failure.name if failure else "", next=page, people=people,
        with_provider=site.provider is not None, csrf_token=attempt.state,
    )  # fmt: skip
    if people:
        site.attempts.keep(request, response, attempt)
    return response
