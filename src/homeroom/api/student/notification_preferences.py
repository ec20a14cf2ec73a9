"""Over which channels a student is nudged about what, and when not at all."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, get_args

import orjson
from fastapi import Depends
from pydantic import WithJsonSchema
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import refuse_if_revoked, wait_before_command
from homeroom.api.answers import PLAIN_REFUSALS
from homeroom.api.assignments.writes import json_object
from homeroom.api.envelopes import STUDENTS
from homeroom.api.errors import ApiError
from homeroom.api.routing import new_router
from homeroom.api.services import services_of_app
from homeroom.api.student.surface import (
    REGISTERED,
    SQL,
    answer,
    check_student,
    router,
    student_of,
)
from homeroom.commands.student_preferences import QuietHours, prefer_nudges, read_in
from homeroom.domain.notification_channels import CHANNELS, DEFAULTS
from homeroom.languages import language_of
from homeroom.queries.database import ReadScope
from homeroom.queries.statement import compose, since_of_selects
from homeroom_kit.contract.nudges import NudgeKind

KINDS: tuple[str, ...] = get_args(NudgeKind)
QUIET = ("quiet_from", "quiet_until")
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
TIME_SCHEMA = {"type": ["string", "null"], "pattern": f"^{TIME_OF_DAY.pattern}$"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        kind: {
            "type": "object",
            "properties": {channel: {"type": "boolean"} for channel in CHANNELS},
        }
        for kind in KINDS
    }
    | dict.fromkeys(QUIET, TIME_SCHEMA),
}
StudentPreferencesBody = Annotated[dict[str, Any], WithJsonSchema(SCHEMA)]
READ = compose(
    about=SQL["quiet_hours"],
    rows=SQL["notification_preferences"],
    since=since_of_selects(REGISTERED),
)
commands = new_router(
    STUDENTS,
    prefix="/api/v1/student",
    tags=["student's commands"],
    responses=PLAIN_REFUSALS,
)


async def commanding_student(request: Request) -> ReadScope:
    """The student who changes something; the token must not be revoked."""
    services = services_of_app(request)
    principal = await services.authenticator.principal(request)
    await refuse_if_revoked(services, principal)
    return check_student(principal)


@router.get("/notification-preferences", response_model=StudentPreferencesBody)
async def students_preferences(request: Request) -> Response:
    """Over which channels the student wants which kind of nudge, and the quiet hours.

    Quiet hours are times of day where the student lives, as `22:00`; null for none.
    """
    student = await student_of(request)
    result = await student.read(READ)
    hours = result.about or {}
    rows = [(row["kind"], row["channel"], row["enabled"]) for row in result.rows]
    quiet = QuietHours(hours.get("quiet_from"), hours.get("quiet_until"))
    return answer(result, result.about and body_of(rows, quiet))


@commands.put(
    "/notification-preferences",
    response_model=StudentPreferencesBody,
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": SCHEMA}}}
    },
)
async def set_students_preferences(
    request: Request, student: Annotated[ReadScope, Depends(commanding_student)]
) -> Response:
    """Choose channels per kind, and quiet hours; what is left out stays as it is."""
    given = await json_object(request)
    quiet = _quiet(given)
    chosen = _channels(given)
    await wait_before_command(request)
    services = services_of_app(request)
    async with services.commands.connection(student) as connection:
        kept = await prefer_nudges(connection, student.student_id, chosen, quiet)
        if language := request.headers.get("accept-language"):
            await read_in(connection, "student", student.student_id, language_of(language))
    text = orjson.dumps(body_of(kept.channels, kept.quiet))
    return Response(text, media_type="application/json")


def body_of(rows: Iterable[tuple[str, str, bool]], quiet: QuietHours) -> dict[str, Any]:
    """All kinds and channels, with what is set, and the quiet hours."""
    preferences: dict[str, Any] = {kind: dict(DEFAULTS) for kind in KINDS}
    for kind, channel, enabled in rows:
        if kind in KINDS:
            preferences[kind][channel] = enabled
    return preferences | {"quiet_from": quiet.begin, "quiet_until": quiet.end}


def _quiet(given: Mapping[str, Any]) -> QuietHours | None:
    if not any(name in given for name in QUIET):
        return None
    if not all(name in given for name in QUIET):
        raise ApiError(400, "quiet_from and quiet_until must be given together")
    for name in QUIET:
        text = given[name]
        if text is not None and not (isinstance(text, str) and TIME_OF_DAY.fullmatch(text)):
            raise ApiError(400, f"{name} must be a time of day, as 22:00, or null")
    begin, end = (given[name] for name in QUIET)
    if (begin is None) != (end is None):
        raise ApiError(400, "quiet_from and quiet_until must both be times, or both null")
    return QuietHours(begin, end)


def _channels(given: Mapping[str, Any]) -> dict[str, dict[str, bool]]:
    chosen = {name: value for name, value in given.items() if name not in QUIET}
    for kind, channels in chosen.items():
        if kind not in KINDS:
            raise ApiError(400, f"{kind[:60]} is no kind: it must be one of {', '.join(KINDS)}")
        if not isinstance(channels, dict):
            raise ApiError(400, f"{kind} must be an object of channels")
        for channel, enabled in channels.items():
            if channel not in CHANNELS:
                allowed = ", ".join(CHANNELS)
                raise ApiError(400, f"{kind}.{channel[:60]} is no channel: it must be of {allowed}")
            if not isinstance(enabled, bool):
                raise ApiError(400, f"{kind}.{channel} must be true or false")
    return chosen
