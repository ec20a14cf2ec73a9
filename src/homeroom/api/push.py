"""Browsers that take messages by Web Push: teachers and students register and remove their own."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import refuse_if_revoked
from homeroom.api.answers import PLAIN_REFUSALS
from homeroom.api.assignments.writes import json_object
from homeroom.api.envelopes import STUDENTS
from homeroom.api.errors import ApiError
from homeroom.api.routing import new_router
from homeroom.api.schools.surface import router as of_teachers
from homeroom.api.schools.surface import teacher_scope
from homeroom.api.services import services_of_app
from homeroom.api.student import check_student
from homeroom.commands.push_subscriptions import (
    BrowserOwner,
    PushAddress,
    add_browser,
    remove_browser,
)
from homeroom.domain.push_hosts import takes_pushes
from homeroom.languages import language_of
from homeroom.queries.database import ReadScope

ENDPOINT_CHARACTERS_MAX = 2_000
# An uncompressed point of P-256 and 16 bytes, in base64url (RFC 8291, section 2).
P256DH = re.compile(r"B[A-Za-z0-9_-]{86}=?")
AUTH = re.compile(r"[A-Za-z0-9_-]{22}(==)?")
ADDRESS: dict[str, Any] = {"type": "string", "format": "uri", "maxLength": ENDPOINT_CHARACTERS_MAX}
ADDED: dict[str, Any] = {
    "type": "object",
    "required": ["endpoint", "keys"],
    "properties": {
        "endpoint": ADDRESS,
        "keys": {
            "type": "object",
            "required": ["p256dh", "auth"],
            "properties": {
                "p256dh": {"type": "string", "pattern": f"^{P256DH.pattern}$"},
                "auth": {"type": "string", "pattern": f"^{AUTH.pattern}$"},
            },
        },
    },
}
REMOVED: dict[str, Any] = {
    "type": "object",
    "required": ["endpoint"],
    "properties": {"endpoint": ADDRESS},
}
PATH = "/push-subscriptions"
of_students = new_router(
    STUDENTS, prefix="/api/v1/student", tags=["student's commands"], responses=PLAIN_REFUSALS
)


def _taking(schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


@of_teachers.post(PATH, status_code=204, openapi_extra=_taking(ADDED))
async def add_teachers_browser(request: Request) -> Response:
    """Have messages delivered to this browser, whose `PushSubscription` is the body."""
    return await register(request, *await _teacher(request))


@of_teachers.delete(PATH, status_code=204, openapi_extra=_taking(REMOVED))
async def remove_teachers_browser(request: Request) -> Response:
    """Have no more messages delivered to this browser. Of an unknown one nothing changes."""
    return await unregister(request, *await _teacher(request))


@of_students.post(PATH, status_code=204, openapi_extra=_taking(ADDED))
async def add_students_browser(request: Request) -> Response:
    """Have messages delivered to this browser, whose `PushSubscription` is the body."""
    return await register(request, *await _student(request))


@of_students.delete(PATH, status_code=204, openapi_extra=_taking(REMOVED))
async def remove_students_browser(request: Request) -> Response:
    """Have no more messages delivered to this browser. Of an unknown one nothing changes."""
    return await unregister(request, *await _student(request))


async def register(request: Request, owner: BrowserOwner, scope: ReadScope) -> Response:
    """Registers what the body names. Raises ApiError 400, and 503 where there is no Web Push."""
    services = services_of_app(request)
    if not services.settings.vapid_public_key:
        raise ApiError(503, "Web Push is not configured")
    address = _address(await json_object(request))
    if not takes_pushes(address.endpoint, services.settings.push_hosts):
        raise ApiError(400, "endpoint is at no push service that is known here")
    async with services.commands.connection(scope) as connection:
        await add_browser(connection, owner, address)
    return Response(status_code=204)


async def unregister(request: Request, owner: BrowserOwner, scope: ReadScope) -> Response:
    """Removes what the body names. Raises ApiError 400."""
    endpoint = _endpoint(await json_object(request))
    async with services_of_app(request).commands.connection(scope) as connection:
        await remove_browser(connection, owner, endpoint)
    return Response(status_code=204)


async def _teacher(request: Request) -> tuple[BrowserOwner, ReadScope]:
    services = services_of_app(request)
    principal = await services.authenticator.principal(request)
    await refuse_if_revoked(services, principal)
    scope = teacher_scope(principal)
    return BrowserOwner("teacher", scope.teacher_id, _language(request)), scope


async def _student(request: Request) -> tuple[BrowserOwner, ReadScope]:
    services = services_of_app(request)
    principal = await services.authenticator.principal(request)
    await refuse_if_revoked(services, principal)
    scope = check_student(principal)
    return BrowserOwner("student", scope.student_id, _language(request)), scope


def _language(request: Request) -> str:
    return language_of(request.headers.get("accept-language", ""))


def _address(given: dict[str, Any]) -> PushAddress:
    keys = given.get("keys")
    if not isinstance(keys, dict):
        raise ApiError(400, "keys must be an object of p256dh and auth")
    for name, form in (("p256dh", P256DH), ("auth", AUTH)):
        if not isinstance(keys.get(name), str) or not form.fullmatch(keys[name]):
            raise ApiError(400, f"keys.{name} must be a key of a browser, in base64url")
    return PushAddress(_endpoint(given), keys["p256dh"], keys["auth"])


def _endpoint(given: dict[str, Any]) -> str:
    endpoint = given.get("endpoint")
    if not isinstance(endpoint, str) or not 1 <= len(endpoint) <= ENDPOINT_CHARACTERS_MAX:
        raise ApiError(400, "endpoint must be the address of a push service")
    if not endpoint.isprintable():
        raise ApiError(400, "endpoint must be a text without control characters")
    return endpoint
