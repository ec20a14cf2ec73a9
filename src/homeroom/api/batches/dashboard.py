"""The teacher's board of batches, at the two paths that its clients know."""

from datetime import datetime
from typing import Annotated, Literal, get_args

from fastapi import Query
from pydantic import BaseModel, Field, WithJsonSchema
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import ID, Access, admit
from homeroom.api.answers import LINKED, plain, refusals, stamp
from homeroom.api.auth import Principal
from homeroom.api.batches.paging import LIMIT_DEFAULT, LIMIT_MAX, page_of, paged_reads
from homeroom.api.envelopes import BATCHES, CodedProblem
from homeroom.api.errors import ApiError
from homeroom.api.parameters import StatusFilter
from homeroom.api.routing import new_router
from homeroom.queries.database import ReadScope

BatchState = Literal[
    "pending_content", "ready", "processing", "completed_successfully", "completed_with_failures",
    "failed", "cancelled",
]  # fmt: skip
STATUS = StatusFilter(*get_args(BatchState))


class BoardBatch(BaseModel):
    """A batch as the teacher's client knows it."""

    batch_id: str
    title: str
    class_name: str | None
    status: BatchState
    total_essays: int
    completed_essays: int
    created_at: datetime


class BatchBoard(BaseModel):
    """A page of a teacher's batches."""

    batches: list[BoardBatch]
    total_count: int = Field(description="How many match, on all pages.")
    limit: int
    offset: int


BOARD = paged_reads("board", BoardBatch)
REFUSALS = refusals(CodedProblem, "Not a teacher.", "") | {
    422: {"model": CodedProblem, "description": "limit or offset is not of its form."}
}
REFUSALS.pop(404)
OPTIONS = {"tags": ["teacher's batches"], "responses": REFUSALS | LINKED}
dashboard_router = new_router(BATCHES, prefix="/v1/teacher", **OPTIONS)
bff_router = new_router(BATCHES, prefix="/bff/v1/teacher", **OPTIONS)

Limit = Annotated[
    str | None,
    Query(description="How many at most."),
    WithJsonSchema(
        {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT}
    ),
]
Offset = Annotated[
    str | None,
    Query(description="How many of the newest are left out."),
    WithJsonSchema({"type": "integer", "minimum": 0, "default": 0}),
]
Status = Annotated[str | None, STATUS.query(), STATUS.schema()]


def _check(principal: Principal) -> ReadScope:
    if principal.role != "teacher":
        raise ApiError(403, "Access denied. Teacher role required.")
    if principal.teacher_id is None or not ID.fullmatch(principal.teacher_id):
        raise ApiError(403, "Access denied. The token names no teacher.")
    return ReadScope(teacher_id=principal.teacher_id)


@dashboard_router.get("/dashboard", response_model=BatchBoard, name="teacher_batches")
@bff_router.get("/dashboard", response_model=BatchBoard, name="teacher_batches_bff")
async def teacher_batches(
    request: Request, limit: Limit = None, offset: Offset = None, status: Status = None
) -> Response:
    """The teacher's batches of essays, the newest first."""
    teacher: Access = await admit(request, _check)
    page = page_of(limit, offset, refused_with=422)
    try:
        wanted, problem = STATUS.of(status), page.problem
    except ValueError as error:
        wanted, problem = None, page.problem or ApiError(400, str(error), field="status")
    parameters = {"limit": page.limit, "offset": page.offset, "status": wanted}
    result = await teacher.read(BOARD.of_status if wanted else BOARD.of_any, parameters)
    headers = stamp(result)
    if problem:
        raise ApiError(problem.status, problem.message, headers, problem.field)
    total = result.about["total"] if result.about else 0
    body = {"batches": result.rows, "total_count": total}
    response = plain(body | {"limit": page.limit, "offset": page.offset}, headers)
    page.link_next(request, response, total)
    return response
