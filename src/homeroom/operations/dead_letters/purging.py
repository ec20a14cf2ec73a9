"""Deletes dead letters by age, or those that hold the id of one person.

Dead letters hold personal data: records as they were published.
"""

import re
from dataclasses import dataclass
from typing import Any

from homeroom.operations.dead_letters.actions import Decision, Moves, Operator
from homeroom.operations.dead_letters.listing import DeadLetterId, GapId
from homeroom.statements import load
from homeroom_kit.errors import HomeroomError

SQL = load("purging", __package__)

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Purge:
    """What to purge: closed (or also open) dead letters by age in days, or those of a person."""

    days: int
    open_too: bool
    person: str | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class Purged:
    """How many dead letters were deleted, were discarded before that, and are still open."""

    deleted: int
    discarded: int
    left_open: int


async def purge(operator: Operator, wanted: Purge) -> Purged:
    """Deletes dead letters. Raises HomeroomError where the person's id is not an id."""
    if wanted.person is not None:
        return await _purge_person(operator, wanted.person, wanted.decision)

    async def delete_closed(_: Moves) -> int:
        deleted = await operator.connection.execute(SQL["delete_closed"], (wanted.days,))
        return deleted.rowcount

    closed = await operator.exclusively(delete_closed)
    if not wanted.open_too:
        return Purged(closed, 0, len(await _old(operator, wanted.days)))
    deleted = discarded = 0
    # An event that waited may become a dead letter when it is applied.
    while open_ids := await _old(operator, wanted.days):
        discarded += (await operator.discard(open_ids, wanted.decision)).discarded
        deleted += await _delete(
            operator, [one for one in open_ids if isinstance(one, DeadLetterId)]
        )
    return Purged(closed + deleted, discarded, 0)


async def _old(operator: Operator, days: int) -> list[DeadLetterId | GapId]:
    """Open dead letters and gaps that are older."""
    return [
        *map(DeadLetterId._make, await _rows(operator, SQL["old_dead_letters"], (days,))),
        *map(GapId._make, await _rows(operator, SQL["old_gaps"], (days,))),
    ]


async def _purge_person(operator: Operator, person: str, decision: Decision) -> Purged:
    """Discards a person's open dead letters and gaps, then deletes the dead letters."""
    if not _ID.fullmatch(person):
        raise HomeroomError(f"{person!r} is no id: 1 to 64 characters of A-Z a-z 0-9 _ -.")
    deleted = discarded = 0
    while True:
        dead_letters, open_ids = await _of_person(operator, person)
        if not dead_letters and not open_ids:
            break
        if open_ids:
            discarded += (await operator.discard(open_ids, decision)).discarded
        deleted += await _delete(operator, dead_letters)
    waiting = await _rows(operator, SQL["waiting_with"], _bytes(person))
    left = sum(_mentioned(person, contents) for (contents,) in waiting)
    return Purged(deleted, discarded, left)


async def _of_person(
    operator: Operator, person: str
) -> tuple[list[DeadLetterId], list[DeadLetterId | GapId]]:
    """All dead letters that hold the id; the open ones among them with the person's gaps."""
    dead_letters: list[DeadLetterId] = []
    open_ids: list[DeadLetterId | GapId] = []
    for *place, closed_as, contents in await _rows(
        operator, SQL["dead_letters_with"], _bytes(person)
    ):
        if _mentioned(person, contents):
            dead_letters.append(DeadLetterId._make(place))
            if closed_as is None:
                open_ids.append(dead_letters[-1])
    open_ids += map(GapId._make, await _rows(operator, SQL["gaps_of"], (person,)))
    return dead_letters, open_ids


async def _delete(operator: Operator, dead_letters: list[DeadLetterId]) -> int:
    async def delete(_: Moves) -> int:
        for dead_letter in dead_letters:
            await operator.connection.execute(SQL["delete"], dead_letter)
        return len(dead_letters)

    return await operator.exclusively(delete)


def _bytes(person: str) -> dict[str, bytes]:
    return {"id": person.encode()}


def _mentioned(person: str, contents: list[bytes]) -> bool:
    """Whether the id stands there as a whole, not within a longer id."""
    whole = re.compile(rb"(?<![A-Za-z0-9_-])" + person.encode() + rb"(?![A-Za-z0-9_-])")
    return any(whole.search(content) for content in contents)


async def _rows(operator: Operator, statement: bytes, parameters: Any) -> list[tuple[Any, ...]]:
    return await (await operator.connection.execute(statement, parameters)).fetchall()
