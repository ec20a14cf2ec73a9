"""Deletes dead letters by age, or those that hold the id of one person.

Dead letters hold personal data: records as they were published.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql as pg

from homeroom.engine.generations.registry import Generation, registered_async
from homeroom.errors import NoSuchDeadLetter
from homeroom.operations.dead_letters.actions import (
    DEAD_LETTERS_MAX,
    Decision,
    Moves,
    Operator,
)
from homeroom.operations.dead_letters.listing import DeadLetterId, GapId
from homeroom.statements import composable, load
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
    """How many dead letters were deleted, were discarded before that, and are still open.

    Of a person: ``still_waiting``: how many waiting events of others mention the id; ``elsewhere``:
    by generation, how many dead letters and waiting events with the id could not be deleted there.
    """

    deleted: int
    discarded: int
    left_open: int
    still_waiting: int = 0
    elsewhere: dict[str, int] = field(default_factory=dict)


async def purge(operator: Operator, wanted: Purge) -> Purged:
    """Deletes dead letters. Raises HomeroomError where the person's id is not an id."""
    if wanted.person is not None:
        return await _purge_person(operator, wanted.person, wanted.decision)

    async def delete_closed(_: Moves) -> int:
        deleted = await operator.connection.execute(SQL["delete_closed"], (wanted.days,))
        return deleted.rowcount

    closed = await operator.exclusively(delete_closed)
    if not wanted.open_too:
        ((left,),) = await _rows(operator, SQL["count_old"], {"days": wanted.days})
        return Purged(closed, 0, left)
    deleted = discarded = 0
    # An event that waited may become a dead letter when it is applied.
    while open_ids := await _old(operator, wanted.days):
        gone = await _discard(operator, open_ids, wanted.decision)
        discarded += len(gone)
        deleted += await _delete(operator, [one for one in gone if isinstance(one, DeadLetterId)])
    return Purged(closed + deleted, discarded, 0)


async def _old(operator: Operator, days: int) -> list[DeadLetterId | GapId]:
    """Open dead letters and gaps that are older, as many as one transaction takes."""
    age = days, DEAD_LETTERS_MAX
    dead_letters = await _rows(operator, SQL["old_dead_letters"], age)
    if dead_letters:
        return [*map(DeadLetterId._make, dead_letters)]
    return [*map(GapId._make, await _rows(operator, SQL["old_gaps"], age))]


async def _discard(
    operator: Operator, entry_ids: Sequence[DeadLetterId | GapId], decision: Decision
) -> list[DeadLetterId | GapId]:
    """Discards some at a time; returns those that were, without what was closed meanwhile."""
    discarded: list[DeadLetterId | GapId] = []
    for start in range(0, len(entry_ids), DEAD_LETTERS_MAX):
        some = entry_ids[start : start + DEAD_LETTERS_MAX]
        try:
            await operator.discard(some, decision)
        except NoSuchDeadLetter:
            middle = len(some) // 2
            for half in (some[:middle], some[middle:]) if middle else ():
                discarded += await _discard(operator, half, decision)
        else:
            discarded += some
    return discarded


async def _purge_person(operator: Operator, person: str, decision: Decision) -> Purged:
    """Discards a person's open dead letters and gaps, then deletes the dead letters."""
    if not _ID.fullmatch(person):
        raise HomeroomError(f"{person!r} is no id: 1 to 64 characters of A-Z a-z 0-9 _ -.")
    deleted = discarded = 0
    while True:
        dead_letters, open_ids = await _of_person(operator, person)
        if not dead_letters and not open_ids:
            break
        discarded += len(await _discard(operator, open_ids, decision))
        deleted += await _delete(operator, dead_letters)
    waiting = await _count_waiting(operator, person, pg.Identifier("waiting"))
    elsewhere: dict[str, int] = {}
    for generation in await registered_async(operator.connection):
        if generation.state != "live":
            of_this, left = await _purge_elsewhere(operator, person, generation)
            deleted += of_this
            elsewhere |= {generation.name: left} if left else {}
    return Purged(deleted, discarded, 0, waiting, elsewhere)


async def _purge_elsewhere(
    operator: Operator, person: str, generation: Generation
) -> tuple[int, int]:
    """Deletes a person's dead letters in another generation; how many, and how many are left.

    What is open there its workers close, by what was discarded. Nobody feeds one that shows how
    things stood, so there all of them go.
    """
    table = pg.Identifier(generation.name, "dead_letters")
    is_kept = await _rows(operator, SQL["has_dead_letters"], (table.as_string(),))
    if is_kept != [(True,)]:
        return 0, 0
    query = composable(SQL["dead_letters_with"]).format(dead_letters=table)
    found = [
        (DeadLetterId._make(place), closed_as)
        for *place, closed_as, contents in await _rows(operator, query, _bytes(person))
        if _mentioned(person, contents)
    ]
    is_fed = generation.state != "as_of"
    to_go = [one for one, closed_as in found if closed_as is not None or not is_fed]
    if to_go:
        columns = [list(column) for column in zip(*to_go, strict=True)]
        delete = composable(SQL["delete_elsewhere"]).format(dead_letters=table)
        await operator.connection.execute(delete, columns)
    waiting = pg.Identifier(generation.name, "waiting")
    left = len(found) - len(to_go) + await _count_waiting(operator, person, waiting)
    return len(to_go), left


async def _count_waiting(operator: Operator, person: str, table: pg.Identifier) -> int:
    query = composable(SQL["waiting_with"]).format(waiting=table)
    waiting = await _rows(operator, query, _bytes(person))
    return sum(_mentioned(person, contents) for (contents,) in waiting)


async def _of_person(
    operator: Operator, person: str
) -> tuple[list[DeadLetterId], list[DeadLetterId | GapId]]:
    """All dead letters that hold the id; the open ones among them with the person's gaps."""
    dead_letters: list[DeadLetterId] = []
    open_ids: list[DeadLetterId | GapId] = []
    query = composable(SQL["dead_letters_with"]).format(dead_letters=pg.Identifier("dead_letters"))
    for *place, closed_as, contents in await _rows(operator, query, _bytes(person)):
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


async def _rows(
    operator: Operator, statement: bytes | pg.Composed, parameters: Any
) -> list[tuple[Any, ...]]:
    return await (await operator.connection.execute(statement, parameters)).fetchall()
