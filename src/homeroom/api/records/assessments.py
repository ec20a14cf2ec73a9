"""Assessments: marks of students in the subjects of their classes, read and recorded."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from fastapi import Depends, Header
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import refuse_if_revoked, wait_before_command
from homeroom.api.answers import LINKED, POSITION
from homeroom.api.assignments.ids import WireId, to_wire
from homeroom.api.assignments.surface import (
    DENIED,
    Answer,
    NewestFirstCursor,
    Page,
    teacher_or_admin_scope,
    with_ids,
)
from homeroom.api.assignments.writes import RESPONSES, WIRE_ID, checked_id, json_object
from homeroom.api.envelopes import FailedProblem
from homeroom.api.errors import ApiError
from homeroom.api.parameters import IdFilter
from homeroom.api.records.students import CLASS_ID, OfClass, PageCursor
from homeroom.api.records.surface import (
    LIMIT,
    OF_MARKS,
    Caller,
    PageLimit,
    listed_message,
    read_of,
    router,
)
from homeroom.api.services import services_of_app
from homeroom.commands import marks
from homeroom.commands.publications import token_of
from homeroom.errors import NotPermitted
from homeroom.queries.database import ReadScope

SUBJECT_ID = IdFilter("subject_id")
OfSubject = Annotated[str | None, SUBJECT_ID.query(), SUBJECT_ID.schema()]
NOTHING_ASSIGNED = "No classes and subjects are assigned to you"
KEY_LENGTH_MAX = 255
KEY_HELP = (
    "By which the client names the mark: sent again with the same key, it is not recorded again "
    f"and has the same answer. 1 to {KEY_LENGTH_MAX} printable characters, a UUID for instance."
)
NAME_TAKEN = {
    "model": FailedProblem,
    "description": "Something else was sent with this Idempotency-Key.",
}
_KEY = re.compile(rf"[\x20-\x7e]{{1,{KEY_LENGTH_MAX}}}")
IDS = ("student_id", "class_level_id", "subject_id")
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": [*IDS, "score"],
                    "properties": dict.fromkeys(IDS, WIRE_ID)
                    | {"score": {"type": "number", "minimum": 0, "maximum": 100}},
                }
            }
        },
    }
}


class Assessment(BaseModel):
    id: WireId
    student_id: WireId
    class_level_id: WireId
    subject_id: WireId
    score: float
    recorded_by: WireId
    recorded_at: datetime


class Assessments(Answer[list[Assessment]]):
    """``message``: where a teacher has no class or no subject at all."""

    message: str | None = None


class RecordedAssessment(BaseModel):
    success: Literal[True]
    message: str
    data: Assessment


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return with_ids([row], "id", *IDS, "recorded_by")[0]


ASSESSMENTS = Page(
    read_of("assessments", Assessment, *OF_MARKS, about="marks_permitted"),
    NewestFirstCursor("assessments", {"recorded_at": (str, "infinity"), "id": (str, "")}),
    LIMIT, _shown, lambda result: listed_message(result, NOTHING_ASSIGNED),
)  # fmt: skip


@router.get("/assessments", response_model=Assessments, responses=LINKED)
async def seen_assessments(
    request: Request, caller: Caller, class_level_id: OfClass = None, subject_id: OfSubject = None,
    limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """The marks of a teacher's classes and subjects, or all of an admin's, the newest first."""
    return await ASSESSMENTS.answer(
        request, caller, limit, cursor, class_level_id=(CLASS_ID, class_level_id),
        subject_id=(SUBJECT_ID, subject_id),
    )  # fmt: skip


async def recorder(request: Request) -> ReadScope:
    """Who may record, as far as the token tells; the token must not be revoked."""
    services = services_of_app(request)
    principal = await services.authenticator.principal(request)
    await refuse_if_revoked(services, principal)
    return teacher_or_admin_scope(principal)


@router.post(
    "/assessments", status_code=201, response_model=RecordedAssessment,
    responses=RESPONSES | {422: NAME_TAKEN},
    openapi_extra=BODY,
)  # fmt: skip
async def record_assessment(
    request: Request,
    who: Annotated[ReadScope, Depends(recorder)],
    idempotency_key: Annotated[
        str | None, Header(alias="Idempotency-Key", description=KEY_HELP)
    ] = None,
) -> Response:
    """Record a student's mark in a subject of a class."""
    key = checked_key(idempotency_key)
    mark = given_mark(await json_object(request))
    await wait_before_command(request)
    recorded = await record(request, who, [mark], key)
    data = {
        "id": to_wire(recorded.mark_ids[0]),
        "student_id": to_wire(mark.student_id),
        "class_level_id": to_wire(mark.class_id),
        "subject_id": to_wire(mark.subject_id),
        "score": mark.score,
        "recorded_by": to_wire(who.teacher_id or who.admin_id),
        "recorded_at": recorded.recorded_at,
    }
    body = {"success": True, "message": "Assessment recorded successfully", "data": data}
    text = orjson.dumps(body, option=orjson.OPT_UTC_Z)
    headers = {POSITION: token_of(recorded.command_id)}
    return Response(text, 201, headers, media_type="application/json")


async def record(
    request: Request, who: ReadScope, given: Sequence[marks.GivenMark], key: str
) -> marks.RecordedMarks:
    """Record all marks or none; ApiError 403 for who may not, and what else the command raises.

    ``key``: by which the client names them, else empty; those of one name are recorded once.
    """
    services = services_of_app(request)
    try:
        async with services.commands.connection(who) as connection:
            return await marks.record(connection, who, given, services.clock(), key)
    except NotPermitted:
        raise ApiError(403, DENIED) from None


def checked_key(key: str | None) -> str:
    """By which key a client names what it sends, empty for none; ApiError 400 for a bad one."""
    if key is not None and not _KEY.fullmatch(key):
        raise ApiError(400, f"Idempotency-Key must be 1 to {KEY_LENGTH_MAX} printable characters")
    return key or ""


def given_mark(given: dict[str, Any]) -> marks.GivenMark:
    """A mark as somebody gives it; ApiError 400 for what can be none."""
    student_id, class_id, subject_id = (checked_id(given, name) for name in IDS)
    score = given.get("score")
    if isinstance(score, bool) or not isinstance(score, (int, float)) or not 0 <= score <= 100:
        raise ApiError(400, "score must be a number from 0 to 100")
    return marks.GivenMark(student_id, class_id, subject_id, score)
