"""What is answered when something is refused or fails: one envelope for all of it."""

from typing import Literal

import orjson
from fastapi import FastAPI
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from homeroom.errors import (
    CommandConflict,
    DatabaseUnavailable,
    NotMigrated,
    NumberingBehind,
    PositionNotReached,
    TokenRevoked,
    TooManyWaiters,
    UnknownCommand,
    UnknownPartition,
    UnknownStudent,
)

# Surfaces whose errors are nothing but a text.
PLAIN = ("/api/v1/student/",)
PHRASES = {404: "Not found", 405: "Method not allowed"}


class Problem(BaseModel):
    """The body of every answer that is not a success."""

    success: Literal[False]
    message: str = Field(description="What is wrong, for people.")
    requestId: str = Field(description="Equal to the header X-Request-Id.")  # noqa: N815


class PlainProblem(BaseModel):
    """The same, on surfaces whose errors are nothing but a text."""

    error: str = Field(description="What is wrong, for people.")


class ApiError(Exception):
    """A request is refused, with this status, message and headers."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers


def unauthenticated(why: str = "") -> ApiError:
    """The answer to a request without a token, or with one that does not do.

    ``why``: what is wrong with the token, for a header alone (RFC 6750, section 3).
    """
    challenge = f'Bearer error="invalid_token", error_description="{why}"' if why else "Bearer"
    return ApiError(401, "Authentication required", {"WWW-Authenticate": challenge})


def problem(
    request: Request, status: int, message: str, headers: dict[str, str] | None = None
) -> Response:
    """The envelope of an error, as the clients of the surface know it."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    body = problem_body(path, message, request.state.request_id)
    return Response(body, status, headers, "application/json")


def problem_body(path: str, message: str, request_id: str) -> bytes:
    """Its body; ``path``: of the request, without the prefix that a proxy gives it."""
    if path.startswith(PLAIN):
        return orjson.dumps({"error": message})
    return orjson.dumps({"success": False, "message": message, "requestId": request_id})


def allowed(methods: str) -> str:
    """The methods of a path, by comma, with HEAD where there is GET."""
    names = {name.strip() for name in methods.split(",") if name.strip()}
    return ", ".join(sorted(names | ({"HEAD"} if "GET" in names else set())))


def install(app: FastAPI) -> None:
    """Teach the application to answer errors with the envelope."""

    @app.exception_handler(ApiError)
    async def refused(request: Request, error: ApiError) -> Response:
        return problem(request, error.status, error.message, error.headers)

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

    @app.exception_handler(UnknownStudent)
    async def no_student(request: Request, _: UnknownStudent) -> Response:
        return problem(request, 404, "Student not found")

    @app.exception_handler(UnknownPartition)
    @app.exception_handler(UnknownCommand)
    async def unknown(request: Request, error: Exception) -> Response:
        return problem(request, 400, str(error))

    @app.exception_handler(PositionNotReached)
    async def not_reached(request: Request, error: PositionNotReached) -> Response:
        return problem(request, 504, str(error))

    @app.exception_handler(TooManyWaiters)
    @app.exception_handler(DatabaseUnavailable)
    @app.exception_handler(NotMigrated)
    @app.exception_handler(NumberingBehind)
    @app.exception_handler(CommandConflict)
    async def not_now(request: Request, error: Exception) -> Response:
        return problem(request, 503, str(error), {"Retry-After": "1"})
