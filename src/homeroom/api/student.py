"""The student's dashboard: four reads, one function each. The student is the token's own."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import WithJsonSchema
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.answers import PLAIN_REFUSALS, SUCCEEDS, plain, stamp
from homeroom.api.auth import Caller
from homeroom.api.errors import ApiError
from homeroom.api.parameters import MISSIONS, MissionsLimit
from homeroom.api.services import Services, services_of_app
from homeroom.api.visits import ID, admit
from homeroom.queries import student
from homeroom.queries.student import STATUSES, Answer, Cursor, Student
from homeroom.queries.students import shapes

NOT_FOUND = "Student not found"

router = APIRouter(
    prefix="/api/v1/student",
    tags=["student's dashboard"],
    responses=PLAIN_REFUSALS | SUCCEEDS,
)


@dataclass(frozen=True, slots=True)
class Visit:
    """A student who asks, as far as the token tells."""

    services: Services
    student: Student


async def _visit(request: Request) -> Visit:
    services = services_of_app(request)
    caller = await admit(request, services, check_student)
    return Visit(services, Student(caller.subject, caller.jti))


def check_student(caller: Caller) -> None:
    """ApiError 403 for whoever is no student."""
    if caller.role != "student":
        raise ApiError(403, "Access denied. Student role required.")
    if not ID.fullmatch(caller.subject):
        raise ApiError(404, NOT_FOUND)


StatusParameter = Annotated[
    str | None,
    Query(description="Only those of these statuses, by comma; empty: of any."),
    WithJsonSchema({"type": "string", "examples": ["pending,in_review"]}),
]
CursorParameter = Annotated[
    str | None,
    Query(description="Where the page begins, as the `Link` of the one before names it."),
    WithJsonSchema({"type": "string"}),
]


@router.get("/dashboard", response_model=shapes.Dashboard)
async def dashboard(request: Request) -> Response:
    """Everything at a glance: readiness, streak, goals, what to do next, subscription, progress."""
    visit = await _visit(request)
    now = visit.services.clock()
    return _told(await student.dashboard(visit.services.database, visit.student, now))


@router.get("/profile", response_model=shapes.Profile)
async def profile(request: Request) -> Response:
    """Who the student is and could become, and what may be shared with whom."""
    visit = await _visit(request)
    return _told(await student.profile(visit.services.database, visit.student))


@router.get("/curriculum/progress", response_model=shapes.Progress)
async def curriculum_progress(request: Request) -> Response:
    """How far the student is in each module of the track, and which missions help."""
    visit = await _visit(request)
    return _told(await student.progress(visit.services.database, visit.student))


@router.get("/missions", response_model=list[shapes.Mission])
async def missions(
    request: Request,
    status: StatusParameter = None,
    limit: MissionsLimit = None,
    cursor: CursorParameter = None,
) -> Response:
    """The student's missions, the newest change first."""
    visit = await _visit(request)
    problem, statuses, count, after = "", None, MISSIONS.default, None
    try:
        statuses, count, after = _statuses(status), MISSIONS.of(limit), _after(cursor)
    except ValueError as error:
        problem = str(error)
    services = visit.services
    answer, following = await student.missions(
        services.database, visit.student, statuses, count, after, services.clock()
    )
    told = _told(answer, problem)
    if following is not None:
        page = request.url.include_query_params(cursor=following.text())
        told.headers["Link"] = f'<{page.path}?{page.query}>; rel="next"'
    return told


def _told(answer: Answer, problem: str = "") -> Response:
    """The answer, or the refusal that only the read could tell (ApiError)."""
    headers = stamp(answer)
    if answer.body is None:
        raise ApiError(404, NOT_FOUND, headers)
    if problem:
        raise ApiError(400, problem, headers)
    return plain(answer.body, headers)


def _statuses(text: str | None) -> list[str] | None:
    asked = [name.strip() for name in (text or "").split(",") if name.strip()]
    if not set(asked) <= set(STATUSES):
        raise ValueError(f"status must be of {', '.join(STATUSES)}; several by comma")
    return asked or None


def _after(text: str | None) -> Cursor | None:
    try:
        return Cursor.read(text) if text else None
    except ValueError:
        raise ValueError("cursor must be one that a Link header has given") from None
