"""What is answered when something is refused or fails: one envelope for all of a surface."""

import structlog
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from homeroom.api.envelopes import Refusal, Surface, body_on, surface_of_path
from homeroom.api.stamps import stamp
from homeroom.errors import (
    BrokersBehind,
    BrokersUnavailable,
    CommandConflict,
    DatabaseUnavailable,
    EventsTooLarge,
    FedByFlink,
    InvalidAssignment,
    NameTaken,
    NotMigrated,
    NoWaitingForFlink,
    NumberingBehind,
    PositionNotReached,
    RightsEnded,
    StoreUnavailable,
    TokenRevoked,
    TooManyOwnWaiters,
    TooManyWaiters,
    UnknownCommand,
    UnknownNotification,
    UnknownPartition,
    UnknownResource,
    UnknownStudent,
    UnknownToAssign,
)

NO_RIGHTS = "Your account has no rights here, or none any more."
NO_STORE = "The store of files does not answer; try again in a moment"
PHRASES = {404: "Not found", 405: "Method not allowed"}

log = structlog.get_logger(__name__)


class ApiError(Exception):
    """A request is refused, with this status, message and headers.

    ``field``: the parameter that is not of its form, for surfaces that say it apart. ``code``: what
    is wrong, where the status alone would tell people too little; pages have sentences for it.
    """

    def __init__(
        self, status: int, message: str, headers: dict[str, str] | None = None, field: str = "",
        code: str = "",
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers
        self.field = field
        self.code = code


def unauthenticated(why: str = "") -> ApiError:
    """The answer to a request without a token, or with one that does not do.

    ``why``: what is wrong with the token, for a header alone (RFC 6750, section 3).
    """
    challenge = f'Bearer error="invalid_token", error_description="{why}"' if why else "Bearer"
    return ApiError(401, "Authentication required", {"WWW-Authenticate": challenge})


def path_of(scope: Scope) -> str:
    """The path of a request without the prefix that a proxy gives it."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def surface_of(scope: Scope) -> Surface:
    """The surface whose client asks: that of the route, for nowhere that of the path."""
    route = scope.get("route") or _route_of(scope)
    return getattr(route, "surface", None) or surface_of_path(path_of(scope))


def _route_of(scope: Scope) -> BaseRoute | None:
    """Where a request goes that is refused before it is there."""
    matches = [(route.matches(scope)[0], route) for route in scope["app"].routes]
    for wanted in (Match.FULL, Match.PARTIAL):
        for match, route in matches:
            if match is wanted:
                return route  # type: ignore[no-any-return]
    return None


def problem(
    request: Request,
    status: int,
    message: str,
    headers: dict[str, str] | None = None,
    field: str = "",
    error: Exception | None = None,
) -> Response:
    """The envelope of an error, as the clients of the surface know it; on pages, a page.

    ``error``: by which pages know what to say, where it is not the status alone.
    """
    surface = surface_of(request.scope)
    pages = request.app.state.pages
    if surface.is_page and pages is not None:
        refused = error or ApiError(status, message)
        return pages.refusal(request, status, refused, headers)  # type: ignore[no-any-return]
    ids = request.state.request_id, getattr(request.state, "correlation_id", "")
    body = body_on(surface, Refusal(status, message, *ids, field))
    return Response(body, status, headers, "application/json")


def allowed(methods: str) -> str:
    """The methods of a path, by comma, with HEAD where there is GET."""
    names = {name.strip() for name in methods.split(",") if name.strip()}
    return ", ".join(sorted(names | ({"HEAD"} if "GET" in names else set())))


def install(app: FastAPI) -> None:
    """Teach the application to answer errors with the envelope."""

    @app.exception_handler(ApiError)
    async def refused(request: Request, error: ApiError) -> Response:
        return problem(request, error.status, error.message, error.headers, error.field, error)

    @app.exception_handler(HTTPException)
    async def not_served(request: Request, error: HTTPException) -> Response:
        message = PHRASES.get(error.status_code, error.detail)
        headers = dict(error.headers) if error.headers else {}
        if error.status_code == 405:
            headers["Allow"] = allowed(headers.get("Allow", ""))
        return problem(request, error.status_code, message, headers)

    @app.exception_handler(TokenRevoked)
    async def revoked(request: Request, _: TokenRevoked) -> Response:
        return await refused(request, unauthenticated("revoked"))

    @app.exception_handler(RightsEnded)
    async def ended(request: Request, error: RightsEnded) -> Response:
        surface = surface_of(request.scope)
        if surface.unknown:
            return problem(request, 404, surface.unknown, stamp(error))
        if surface.is_page:
            # Whoever signed in again would come back here.
            return problem(request, 403, NO_RIGHTS, error=error)
        return await refused(request, unauthenticated("the rights of whom it names have ended"))

    @app.exception_handler(UnknownStudent)
    async def no_student(request: Request, _: UnknownStudent) -> Response:
        return problem(request, 404, "Student not found")

    @app.exception_handler(UnknownNotification)
    @app.exception_handler(UnknownToAssign)
    async def not_there(request: Request, error: Exception) -> Response:
        return problem(request, 404, str(error), error=error)

    @app.exception_handler(InvalidAssignment)
    async def not_to_be_assigned(request: Request, error: InvalidAssignment) -> Response:
        return problem(request, 400, str(error), error=error)

    @app.exception_handler(UnknownResource)
    async def no_resource(request: Request, error: UnknownResource) -> Response:
        return problem(request, 404, str(error), error=error)

    @app.exception_handler(StoreUnavailable)
    async def no_store(request: Request, error: StoreUnavailable) -> Response:
        # Where the store is, and what it says, is for operators.
        log.warning("store unavailable", error=str(error), request_id=request.state.request_id)
        return problem(request, 503, NO_STORE, {"Retry-After": "1"}, error=error)

    @app.exception_handler(NameTaken)
    async def name_taken(request: Request, error: NameTaken) -> Response:
        return problem(request, 422, str(error), error=error)

    @app.exception_handler(UnknownPartition)
    @app.exception_handler(UnknownCommand)
    async def unknown(request: Request, error: Exception) -> Response:
        return problem(request, 400, str(error))

    @app.exception_handler(PositionNotReached)
    async def not_reached(request: Request, error: PositionNotReached) -> Response:
        return problem(request, 504, str(error), error=error)

    @app.exception_handler(FedByFlink)
    @app.exception_handler(NoWaitingForFlink)
    async def not_by_flink(request: Request, error: Exception) -> Response:
        return problem(request, 501, str(error), error=error)

    @app.exception_handler(TooManyOwnWaiters)
    async def too_many_of_one(request: Request, error: TooManyOwnWaiters) -> Response:
        return problem(request, 429, str(error), {"Retry-After": "1"})

    @app.exception_handler(EventsTooLarge)
    async def events_too_large(request: Request, error: Exception) -> Response:
        return problem(request, 413, str(error))

    @app.exception_handler(BrokersBehind)
    async def brokers_behind(request: Request, error: BrokersBehind) -> Response:
        return problem(request, 429, str(error), {"Retry-After": str(error.seconds)})

    @app.exception_handler(BrokersUnavailable)
    @app.exception_handler(TooManyWaiters)
    @app.exception_handler(DatabaseUnavailable)
    @app.exception_handler(NotMigrated)
    @app.exception_handler(NumberingBehind)
    @app.exception_handler(CommandConflict)
    async def not_now(request: Request, error: Exception) -> Response:
        return problem(request, 503, str(error), {"Retry-After": "1"}, error=error)
