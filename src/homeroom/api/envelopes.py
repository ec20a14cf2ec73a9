"""What an error looks like, by the surface whose clients get it: the beginning of its path."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import orjson
from pydantic import BaseModel, Field

CODES = {
    400: "VALIDATION_ERROR",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    408: "REQUEST_TIMEOUT",
    413: "PAYLOAD_TOO_LARGE",
    414: "URI_TOO_LONG",
    422: "VALIDATION_ERROR",
    409: "CONFLICT",
    429: "TOO_MANY_REQUESTS",
    431: "HEADERS_TOO_LARGE",
    500: "INTERNAL_ERROR",
    501: "NOT_IMPLEMENTED",
    503: "SERVICE_UNAVAILABLE",
    504: "TIMEOUT",
}
OTHER_CODE = "REQUEST_REFUSED"


class Problem(BaseModel):
    """The body of every answer that is not a success."""

    success: Literal[False]
    message: str = Field(description="What is wrong, for people.")
    requestId: str = Field(description="Equal to the header X-Request-Id.")  # noqa: N815


class PlainProblem(BaseModel):
    """The same, on surfaces whose errors are nothing but a text."""

    error: str = Field(description="What is wrong, for people.")


class FailedProblem(BaseModel):
    """The same, on surfaces whose errors say besides that the answer is no success."""

    success: Literal[False]
    error: str = Field(description="What is wrong, for people.")


class Details(BaseModel):
    field: str | None = Field(default=None, description="The parameter that is not of its form.")


class CodedError(BaseModel):
    code: str = Field(description="What is wrong, for programs.")
    message: str = Field(description="What is wrong, for people.")
    correlation_id: str = Field(description="Equal to the header X-Correlation-ID.")
    details: Details


class CodedProblem(BaseModel):
    """The same, on surfaces whose errors have codes."""

    error: CodedError


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error: its status, what people are told, and the ids of the request.

    ``field``: the parameter that is not of its form, where it is one.
    """

    status: int
    message: str
    request_id: str
    correlation_id: str = ""
    field: str = ""


def _enveloped(refusal: Refusal) -> dict[str, Any]:
    return {"success": False, "message": refusal.message, "requestId": refusal.request_id}


def _plain(refusal: Refusal) -> dict[str, Any]:
    return {"error": refusal.message}


def _failed(refusal: Refusal) -> dict[str, Any]:
    return {"success": False, "error": refusal.message}


def _coded(refusal: Refusal) -> dict[str, Any]:
    return {
        "error": {
            "code": CODES.get(refusal.status, OTHER_CODE),
            "message": refusal.message,
            "correlation_id": refusal.correlation_id or refusal.request_id,
            "details": {"field": refusal.field} if refusal.field else {},
        }
    }


class Envelope(NamedTuple):
    """The shape of errors: its model, and what makes the body."""

    model: type[BaseModel]
    body: Callable[[Refusal], dict[str, Any]]


USUAL = Envelope(Problem, _enveloped)
PLAIN = Envelope(PlainProblem, _plain)
FAILED = Envelope(FailedProblem, _failed)
CODED = Envelope(CodedProblem, _coded)


@dataclass(frozen=True, slots=True)
class Surface:
    """What all paths of some clients have in common. Each router names its own.

    ``unknown``: what whoever has no rights any more is told with 404, as the clients know it; on
    other surfaces that is 401. ``is_page``: whether people look at the answers, errors included.
    """

    envelope: Envelope
    unknown: str = ""
    is_page: bool = False


OTHER = Surface(USUAL)
TEACHERS = Surface(USUAL, "Teacher not found or you don't have access")
STUDENTS = Surface(PLAIN, "Student not found")
SCHOOLS = Surface(PLAIN)
INTERNAL_BATCHES = Surface(PLAIN)
BATCHES = Surface(CODED)
ADMINISTRATION = Surface(FAILED)
PAGES = Surface(USUAL, is_page=True)
# By the beginning of a path, for a request that reaches no route. A beginning without a slash at
# its end is a path too. The first that fits counts.
SURFACES = {
    "/api/v1/student/": STUDENTS,
    "/internal/v1/batches/": INTERNAL_BATCHES,
    "/v1/teacher/": BATCHES,
    "/bff/v1/teacher/": BATCHES,
    "/api/teacher-assignments": ADMINISTRATION,
    "/api/class-levels": ADMINISTRATION,
    "/api/subjects": ADMINISTRATION,
    "/api/students": ADMINISTRATION,
    "/api/assessments": ADMINISTRATION,
    "/api/reports": ADMINISTRATION,
    "/api/access-log": ADMINISTRATION,
    "/api/teachers/dashboard": SCHOOLS,
    "/api/teachers/notifications": SCHOOLS,
    "/api/teachers/notification-preferences": SCHOOLS,
    "/api/teachers/push-subscriptions": SCHOOLS,
    "/api/teachers/resources": SCHOOLS,
    "/ws/teachers": SCHOOLS,
    "/api/teachers/": TEACHERS,
    "/assets": PAGES,
    "/sign-in": PAGES,
    "/sign-out": PAGES,
    "/teacher": PAGES,
    "/student": PAGES,
    "/admin": PAGES,
    "/reports": PAGES,
    "/students": PAGES,
    "/marks": PAGES,
    "/console": PAGES,
    "/styleguide": PAGES,
}
# The list of all teachers; each one's own paths are below it.
ALONE = {"/api/teachers": ADMINISTRATION}


def surface_of_path(path: str) -> Surface:
    """The surface of a path, which has no prefix that a proxy gives it.

    Teachers' ids may be `dashboard` and the like, so a route says it better than its path.
    """
    if path in ALONE:
        return ALONE[path]
    return next((s for start, s in SURFACES.items() if _is_below(path, start)), OTHER)


def envelope_of(path: str) -> Envelope:
    """The envelope of a path, as `surface_of_path` tells it."""
    return surface_of_path(path).envelope


def _is_below(path: str, start: str) -> bool:
    return path.startswith(start) if start.endswith("/") else f"{path}/".startswith(f"{start}/")


def body_of(path: str, refusal: Refusal) -> bytes:
    """The body of an error for a request that was never read."""
    return body_on(surface_of_path(path), refusal)


def body_on(surface: Surface, refusal: Refusal) -> bytes:
    """The body of an error on a surface."""
    return orjson.dumps(surface.envelope.body(refusal))
