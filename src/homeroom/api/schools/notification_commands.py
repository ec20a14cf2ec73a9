"""What a teacher does with notifications: reads and dismisses them, chooses channels."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Depends, Path
from psycopg import AsyncConnection
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import Access, refuse_if_revoked, wait_before_command
from homeroom.api.answers import POSITION, header
from homeroom.api.assignments.ids import from_wire
from homeroom.api.assignments.writes import json_object
from homeroom.api.bodies import json_bytes
from homeroom.api.errors import ApiError
from homeroom.api.schools.notifications import (
    KINDS,
    PREFERENCES_SCHEMA,
    Channels,
    NotificationItem,
    PreferencesBody,
    item_of,
    preferences_of,
)
from homeroom.api.schools.surface import DENIED, SCHOOL_ID, OfSchool, router, teacher_scope
from homeroom.api.services import services_of_app
from homeroom.commands import notifications as commands
from homeroom.commands.notifications import Marked
from homeroom.commands.publications import token_of
from homeroom.commands.student_preferences import read_in
from homeroom.domain.notification_channels import CHANNELS
from homeroom.errors import UnknownSchool
from homeroom.languages import language_of

PATH = "/notifications/{id:any}"
WRITTEN: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            POSITION: header("What to send as Homeroom-Wait-For to see the change in a read.")
        }
    }
}
Mark = Callable[[AsyncConnection[Any], str, str, datetime], Awaitable[Marked]]
NotificationId = Annotated[str, Path(alias="id", description="The notification's id.")]


class MarkedNotification(BaseModel):
    notification: NotificationItem


class ReadAll(BaseModel):
    read: int


async def commanding_teacher(request: Request) -> Access:
    """Who may write, as far as the token tells, once it was looked at; and once what the command
    waits for is there.
    """
    services = services_of_app(request)
    principal = await services.authenticator.principal(request)
    await refuse_if_revoked(services, principal)
    return Access(services, teacher_scope(principal), principal.token)


CommandingTeacher = Annotated[Access, Depends(commanding_teacher)]


# Before the path of one notification, whose id may be anything.
@router.post("/notifications/read-all", response_model=ReadAll, responses=WRITTEN)
async def read_all_notifications(
    request: Request, teacher: CommandingTeacher, school_id: OfSchool = None
) -> Response:
    """Mark all that is unread at a school as read; without one at the first school by name."""
    await _begin(request)
    read, command_id = await mark_all_read(teacher, school_id)
    return answered({"read": read}, command_id)


async def mark_all_read(teacher: Access, school_id: str | None) -> tuple[int, UUID | None]:
    """How many are read by that, and whose events are to be waited for, if any.

    Raises ApiError 400 and 403, and what `commands.notifications.read_all` raises.
    """
    try:
        school = SCHOOL_ID.of(school_id)
    except ValueError as error:
        raise ApiError(400, str(error)) from None
    now = teacher.services.clock()
    async with teacher.services.commands.connection(teacher.scope) as connection:
        try:
            return await commands.read_all(connection, teacher.scope.teacher_id, school, now)
        except UnknownSchool:
            raise ApiError(403, DENIED) from None


@router.post(f"{PATH}/read", response_model=MarkedNotification, responses=WRITTEN)
async def read_notification(
    request: Request, teacher: CommandingTeacher, notification_id: NotificationId
) -> Response:
    """Mark a notification as read. The second time changes nothing."""
    return await _mark(request, teacher, notification_id, commands.read)


@router.post(f"{PATH}/dismiss", response_model=MarkedNotification, responses=WRITTEN)
async def dismiss_notification(
    request: Request, teacher: CommandingTeacher, notification_id: NotificationId
) -> Response:
    """Put a notification away: it is in no list any more. The second time changes nothing."""
    return await _mark(request, teacher, notification_id, commands.dismiss)


@router.put(
    "/notification-preferences",
    response_model=PreferencesBody,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": PREFERENCES_SCHEMA}},
        }
    },
)
async def set_notification_preferences(request: Request, teacher: CommandingTeacher) -> Response:
    """Choose channels per kind; kinds and channels that are left out stay as they are."""
    chosen = _chosen(await json_object(request))
    await wait_before_command(request)
    async with teacher.services.commands.connection(teacher.scope) as connection:
        rows = await commands.prefer(connection, teacher.scope.teacher_id, chosen)
        if language := request.headers.get("accept-language"):
            whom = ("teacher", teacher.scope.teacher_id)
            await read_in(connection, *whom, language_of(language))
    names = ("kind", "channel", "enabled")
    body = preferences_of([dict(zip(names, row, strict=True)) for row in rows])
    return answered(body, None)


async def _begin(request: Request) -> None:
    """Nothing is needed of a body, but it must be read before a look for a disconnect."""
    await json_bytes(request)
    await wait_before_command(request)


async def mark_one(teacher: Access, notification_id: str, mark: Mark) -> Marked:
    """A notification that is read or dismissed; ApiError 400, and what ``mark`` raises."""
    try:
        known = from_wire("id", notification_id)
    except ValueError as error:
        raise ApiError(400, str(error)) from None
    now = teacher.services.clock()
    async with teacher.services.commands.connection(teacher.scope) as connection:
        return await mark(connection, teacher.scope.teacher_id, known, now)


async def _mark(request: Request, teacher: Access, notification_id: str, mark: Mark) -> Response:
    await _begin(request)
    marked = await mark_one(teacher, notification_id, mark)
    receipt = asdict(marked.receipt)
    row = {"id": receipt["notification_id"], "type": receipt["kind"]}
    row |= {name: receipt.get(name) for name in NotificationItem.model_fields if name not in row}
    row["is_read"] = receipt["read_at"] is not None
    return answered({"notification": item_of(row)}, marked.command_id)


def _chosen(given: dict[str, Any]) -> dict[str, Channels]:
    for kind, channels in given.items():
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
    return given


def answered(body: object, command_id: UUID | None) -> Response:
    """The answer to a command; the header names it, for those who wait for its events."""
    headers = {POSITION: token_of(command_id)} if command_id else {}
    text = orjson.dumps(body, option=orjson.OPT_UTC_Z)
    return Response(text, 200, headers, media_type="application/json")
