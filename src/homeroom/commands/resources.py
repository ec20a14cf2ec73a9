"""Reserves, uploads, changes and removes resources of teachers.

Commands for one resource take turns. That the teacher teaches at the school now is asked in the
transaction that writes. The store is asked outside of it: a transaction waits for nobody's network.
"""

from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any
from uuid import UUID, uuid4

from psycopg import AsyncConnection
from psycopg.rows import class_row

from homeroom.commands import outbox
from homeroom.commands.numbering import LOCK
from homeroom.commands.resource_rules import Changes, KeptResource, NewResource, ResourceStep
from homeroom.engine.generations.registry import enter_live_async
from homeroom.errors import (
    InvalidResource,
    NotPermitted,
    NotUploaded,
    NumberingBehind,
    UnknownResource,
)
from homeroom.files.scanner import Verdict
from homeroom.files.store import Store, kept_key, upload_key
from homeroom.queries.teaching import teaches_there
from homeroom.statements import load

SQL = {
    name: text.decode().format(teaches_there=teaches_there("%(school_id)s::text")).encode()
    for name, text in load("resources", __package__).items()
}
# An upload that was begun in time may take this long to end.
UPLOAD_GRACE = timedelta(minutes=30)
TOO_LATE = "The time to upload is over; ask for a new address"

Decide = Callable[[KeptResource], Coroutine[Any, Any, ResourceStep]]


@dataclass(frozen=True, slots=True)
class TakingIn:
    """A file that is about to be taken in, by one request.

    ``kept``: with the place that is this request's own; ``former_url``: the place of the request
    before, of which nobody publishes a file any more.
    """

    kept: KeptResource
    former_url: str


async def reserve(
    connection: AsyncConnection[Any], store: Store, teacher_id: str, new: NewResource,
    address: str, now: datetime, upload_expires_at: datetime,
) -> KeptResource:  # fmt: skip
    """Keeps a place for a file; nobody else hears of it before the file is there.

    ``address``: of the uploader on the network. Raises NotPermitted and psycopg's errors.
    """
    resource_id = uuid4().hex
    row = {
        "resource_id": resource_id, "teacher_id": teacher_id, "school_id": new.school_id,
        "title": new.title, "description": new.description, "file_name": new.file.name,
        "media_type": new.file.media_type, "size_bytes": new.file.size_bytes,
        "storage_url": store.storage_url(kept_key(resource_id)), "uploader_address": address,
        "reserved_at": now, "upload_expires_at": upload_expires_at,
    }  # fmt: skip
    async with connection.transaction():
        await enter_live_async(connection)
        await _require_teaching(connection, teacher_id, new.school_id)
        await connection.execute(SQL["reserve"], row)
        kept = await _find(connection, resource_id)
    assert kept is not None
    return kept


async def find(connection: AsyncConnection[Any], teacher_id: str, resource_id: str) -> KeptResource:
    """A teacher's own resource; raises UnknownResource, NotPermitted and psycopg's errors."""
    async with connection.transaction():
        await enter_live_async(connection)
        return await _require_own(connection, teacher_id, resource_id)


async def begin_taking_in(
    connection: AsyncConnection[Any], store: Store, teacher_id: str, resource_id: str
) -> TakingIn:
    """Says where the file will stay, unless it was taken in before.

    Each request has a place of its own, and the last to begin counts: whoever is late, or frozen,
    writes over no file that was published. Raises UnknownResource, NotPermitted, NumberingBehind
    and psycopg's errors.
    """
    async with connection.transaction():
        await enter_live_async(connection)
        await _take_turn(connection, resource_id)
        found = await _require_own(connection, teacher_id, resource_id)
        if found.sequence:
            return TakingIn(found, found.storage_url)
        storage_url = store.storage_url(kept_key(f"{resource_id}-{token_hex(8)}"))
        place = {"resource_id": resource_id, "storage_url": storage_url}
        await connection.execute(SQL["place"], place)
    return TakingIn(replace(found, storage_url=storage_url), found.storage_url)


async def publish(
    connection: AsyncConnection[Any], teacher_id: str, taken: KeptResource, now: datetime
) -> tuple[KeptResource, UUID]:
    """Publishes a file that was taken in; the second time it changes nothing.

    Returns the command as well. Raises NotUploaded where somebody began later to take it in,
    UnknownResource, NotPermitted, NumberingBehind, psycopg's errors.
    """

    async def uploaded(found: KeptResource) -> ResourceStep:
        if found.sequence:
            return ResourceStep(found, [])
        if found.storage_url != taken.storage_url:
            raise NotUploaded("The file is being taken in by another request; try again")
        return found.uploaded(now)

    return await _write(connection, teacher_id, taken.resource_id, uploaded)


async def take_in(store: Store, taking: TakingIn, now: datetime) -> None:
    """Copies what was uploaded to where nobody can change it; nothing where that was done before.

    Raises NotUploaded where the file is not there, or is of another size, and StoreUnavailable.
    """
    kept = taking.kept
    if kept.sequence:
        return
    if kept.upload_expires_at and now > kept.upload_expires_at + UPLOAD_GRACE:
        raise NotUploaded(TOO_LATE)
    # Whoever took it in before, and did not publish it, left the copy there.
    await delete_file(store, taking.former_url)
    arrived, staying = upload_key(kept.resource_id), store.key_of(kept.storage_url)
    assert staying is not None
    size_bytes = await store.size_bytes(arrived)
    if size_bytes is not None:
        if size_bytes != kept.size_bytes:
            raise NotUploaded(_other_size(size_bytes, kept))
        await store.copy(arrived, staying)
    # What was copied is looked at again: it may have been replaced just before.
    size_bytes = await store.size_bytes(staying)
    if size_bytes is None:
        raise NotUploaded("The file was not uploaded yet")
    if size_bytes != kept.size_bytes:
        await store.delete(staying)
        raise NotUploaded(_other_size(size_bytes, kept))


async def delete_file(store: Store, storage_url: str) -> None:
    """Deletes a file, if it is of this store; raises StoreUnavailable."""
    if key := store.key_of(storage_url):
        await store.delete(key)


def _other_size(size_bytes: int, kept: KeptResource) -> str:
    return f"The file has {size_bytes} bytes, not {kept.size_bytes}; upload it again"


async def change(
    connection: AsyncConnection[Any], teacher_id: str, resource_id: str, changes: Changes,
    now: datetime,
) -> tuple[KeptResource, UUID]:  # fmt: skip
    """Changes what is said of a resource, and with whom it is shared.

    Raises InvalidResource for a class that is not the teacher's in this school, or while the file
    is not uploaded; UnknownResource, NotPermitted, NumberingBehind and psycopg's errors.
    """

    async def changed(found: KeptResource) -> ResourceStep:
        if not found.sequence:
            raise InvalidResource("The file was not uploaded yet")
        class_ids = changes.said.get("class_ids", ())
        # Those that it is shared with already may stay, whatever has become of them.
        await _require_classes(connection, found, set(class_ids) - set(found.class_ids))
        return found.changed(changes, now)

    return await _write(connection, teacher_id, resource_id, changed)


async def remove(
    connection: AsyncConnection[Any], teacher_id: str, resource_id: str, now: datetime
) -> UUID:
    """Removes a resource at once, and its file soon; raises as `change` does."""

    async def removed(found: KeptResource) -> ResourceStep:
        return found.without_file(now)

    _, command_id = await _write(connection, teacher_id, resource_id, removed)
    return command_id


async def note_scan(
    connection: AsyncConnection[Any], resource_id: str, verdict: Verdict, now: datetime
) -> bool:
    """Publishes what came of a scan, unless it is known already; whether it was news.

    Raises NumberingBehind and psycopg's errors.
    """
    async with connection.transaction():
        await enter_live_async(connection)
        await _take_turn(connection, resource_id)
        found = await _find(connection, resource_id)
        if found is None or found.removed or found.status != "pending":
            return False
        await _append(connection, found.scanned(verdict, now))
    return True


async def _write(
    connection: AsyncConnection[Any], teacher_id: str, resource_id: str, decide: Decide
) -> tuple[KeptResource, UUID]:
    """Writes a step and its events; without any, the command is the one before."""
    async with connection.transaction():
        await enter_live_async(connection)
        await _take_turn(connection, resource_id)
        found = await _require_own(connection, teacher_id, resource_id)
        step = await decide(found)
        if step.after == found and found.command_id:
            return found, found.command_id
        return step.after, await _append(connection, step)


async def _append(connection: AsyncConnection[Any], step: ResourceStep) -> UUID:
    command_id = uuid4()
    await connection.execute(SQL["write"], asdict(step.after) | {"command_id": command_id})
    await outbox.add_command(connection, command_id, [])
    if step.events:
        await outbox.append(connection, command_id, step.events)
    return command_id


async def _take_turn(connection: AsyncConnection[Any], resource_id: str) -> None:
    await connection.execute(SQL["take_turn"], {"lock": LOCK, "resource_id": resource_id})
    level = await (await connection.execute(SQL["level"])).fetchone()
    if level != (True,):
        raise NumberingBehind


async def _find(connection: AsyncConnection[Any], resource_id: str) -> KeptResource | None:
    async with connection.cursor(row_factory=class_row(KeptResource)) as cursor:
        await cursor.execute(SQL["resource"], {"resource_id": resource_id})
        return await cursor.fetchone()


async def _require_own(
    connection: AsyncConnection[Any], teacher_id: str, resource_id: str
) -> KeptResource:
    found = await _find(connection, resource_id)
    if found is None or found.removed or found.teacher_id != teacher_id:
        raise UnknownResource
    await _require_teaching(connection, teacher_id, found.school_id)
    return found


async def _require_teaching(
    connection: AsyncConnection[Any], teacher_id: str, school_id: str
) -> None:
    who = {"teacher_id": teacher_id, "school_id": school_id}
    if await (await connection.execute(SQL["teaches"], who)).fetchone() != (True,):
        raise NotPermitted


async def _require_classes(
    connection: AsyncConnection[Any], of: KeptResource, class_ids: set[str]
) -> None:
    if not class_ids:
        return
    known = await connection.execute(
        SQL["classes"],
        {"class_ids": list(class_ids), "school_id": of.school_id, "teacher_id": of.teacher_id},
    )
    if unknown := class_ids - {row[0] for row in await known.fetchall()}:
        raise InvalidResource(f"No class of yours at this school: {', '.join(sorted(unknown))}")
