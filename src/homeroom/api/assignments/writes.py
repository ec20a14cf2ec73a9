"""What admins change: they assign teachers to classes and subjects, and take them off again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import Depends, Path
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import refuse_if_revoked, wait_before_command
from homeroom.api.answers import POSITION, header
from homeroom.api.assignments.ids import WireId, from_wire, to_wire
from homeroom.api.assignments.surface import admin_scope, router
from homeroom.api.bodies import json_bytes
from homeroom.api.envelopes import FailedProblem
from homeroom.api.errors import ApiError
from homeroom.api.services import Services, services_of_app
from homeroom.commands import assignments
from homeroom.commands.assignment_rules import (
    CLASS,
    SUBJECT,
    Admin,
    Kind,
    Link,
    Made,
    MadeAssignment,
)
from homeroom.commands.publications import token_of

PATH = "/teacher-assignments"
# What a target is called on the wire: one of it, and several.
FIELDS = {CLASS: "class_level_id", SUBJECT: "subject_id"}
LISTS = {CLASS: "class_level_ids", SUBJECT: "subject_ids"}
IDS_MAX = 500
NOTHING = "At least one class or subject must be provided"
WRITTEN = {
    "headers": {POSITION: header("What to send as Homeroom-Wait-For to see the change in a read.")}
}
UNSUPPORTED = {
    "model": FailedProblem,
    "description": "The body is announced as something else than JSON in UTF-8.",
    "headers": {
        "Accept": header("The type of content that is taken."),
        "Accept-Encoding": header("The encoding that is taken."),
    },
}
RESPONSES: dict[int | str, dict[str, Any]] = {201: WRITTEN, 415: UNSUPPORTED}
WIRE_ID = WireId.__metadata__[0].json_schema  # type: ignore[attr-defined]


def _body(**fields: Any) -> dict[str, Any]:
    """How the body of a request is documented; ids are looked at by us."""
    schema = {
        "type": "object",
        "required": ["user_id"],
        "properties": {"user_id": WIRE_ID} | fields,
    }
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


IDS = {"type": "array", "maxItems": IDS_MAX, "items": WIRE_ID}


class MadeClassAssignment(BaseModel):
    id: WireId
    user_id: WireId
    class_level_id: WireId
    created_at: datetime


class MadeSubjectAssignment(BaseModel):
    id: WireId
    user_id: WireId
    subject_id: WireId
    created_at: datetime


class MadeMany(BaseModel):
    classes_assigned: int
    subjects_assigned: int
    total_assignments: int


class Removed(BaseModel):
    success: Literal[True]
    message: str


class MadeClass(Removed):
    data: MadeClassAssignment


class MadeSubject(Removed):
    data: MadeSubjectAssignment


class MadeBulk(Removed):
    data: MadeMany


@dataclass(frozen=True, slots=True)
class WritingAdmin:
    """An admin who may assign, as far as the token tells, once the body was read."""

    request: Request
    services: Services
    admin: Admin

    async def make(
        self, teacher_id: str, links: Sequence[Link], *, skip_existing: bool = False
    ) -> Made:
        """Makes these links; raises what the wait and the command raise."""
        await wait_before_command(self.request)
        async with self.services.commands.connection(self.admin.scope) as connection:
            return await assignments.make(
                connection, self.admin, teacher_id, links, self.services.clock(),
                skip_existing=skip_existing,
            )  # fmt: skip

    async def remove(self, kind: Kind, assignment_id: str) -> UUID:
        """Removes an assignment; raises what the wait and the command raise."""
        await wait_before_command(self.request)
        async with self.services.commands.connection(self.admin.scope) as connection:
            return await assignments.remove(
                connection, self.admin, kind, assignment_id, self.services.clock()
            )


async def writing_admin(request: Request) -> WritingAdmin:
    """The admin that the token names; the token must not be revoked."""
    services = services_of_app(request)
    principal = await services.authenticator.principal(request)
    await refuse_if_revoked(services, principal)
    scope = admin_scope(principal)
    return WritingAdmin(request, services, Admin(scope.admin_id, scope.organization_id))


Writing = Annotated[WritingAdmin, Depends(writing_admin)]
AssignmentId = Annotated[str, Path(alias="id", description="The assignment's id.")]


@router.post(
    f"{PATH}/class", status_code=201, response_model=MadeClass, responses=RESPONSES,
    openapi_extra=_body(class_level_id=WIRE_ID),
)  # fmt: skip
async def assign_class(request: Request, admin: Writing) -> Response:
    """Assign a teacher to a class."""
    return await _assign(request, admin, CLASS)


@router.post(
    f"{PATH}/subject", status_code=201, response_model=MadeSubject, responses=RESPONSES,
    openapi_extra=_body(subject_id=WIRE_ID),
)  # fmt: skip
async def assign_subject(request: Request, admin: Writing) -> Response:
    """Assign a teacher to a subject."""
    return await _assign(request, admin, SUBJECT)


@router.post(
    f"{PATH}/bulk", status_code=201, response_model=MadeBulk, responses=RESPONSES,
    openapi_extra=_body(class_level_ids=IDS, subject_ids=IDS),
)  # fmt: skip
async def assign_many(request: Request, admin: Writing) -> Response:
    """Assign a teacher to several classes and subjects: all, or none where one is not there.

    What is assigned already is skipped, and not counted.
    """
    given = await json_object(request)
    teacher_id = checked_id(given, "user_id")
    links = [Link(kind, target) for kind, name in LISTS.items() for target in _ids(given, name)]
    if not links:
        raise ApiError(400, NOTHING)
    made = await admin.make(teacher_id, links, skip_existing=True)
    data = {
        "classes_assigned": len(made.of(CLASS)),
        "subjects_assigned": len(made.of(SUBJECT)),
        "total_assignments": len(made.assignments),
    }
    return _written(201, "Bulk assignments created successfully", made.command_id, data)


@router.delete(f"{PATH}/class/{{id:any}}", response_model=Removed, responses={200: WRITTEN})
async def remove_class_assignment(admin: Writing, assignment_id: AssignmentId) -> Response:
    """Take a teacher off a class."""
    return await _remove(admin, CLASS, assignment_id)


@router.delete(f"{PATH}/subject/{{id:any}}", response_model=Removed, responses={200: WRITTEN})
async def remove_subject_assignment(admin: Writing, assignment_id: AssignmentId) -> Response:
    """Take a teacher off a subject."""
    return await _remove(admin, SUBJECT, assignment_id)


async def _assign(request: Request, admin: WritingAdmin, kind: Kind) -> Response:
    given = await json_object(request)
    teacher_id, target_id = checked_id(given, "user_id"), checked_id(given, FIELDS[kind])
    made = await admin.make(teacher_id, [Link(kind, target_id)])
    (one,) = made.assignments
    message = f"Teacher assigned to {kind.name} successfully"
    return _written(201, message, made.command_id, _shown(one, teacher_id))


async def _remove(admin: WritingAdmin, kind: Kind, assignment_id: str) -> Response:
    try:
        known = from_wire("id", assignment_id)
    except ValueError as error:
        raise ApiError(400, str(error)) from None
    command_id = await admin.remove(kind, known)
    return _written(200, f"{kind.title} assignment removed successfully", command_id)


def _shown(one: MadeAssignment, teacher_id: str) -> dict[str, Any]:
    return {
        "id": to_wire(one.id),
        "user_id": to_wire(teacher_id),
        FIELDS[one.kind]: to_wire(one.target_id),
        "created_at": one.made_at,
    }


def _written(status: int, message: str, command_id: UUID | None, data: object = None) -> Response:
    body = {"success": True, "message": message} | ({} if data is None else {"data": data})
    headers = {POSITION: token_of(command_id)} if command_id else {}
    text = orjson.dumps(body, option=orjson.OPT_UTC_Z)
    return Response(text, status, headers, media_type="application/json")


async def json_object(request: Request) -> dict[str, Any]:
    """The body, which must be a JSON object; ApiError 400."""
    try:
        given = orjson.loads(await json_bytes(request))
    except orjson.JSONDecodeError as error:
        raise ApiError(400, f"The body is not JSON: {error}") from None
    if not isinstance(given, dict):
        raise ApiError(400, "The body must be a JSON object")
    return given


def checked_id(given: dict[str, Any], name: str) -> str:
    """An id of a body, which must be there; ApiError 400."""
    if given.get(name) is None:
        raise ApiError(400, f"{name} is required")
    return _checked(name, given[name])


def _ids(given: dict[str, Any], name: str) -> list[str]:
    """The ids of a list, each once; none where it is left out."""
    values = given.get(name)
    if values is None:
        return []
    if not isinstance(values, list) or len(values) > IDS_MAX:
        raise ApiError(400, f"{name} must be a list of at most {IDS_MAX} ids")
    return list(dict.fromkeys(_checked(name, value) for value in values))


def _checked(name: str, value: object) -> str:
    try:
        return from_wire(name, value)
    except ValueError as error:
        raise ApiError(400, str(error)) from None
