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


def unauthenticated() -> ApiError:
    """One answer for every token that does not do, whatever is wrong with it."""
    return ApiError(401, "Authentication required", {"WWW-Authenticate": "Bearer"})


def problem(
    request: Request, status: int, message: str, headers: dict[str, str] | None = None
) -> Response:
    """The envelope of an error, as the clients of the surface know it."""
    body: dict[str, object] = {"error": message}
    if not request.url.path.startswith(PLAIN):
        body = {"success": False, "message": message, "requestId": request.state.request_id}
    return Response(orjson.dumps(body), status, headers, "application/json")


def install(app: FastAPI) -> None:
    """Teach the application to answer errors with the envelope."""

    @app.exception_handler(ApiError)
    async def refused(request: Request, error: ApiError) -> Response:
        return problem(request, error.status, error.message, error.headers)

    @app.exception_handler(HTTPException)
    async def not_served(request: Request, error: HTTPException) -> Response:
        message = PHRASES.get(error.status_code, error.detail)
        headers = dict(error.headers) if error.headers else None
        return problem(request, error.status_code, message, headers)

    @app.exception_handler(TokenRevoked)
    async def revoked(request: Request, _: TokenRevoked) -> Response:
        return await refused(request, unauthenticated())

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
