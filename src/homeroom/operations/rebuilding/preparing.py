"""What comes first: how far to load, and the next generation's tables."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from psycopg import Connection, IsolationLevel
from psycopg import sql as pg

from homeroom.engine.generations import positions
from homeroom.engine.generations.costs import check_in_database
from homeroom.engine.generations.creating import create_generation
from homeroom.engine.generations.generation import ReadModel, without_history
from homeroom.engine.generations.registry import (
    Generation,
    live_generation,
    register,
    stored_plan,
)
from homeroom.engine.log.records import Partition
from homeroom.errors import FedByFlink, NotMigrated, RebuildRefused
from homeroom.operations.migrating.reader import READER
from homeroom.operations.rebuilding import as_of
from homeroom.operations.rebuilding.record import REBUILD, RebuildOptions
from homeroom.operations.rebuilding.whole_log import LogState
from homeroom.statements import load

SQL = load("preparing", __package__)

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TAKEN = re.compile(r"g[0-9]+|homeroom|public|pg_.*|information_schema")
# Copied from the live generation as it is. Dead letters keep their ids: operators know these.
COPIED = (
    "dead_letters", "waiting", "gaps", "incomplete", "subjects_without_row", "sequence_conflicts",
    "passed_over", "sources", "positions",
)  # fmt: skip


def live_of(generations: Iterable[Generation]) -> Generation:
    """The live generation; raises NotMigrated."""
    for generation in generations:
        if generation.state == "live":
            return generation
    raise NotMigrated


def next_name(connection: Connection[Any]) -> str:
    """A name for a generation that no other has had."""
    row = connection.execute(SQL["next_name"]).fetchone()
    assert row is not None
    return str(row[0])


def expected_name(connection: Connection[Any]) -> str:
    """The name that the next generation will have, if nobody else takes it."""
    row = connection.execute(SQL["expected_name"]).fetchone()
    assert row is not None
    return str(row[0])


def check_name(connection: Connection[Any], name: str) -> None:
    """Raises RebuildRefused where a generation cannot have this name."""
    if not _NAME.fullmatch(name) or _TAKEN.fullmatch(name):
        raise RebuildRefused(
            f"{name} cannot be a generation's name: give one of a-z, 0-9 and _ that begins with a "
            "letter, and not as the numbered ones are called."
        )
    if connection.execute("SELECT to_regnamespace(%s)", (name,)).fetchone() != (None,):
        raise RebuildRefused(
            f"There is a generation {name} already: `homeroom generations drop {name}` removes it."
        )


def check_history(live: Generation, model: ReadModel, options: RebuildOptions) -> None:
    """Raises RebuildRefused where a copy of the live entities would lack what the log may say."""
    missing = without_history(live.stored, model)
    if options.source == "live" and missing and not options.accept_differences:
        raise RebuildRefused(
            f"{live.name} does not keep what this version does: {'; '.join(missing)}. `--from "
            "live` copies what it keeps, so what the log says of that until now would be missing. "
            "`homeroom rebuild` reads the log. Where that is gone, `homeroom rebuild --from live "
            "--accept-differences` goes on without."
        )


def targets(
    stored: Mapping[Partition, positions.AppliedSpan],
    live: Generation,
    model: ReadModel,
    state: LogState,
    purpose: str = REBUILD,
) -> dict[Partition, int]:
    """How far to load: to the live generation's positions, so that the two can be compared.

    What the live one does not read, or nobody has ever fed it, is loaded to the log's end, unless
    it is only compared. ``stored``: what the live one has applied.
    """
    prefix = model.catalog.topic_prefix
    read = {prefix + topic for topic in live.stored.topics()}
    following = {partition: applied.next for partition, applied in stored.items()}
    fed = any(applied.last or applied.next > applied.first for applied in stored.values())
    compared = fed or purpose != REBUILD
    return {
        p: min(following.get(p, 0), span.end) if compared and p.topic in read else span.end
        for p, span in state.bounds.items()
    }


def firsts(
    stored: Mapping[Partition, positions.AppliedSpan], partitions: Iterable[Partition]
) -> dict[Partition, int]:
    """Where loading begins: where the live generation did, at 0 unless an operator said so."""
    return {p: stored[p].first if p in stored else 0 for p in partitions}


def make(
    connection: Connection[Any],
    name: str,
    model: ReadModel,
    options: RebuildOptions,
    firsts: Mapping[Partition, int],
) -> None:
    """Makes the generation, registered, with nothing but the keys of its entities; or nothing.

    ``firsts``: where loading begins in each partition that is loaded. Raises FedByFlink where what
    Flink writes was to be copied.
    """
    if options.source == "live":
        # One snapshot of all that is copied, and nobody has to wait for it.
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
    with connection.transaction():
        live = live_generation(connection)
        stored = stored_plan(connection, live)
        if options.source == "live" and stored.is_fed_by_flink:
            raise FedByFlink(live, "Its entities have no numbers: rebuild from the log.")
        if stored.definitions != model.definitions:
            check_in_database(connection, model)
        create_generation(connection, name, model, READER, bare=True)
        state = "as_of" if options.as_of else "next"
        register(connection, name, state, options.as_of)
        if options.as_of is not None:
            connection.execute(as_of.SQL["create"])
        if options.source == "live":
            _copy_live(connection, live, model)
            return
        positions.begin_all(connection, name, firsts)


def _copy_live(connection: Connection[Any], live: str, model: ReadModel) -> None:
    """The entity tables of the live generation, with all that belongs to them, in one moment."""
    for table in (*COPIED, *(entity.name for entity in model.catalog.entities)):
        _copy_table(connection, live, table)
    connection.execute(SQL["letters_go_on"])


def _copy_table(connection: Connection[Any], live: str, table: str) -> None:
    """Columns that both have; new ones stay empty. A table that is new stays empty too."""
    name = pg.Identifier(live, table).as_string(connection)
    shared = connection.execute(SQL["shared_columns"], (name, f'"{table}"')).fetchall()
    if shared:
        columns = pg.SQL(", ").join(pg.Identifier(column) for (column,) in shared)
        connection.execute(
            pg.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}").format(
                pg.Identifier(table), columns, columns, pg.Identifier(live, table)
            )
        )
