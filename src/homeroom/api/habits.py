"""The student's one command: recording habit logs, many at once, some of them late or again."""

from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from fastapi import Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import refuse_if_revoked
from homeroom.api.answers import PLAIN_REFUSALS, POSITION, header
from homeroom.api.bodies import json_bytes
from homeroom.api.envelopes import STUDENTS, PlainProblem
from homeroom.api.errors import ApiError
from homeroom.api.routing import new_router
from homeroom.api.services import services_of_app
from homeroom.api.student import check_student
from homeroom.commands.habit_log_rules import GivenLog, Result
from homeroom.commands.habit_logs import Recorded, record
from homeroom.commands.publications import token_of
from homeroom.queries.database import ReadScope

LOGS_MAX = 500


class Results(BaseModel):
    """What became of each log, in the order in which they were sent."""

    results: list[Result]


BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["logs"],
                "properties": {
                    "logs": {
                        "type": "array",
                        "maxItems": LOGS_MAX,
                        "items": GivenLog.model_json_schema(),
                    }
                },
            }
        }
    },
}
SUCCEEDS: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            POSITION: {
                "description": "What to send as Homeroom-Wait-For to see these logs in a read; "
                "absent where none was ever recorded.",
                "schema": {"type": "string"},
            }
        }
    }
}
UNSUPPORTED: dict[int | str, dict[str, Any]] = {
    415: {
        "model": PlainProblem,
        "description": "The body is announced as something else than JSON in UTF-8.",
        "headers": {
            "Accept": header("The type of content that is taken."),
            "Accept-Encoding": header("The encoding that is taken."),
        },
    }
}
router = new_router(
    STUDENTS,
    prefix="/api/v1/student/habits",
    tags=["student's commands"],
    responses=PLAIN_REFUSALS | SUCCEEDS | UNSUPPORTED,
)


async def student_who_logs(request: Request) -> str:
    """The id of the student that the token names; the token must not be revoked.

    The request does not wait for events: a check for a disconnect would consume the body.
    """
    services = services_of_app(request)
    principal = await services.authenticator.principal(request)
    await refuse_if_revoked(services, principal)
    return check_student(principal).student_id


@router.post("/logs", response_model=Results, openapi_extra={"requestBody": BODY})
async def record_logs(
    request: Request, student_id: Annotated[str, Depends(student_who_logs)]
) -> Response:
    """Record whether habits were done on days, or correct that; the latest recorded counts.

    Each log is judged by itself. Sending any of them again is safe: it is a `duplicate`.
    """
    recorded = await record_for(request, student_id, _logs(await json_bytes(request)))
    headers = {POSITION: token_of(recorded.command_id)} if recorded.command_id else {}
    body = {"results": [_result(result) for result in recorded.results]}
    return Response(orjson.dumps(body), headers=headers, media_type="application/json")


async def record_for(request: Request, student_id: str, logs: Sequence[object]) -> Recorded:
    """Record what a student logs, as of now and within the quota; raises what `record` does."""
    services = services_of_app(request)
    quota = services.settings.habit_logs_per_day_max
    async with services.commands.connection(ReadScope(student_id)) as connection:
        return await record(connection, student_id, logs, services.clock(), quota)


def _result(result: Result) -> dict[str, str | None]:
    shown: dict[str, str | None] = {"id": result.id, "status": result.status}
    return shown if result.error is None else shown | {"error": result.error}


def _logs(body: bytes) -> list[object]:
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ApiError(400, f"The body is not JSON: {error}") from None
    logs = given.get("logs") if isinstance(given, dict) else None
    if not isinstance(logs, list):
        raise ApiError(400, 'The body must be a JSON object with a list "logs"')
    if len(logs) > LOGS_MAX:
        raise ApiError(400, f"{len(logs):,} logs; at most {LOGS_MAX} are possible at once")
    return logs
