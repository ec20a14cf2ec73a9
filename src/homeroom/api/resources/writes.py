"""What teachers do with resources: upload, change, share and remove them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Depends
from psycopg import AsyncConnection
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import refuse_if_revoked, wait_before_command
from homeroom.api.answers import POSITION, header
from homeroom.api.assignments.writes import json_object
from homeroom.api.envelopes import PlainProblem
from homeroom.api.errors import ApiError
from homeroom.api.resources import bodies
from homeroom.api.resources.surface import (
    PATH,
    FileAddress,
    ResourceId,
    TeachingResource,
    checked_id,
    own_address,
    require_on,
    router,
    shown,
    shown_address,
)
from homeroom.api.schools.surface import DENIED, teacher_scope
from homeroom.api.services import Services, services_of_app
from homeroom.commands import resources
from homeroom.commands.publications import token_of
from homeroom.commands.resource_rules import KeptResource, NewResource
from homeroom.errors import (
    InvalidResource,
    NotPermitted,
    NotUploaded,
    StoreUnavailable,
    UnknownResource,
)
from homeroom.files.store import upload_key
from homeroom.queries.database import ReadScope

WRITTEN = {
    "headers": {POSITION: header("What to send as Homeroom-Wait-For to see the change in a read.")}
}
UNSUPPORTED = {
    "model": PlainProblem,
    "description": "The body is announced as something else than JSON in UTF-8.",
}
CONFLICT = {"model": PlainProblem, "description": "The file is not there, or is another one."}
TOO_LARGE = {"model": PlainProblem, "description": "The file, or the body, is too large."}
Documented = dict[int | str, dict[str, Any]]


class Reserved(BaseModel):
    resource: TeachingResource
    upload: FileAddress


class OneResource(BaseModel):
    resource: TeachingResource


@dataclass(frozen=True, slots=True)
class WritingTeacher:
    """A teacher who writes, as far as the token tells; the token was not revoked."""

    request: Request
    services: Services
    teacher_id: str

    @asynccontextmanager
    async def command(self) -> AsyncIterator[AsyncConnection[Any]]:
        """A connection for one command, once what it waits for is there; refusals are ApiErrors."""
        await wait_before_command(self.request)
        try:
            whom = ReadScope(teacher_id=self.teacher_id)
            async with self.services.commands.connection(whom) as connection:
                yield connection
        except NotPermitted:
            raise ApiError(403, DENIED) from None
        except InvalidResource as error:
            raise ApiError(400, str(error)) from None

    async def own(self, connection: AsyncConnection[Any], text: str) -> KeptResource:
        """The teacher's resource of the id in a path, in a school where resources are on."""
        found = await resources.find(connection, self.teacher_id, checked_id(text))
        require_on(self.services, self.teacher_id, found.school_id)
        return found


async def writing_teacher(request: Request) -> WritingTeacher:
    services = services_of_app(request)
    principal = await services.authenticator.principal(request)
    await refuse_if_revoked(services, principal)
    return WritingTeacher(request, services, teacher_scope(principal).teacher_id)


Writing = Annotated[WritingTeacher, Depends(writing_teacher)]


@router.post(
    PATH, status_code=201, response_model=Reserved,
    responses={413: TOO_LARGE, 415: UNSUPPORTED},
    openapi_extra=bodies.documented(
        bodies.NEW, "school_id", "title", "file_name", "media_type", "size_bytes"
    ),
)  # fmt: skip
async def reserve_resource(request: Request, teacher: Writing) -> Response:
    """Say which file will be uploaded, and get the address to upload it to."""
    services = teacher.services
    new = bodies.new_resource(await json_object(request), services.settings)
    kept, expires_at = await reserved(teacher, new)
    key = upload_key(kept.resource_id)
    at = own_address(request, key)
    upload = await services.store.upload_address(key, kept.file, at, expires_at)
    return _answer(201, {"resource": _shown(kept), "upload": shown_address(upload)})


@router.post(
    f"{PATH}/{{id:any}}/uploaded", response_model=OneResource,
    responses={200: WRITTEN, 409: CONFLICT},
)  # fmt: skip
async def resource_uploaded(teacher: Writing, resource_id: ResourceId) -> Response:
    """Say that the file is uploaded. It shows from now on, and is scanned soon."""
    kept, command_id = await taken_in(teacher, resource_id)
    return _answer(200, {"resource": _shown(kept)}, command_id)


async def reserved(teacher: WritingTeacher, new: NewResource) -> tuple[KeptResource, datetime]:
    """A place for a file, and until when it may be uploaded; ApiError 403, 404."""
    request, services = teacher.request, teacher.services
    require_on(services, teacher.teacher_id, new.school_id)
    address = request.client.host if request.client else ""
    now = services.clock()
    expires_at = now + timedelta(seconds=services.settings.upload_address_seconds)
    async with teacher.command() as connection:
        kept = await resources.reserve(
            connection, services.store, teacher.teacher_id, new, address, now, expires_at
        )
    return kept, expires_at


async def taken_in(teacher: WritingTeacher, resource_id: str) -> tuple[KeptResource, UUID]:
    """A resource whose file is uploaded, and whose event is to be waited for; ApiError 409."""
    now, store = teacher.services.clock(), teacher.services.store
    async with teacher.command() as connection:
        found = await teacher.own(connection, resource_id)
        taking = await resources.begin_taking_in(
            connection, store, teacher.teacher_id, found.resource_id
        )
    # The store may take seconds, for which nobody should hold a connection.
    try:
        await resources.take_in(store, taking, now)
        kept, command_id = await _published(teacher, taking.kept, now)
    except NotUploaded as error:
        raise ApiError(409, str(error), code="file_not_uploaded") from None
    if not taking.kept.sequence:
        # What stays behind for once is deleted later, as what comes to the address later is.
        with suppress(StoreUnavailable):
            await store.delete(upload_key(kept.resource_id))
    return kept, command_id


async def _published(
    teacher: WritingTeacher, taken: KeptResource, now: datetime
) -> tuple[KeptResource, UUID]:
    """The file as it was published; a copy that nobody publishes any more is deleted."""
    store = teacher.services.store
    try:
        async with teacher.command() as connection:
            kept, command_id = await resources.publish(connection, teacher.teacher_id, taken, now)
    except (NotUploaded, UnknownResource):
        await resources.delete_file(store, taken.storage_url)
        raise
    if kept.storage_url != taken.storage_url:
        await resources.delete_file(store, taken.storage_url)
    return kept, command_id


@router.patch(
    f"{PATH}/{{id:any}}", response_model=OneResource, responses={200: WRITTEN, 415: UNSUPPORTED},
    openapi_extra=bodies.documented(bodies.CHANGED),
)  # fmt: skip
async def change_resource(request: Request, teacher: Writing, resource_id: ResourceId) -> Response:
    """Change the title, the description, or with whom a file is shared; the rest stays."""
    changes = bodies.changes_of(await json_object(request))
    async with teacher.command() as connection:
        found = await teacher.own(connection, resource_id)
        kept, command_id = await resources.change(
            connection, teacher.teacher_id, found.resource_id, changes, teacher.services.clock()
        )
    return _answer(200, {"resource": _shown(kept)}, command_id)


@router.delete(f"{PATH}/{{id:any}}", status_code=204, responses={204: WRITTEN})
async def remove_resource(teacher: Writing, resource_id: ResourceId) -> Response:
    """Remove a resource and its file."""
    async with teacher.command() as connection:
        found = await teacher.own(connection, resource_id)
        command_id = await resources.remove(
            connection, teacher.teacher_id, found.resource_id, teacher.services.clock()
        )
    return Response(status_code=204, headers={POSITION: token_of(command_id)})


def _shown(kept: KeptResource) -> dict[str, Any]:
    made_at = kept.uploaded_at or kept.reserved_at
    return shown(
        {
            "id": kept.resource_id, "title": kept.title, "description": kept.description,
            "file_name": kept.file_name, "media_type": kept.media_type,
            "size_bytes": kept.size_bytes, "with_students": kept.with_students,
            "class_ids": kept.class_ids, "status": kept.status, "uploaded_at": made_at,
            "updated_at": kept.updated_at or made_at,
        }
    )  # fmt: skip


def _answer(status: int, body: dict[str, Any], command_id: UUID | None = None) -> Response:
    headers = {POSITION: token_of(command_id)} if command_id else {}
    text = orjson.dumps(body, option=orjson.OPT_UTC_Z)
    return Response(text, status, headers, media_type="application/json")
