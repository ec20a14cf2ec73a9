"""Assigns teachers to classes and subjects, and takes them off again.

A command validates everything against the read model before it writes anything. Commands for one
teacher take turns, so of two that make the same link at the same moment the second finds the first.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import orjson
from psycopg import AsyncConnection, errors

from homeroom.commands import outbox
from homeroom.commands.assignment_rules import (
    CLASS,
    SUBJECT,
    Admin,
    Kind,
    Link,
    Made,
    MadeAssignment,
    made_event,
    removed_event,
)
from homeroom.commands.numbering import LOCK
from homeroom.commands.own_notifications import assigned_event
from homeroom.engine.generations.registry import enter_live_async
from homeroom.errors import (
    AlreadyAssigned,
    CommandConflict,
    InvalidAssignment,
    NotATeacher,
    NumberingBehind,
    UnknownToAssign,
)
from homeroom.queries.realm import OF_COMMAND, in_realm
from homeroom.statements import load

SQL: dict[Kind, dict[str, bytes]] = {
    kind: {
        name: in_realm(text, OF_COMMAND, kind=kind.name, entity=kind.entity, target=kind.target)
        for name, text in load("assignments", __package__).items()
    }
    for kind in (CLASS, SUBJECT)
}
# Of the statements that are the same for both.
SHARED = SQL[CLASS]
KNOWN_TARGETS = {CLASS: SHARED["classes"], SUBJECT: SHARED["subjects"]}
NAMES = {CLASS: SHARED["class_names"], SUBJECT: SHARED["subject_names"]}

ATTEMPTS_MAX = 5
COLLISIONS = (
    errors.DeadlockDetected, errors.SerializationFailure, errors.UniqueViolation, CommandConflict,
)  # fmt: skip
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Existing:
    """Links that are there, by whether a command of ours made them, and those that only seem to."""

    targets: frozenset[str]
    commands: frozenset[UUID]
    settled: tuple[tuple[str, int], ...]


async def make(
    connection: AsyncConnection[Any],
    admin: Admin,
    teacher_id: str,
    links: Sequence[Link],
    now: datetime,
    *,
    skip_existing: bool = False,
    dry_run: bool = False,
) -> Made:
    """Makes these links of a teacher, all or none, in a transaction of its own.

    ``skip_existing``: links that are there already are no error, and not made. ``dry_run``: only
    what is validated; nothing is written, and what would be made has no id. The connection is the
    owner's, in autocommit mode.

    Raises UnknownToAssign, InvalidAssignment, NumberingBehind and psycopg's errors.
    """

    async def attempt() -> Made:
        return await _make(connection, admin, teacher_id, links, now, skip_existing, dry_run)

    return await _in_transaction(connection, attempt)


async def remove(
    connection: AsyncConnection[Any], admin: Admin, kind: Kind, assignment_id: str, now: datetime
) -> UUID:
    """Removes an assignment that is in force; returns the command, in a transaction of its own.

    Raises UnknownToAssign, NumberingBehind and psycopg's errors.
    """

    async def attempt() -> UUID:
        return await _remove(connection, admin, kind, assignment_id, now)

    return await _in_transaction(connection, attempt)


async def _in_transaction(
    connection: AsyncConnection[Any], attempt: Callable[[], Awaitable[Result]]
) -> Result:
    for number in range(1, ATTEMPTS_MAX + 1):
        try:
            async with connection.transaction():
                await enter_live_async(connection)
                return await attempt()
        except COLLISIONS as error:
            if number == ATTEMPTS_MAX:
                raise CommandConflict from error
            await asyncio.sleep(0.01 * 2**number)
    raise AssertionError


async def _make(
    connection: AsyncConnection[Any], admin: Admin, teacher_id: str, links: Sequence[Link],
    now: datetime, skip_existing: bool, dry_run: bool,
) -> Made:  # fmt: skip
    await _take_turn(connection, teacher_id)
    await _require_level(connection)
    await _require_teacher(connection, admin, teacher_id)
    targets = {
        kind: list(dict.fromkeys(link.target_id for link in links if link.kind is kind))
        for kind in (CLASS, SUBJECT)
    }
    for kind, ids in targets.items():
        await _require_targets(connection, admin, kind, ids)
    existing = {kind: await _existing(connection, kind, teacher_id, ids)
                for kind, ids in targets.items() if ids}  # fmt: skip
    new: dict[Kind, list[str]] = {}
    for kind, found in existing.items():
        if found.targets and not skip_existing:
            raise AlreadyAssigned(kind.name)
        new[kind] = [target for target in targets[kind] if target not in found.targets]
    if dry_run:
        unmade = (
            MadeAssignment(kind, "", target, now) for kind, ids in new.items() for target in ids
        )
        return Made(tuple(unmade), None)
    return await _write_made(connection, admin, teacher_id, new, existing, now)


async def _write_made(
    connection: AsyncConnection[Any], admin: Admin, teacher_id: str,
    new: dict[Kind, list[str]], existing: dict[Kind, _Existing], now: datetime,
) -> Made:  # fmt: skip
    command_id = uuid4()
    made = []
    for kind, targets in new.items():
        if settled := existing[kind].settled:
            gone = [{"assignment_id": one, "sequence": sequence} for one, sequence in settled]
            await connection.execute(SQL[kind]["settle"], {"links": _json(gone)})
        ids = await _draw(connection, kind, len(targets))
        made += [MadeAssignment(kind, *pair, now) for pair in zip(ids, targets, strict=True)]
        rows = [{"assignment_id": a.id, "target_id": a.target_id} for a in made if a.kind is kind]
        await connection.execute(
            SQL[kind]["add"],
            {"teacher_id": teacher_id, "command_id": command_id, "links": _json(rows)},
        )
    # Whoever waits for this command sees what was there already, too.
    also = sorted(frozenset[UUID]().union(*(found.commands for found in existing.values())))
    await outbox.add_command(connection, command_id, also)
    events = [made_event(one, teacher_id, admin) for one in made]
    events += await _told(connection, admin, teacher_id, made)
    if events:
        await outbox.append(connection, command_id, events)
    return Made(tuple(made), command_id)


async def _told(
    connection: AsyncConnection[Any], admin: Admin, teacher_id: str, made: Sequence[MadeAssignment]
) -> list[outbox.OutboxEvent]:
    """What the teacher is told of these."""
    told = []
    for kind, statement in NAMES.items():
        of_kind = [one for one in made if one.kind is kind]
        ids = {"ids": [one.target_id for one in of_kind]}
        found = await connection.execute(statement, admin.parameters | ids)
        known = {row[0]: row[1:] for row in await found.fetchall()}
        for one in of_kind:
            name, school_id = known[one.target_id]
            told.append(assigned_event(kind.name, one.id, teacher_id, name, school_id, one.made_at))
    return told


async def _remove(
    connection: AsyncConnection[Any], admin: Admin, kind: Kind, assignment_id: str, now: datetime
) -> UUID:
    # Before anything is looked at, so that nobody learns from it what there is.
    await _require_level(connection)
    key = {"assignment_id": assignment_id}
    found = await _one(connection, SQL[kind]["assignment"], key)
    if found is None:
        raise UnknownToAssign(kind.unknown_assignment, "assignment")
    # Whose it is never changes; what has become of it is known once it is our turn.
    await _take_turn(connection, found[0])
    await _require_level(connection)
    found = await _one(connection, SQL[kind]["assignment"], key)
    if found is None or found[3] or not await _is_seen(connection, admin, kind, *found[:2]):
        raise UnknownToAssign(kind.unknown_assignment, "assignment")
    teacher_id, target_id, sequence, _ = found
    command_id = uuid4()
    row = key | {
        "teacher_id": teacher_id, "target_id": target_id, "sequence": sequence + 1,
        "command_id": command_id,
    }  # fmt: skip
    await connection.execute(SQL[kind]["remove"], row)
    await outbox.add_command(connection, command_id, [])
    event = removed_event(kind, assignment_id, sequence + 1, admin, now)
    await outbox.append(connection, command_id, [event])
    return command_id


async def _take_turn(connection: AsyncConnection[Any], teacher_id: str) -> None:
    await connection.execute(SHARED["take_turn"], {"lock": LOCK, "teacher_id": teacher_id})


async def _require_level(connection: AsyncConnection[Any]) -> None:
    if await _one(connection, SHARED["level"], {}) != (True,):
        raise NumberingBehind


async def _require_teacher(connection: AsyncConnection[Any], admin: Admin, teacher_id: str) -> None:
    row = await _one(connection, SHARED["user"], admin.parameters | {"teacher_id": teacher_id})
    assert row is not None
    is_teacher, is_somebody = row
    if not is_teacher and is_somebody:
        raise NotATeacher
    if not is_teacher:
        raise UnknownToAssign("Teacher not found", "teacher")


async def _require_targets(
    connection: AsyncConnection[Any], admin: Admin, kind: Kind, ids: Sequence[str]
) -> None:
    unknown = set(ids) - await _known(connection, admin, kind, ids)
    if not unknown:
        return
    named = f": {', '.join(sorted(unknown))}" if len(ids) > 1 else ""
    raise UnknownToAssign(f"{kind.title} not found{named}", kind.name)


async def _known(
    connection: AsyncConnection[Any], admin: Admin, kind: Kind, ids: Sequence[str]
) -> set[str]:
    if not ids:
        return set()
    known = await connection.execute(KNOWN_TARGETS[kind], admin.parameters | {"ids": list(ids)})
    return {row[0] for row in await known.fetchall()}


async def _is_seen(
    connection: AsyncConnection[Any], admin: Admin, kind: Kind, teacher_id: str, target_id: str
) -> bool:
    """Whether an assignment is in force for the admin: who and what it links are there."""
    try:
        await _require_teacher(connection, admin, teacher_id)
    except (UnknownToAssign, InvalidAssignment):
        return False
    return bool(await _known(connection, admin, kind, [target_id]))


async def _existing(
    connection: AsyncConnection[Any], kind: Kind, teacher_id: str, ids: Sequence[str]
) -> _Existing:
    found = await connection.execute(
        SQL[kind]["links"], {"teacher_id": teacher_id, "ids": list(ids)}
    )
    rows = await found.fetchall()
    there = [row for row in rows if not row[4]]
    return _Existing(
        frozenset(row[0] for row in there),
        frozenset(row[2] for row in there if row[2] is not None),
        tuple((row[1], row[3]) for row in rows if row[4] and row[5]),
    )


async def _draw(connection: AsyncConnection[Any], kind: Kind, count: int) -> list[str]:
    """So many new ids, ascending; raises CommandConflict where others draw at the same time."""
    for _ in range(2):
        drawn = await connection.execute(SQL[kind]["draw"], {"count": count})
        ids = [row[0] for row in await drawn.fetchall()]
        taken = await _one(connection, SQL[kind]["taken"], {"ids": ids})
        if taken == (False,):
            return ids
        await connection.execute(SQL[kind]["skip"])
    raise CommandConflict


async def _one(
    connection: AsyncConnection[Any], statement: bytes, parameters: dict[str, Any]
) -> tuple[Any, ...] | None:
    row: tuple[Any, ...] | None = await (await connection.execute(statement, parameters)).fetchone()
    return row


def _json(rows: object) -> str:
    return orjson.dumps(rows).decode()
