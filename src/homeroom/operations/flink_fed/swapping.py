"""Makes a generation live that a job of Flink's feeds: compared with the live one, then swapped."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from homeroom.database import connect, connect_sync, snapshot
from homeroom.engine.generations.generation import (
    ReadModel,
    changed_relations,
    differences,
)
from homeroom.engine.generations.registry import Generation, registered, stored_plan
from homeroom.errors import FingerprintMismatch, RebuildRefused
from homeroom.operations.differences import Scope, projections
from homeroom.operations.generations import find
from homeroom.operations.rebuilding import preparing, swapping
from homeroom.operations.rebuilding.comparing import Report, TableDifference, compare
from homeroom.operations.rebuilding.following import Follower
from homeroom.operations.verifying.against_generation import compare_shared
from homeroom.operations.verifying.settling import SettlingTime
from homeroom.operations.verifying.written import check_entities_written

# Takes the report; raises RebuildRefused to refuse.
Agree = Callable[[Report], None]
INSTEAD = {
    "live": "it is live already",
    "previous": "`homeroom rollback` goes back to it",
    "next": "`homeroom rebuild` goes on with it, and swaps it in",
    "as_of": "it shows how things stood: `homeroom serve --generation` serves it",
    "ended": "it is not kept any longer",
}


def swap_in(
    database_url: str, model: ReadModel, name: str, agree: Agree, *,
    keep_previous_seconds: int, wait: SettlingTime,
) -> str:  # fmt: skip
    """Swaps it in; returns the name of the one left, which becomes the previous one.

    ``wait``: how long its job may take to be as far as the live one, and then to have the same
    rows. Raises RebuildRefused where it is no such generation, or does not catch up;
    FingerprintMismatch where it was made by other code than this, which serves it; HomeroomError
    where there is none, or its entities are not written; NotLive, and as ``agree``. Then nothing
    has changed.
    """
    with connect_sync(database_url, "homeroom swap") as connection:
        generation = find(connection, name)
        live = preparing.live_of(registered(connection)).name
        _check(generation, model)
        check_entities_written(connection, name)
    asyncio.run(_reach(database_url, generation, live, wait.seconds_max))
    agree(_compare(database_url, model, live, name, wait))
    asyncio.run(_swap(database_url, generation, live, keep_previous_seconds))
    return live


def _check(generation: Generation, model: ReadModel) -> None:
    if generation.state != "apart":
        raise RebuildRefused(
            f"{generation.name} cannot be swapped in: {INSTEAD[generation.state]}."
        )
    if generation.stored.fingerprint != model.fingerprint():
        raise FingerprintMismatch(generation.name, differences(generation.stored, model))


async def _reach(database_url: str, generation: Generation, live: str, seconds_max: float) -> None:
    async with await connect(database_url, "homeroom swap") as connection:
        await Follower(connection, generation, live).reach_live(seconds_max)


def _compare(
    database_url: str, model: ReadModel, live: str, name: str, wait: SettlingTime
) -> Report:
    """The difference to the live generation. Neither is held, and Flink is a second or so behind:
    so what should be equal is looked at again.
    """
    with snapshot(database_url, "homeroom swap") as connection:
        tables = projections(connection, live) | projections(connection, name)
        changed = changed_relations(stored_plan(connection, live), model)
        report = compare(connection, live, name, tables, changed)
    late = [t.table for t in report.tables if t.untouched and t.differing]
    if not late:
        return report
    again = compare_shared(database_url, Scope(late), live, name, wait)
    caught_up = {one.table for one in again if not one.differs}
    return replace(
        report,
        tables=[
            TableDifference(t.table, t.rows, untouched=True) if t.table in caught_up else t
            for t in report.tables
        ],
    )


async def _swap(
    database_url: str, generation: Generation, live: str, keep_previous_seconds: int
) -> None:
    async with await connect(database_url, "homeroom swap") as connection:
        await swapping.swap(
            database_url, live, generation.name,
            Follower(connection, generation, live).reach, keep_previous_seconds,
        )  # fmt: skip
