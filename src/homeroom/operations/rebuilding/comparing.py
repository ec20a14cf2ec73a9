"""What differs between two generations: row by row, in one snapshot, at the same positions."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from psycopg import Connection
from psycopg import sql as pg

from homeroom.database import connect, snapshot
from homeroom.engine.generations import positions
from homeroom.engine.generations.registry import enter, live_generation
from homeroom.engine.ordering.store import count_kept_back
from homeroom.errors import RebuildRefused
from homeroom.operations.differences import Difference, count_rows, identifiers, of_row
from homeroom.operations.keys import key_expression
from homeroom.operations.rebuilding.replaying import LogReplayer
from homeroom.operations.rebuilding.swapping import held
from homeroom.statements import composable, load

EXAMPLES_MAX = 10
SQL = load("comparing", __package__)


@dataclass(frozen=True, slots=True)
class TableDifference:
    """One table in two generations.

    ``rows``: in the live one. ``columns``: what became of columns, a phrase each; only those that
    both have, with one type, are compared. ``examples``: the first rows by key, column by column;
    ``have`` is the live generation's value, ``should`` the next one's. ``untouched``: neither its
    definition nor the contract of what it reads has changed, so nothing should differ.
    """

    table: str
    rows: int
    added: int = 0
    removed: int = 0
    changed: int = 0
    columns: list[str] = field(default_factory=list)
    examples: list[Difference] = field(default_factory=list)
    untouched: bool = False

    @property
    def differing(self) -> int:
        return self.added + self.removed + self.changed


@dataclass(frozen=True, slots=True)
class Report:
    """The difference between the live generation and the next one, at the same positions.

    ``kept_before`` and ``kept_after``: dead letters, gaps and waiting events of each. ``missing``:
    what the log lacks and the live generation has applied, in a sentence; empty if nothing.
    """

    tables: list[TableDifference]
    kept_before: dict[str, int]
    kept_after: dict[str, int]
    missing: str = ""

    @property
    def differs(self) -> bool:
        return any(table.differing or table.columns for table in self.tables)

    @property
    def share_changed(self) -> float:
        """Rows that were added, removed or changed, per row of the live generation."""
        differing = sum(table.differing for table in self.tables)
        rows = sum(table.rows for table in self.tables)
        return differing / rows if rows else float(bool(differing))


REFUSED = (
    "Nothing was swapped: {}. `homeroom rebuild` with other limits goes on from here, "
    "`homeroom rebuild abort` drops what was built."
)
GO_ON = (
    "`homeroom rebuild --accept-differences` goes on from here; else `homeroom rebuild abort` "
    "drops what was built."
)


def check_share(report: Report | None, changed_max: float | None) -> None:
    """Raises RebuildRefused where more of the rows differ than may (0 to 1; None: any number)."""
    if changed_max is None:
        return
    if report is None:
        raise RebuildRefused(
            REFUSED.format("the live generation was never fed, so nothing could be compared")
        )
    if changed_max == 0 and report.differs:
        raise RebuildRefused(REFUSED.format("the generations differ"))
    if report.share_changed > changed_max:
        raise RebuildRefused(
            REFUSED.format(f"{report.share_changed:.3%} of the rows differ, more than may")
        )


def check_untouched(report: Report | None, accept_differences: bool, go_on: str = GO_ON) -> None:
    """Raises RebuildRefused where rows of tables would go or change that nothing has changed.

    ``go_on``: what swaps all the same.
    """
    if report is None or accept_differences:
        return
    lost = [t for t in report.tables if t.untouched and (t.removed or t.changed)]
    sentences = [report.missing] if report.missing else []
    if lost:
        counts = "; ".join(f"{t.table}: {t.removed:,} gone, {t.changed:,} changed" for t in lost)
        sentences.append(
            "Rows would go or change although neither the contract nor the definition of their "
            f"tables has changed ({counts})."
        )
    if sentences:
        raise RebuildRefused(
            f"Nothing was swapped. {' '.join(sentences)} If the log is right and the live tables "
            f"are not, {go_on}"
        )


@asynccontextmanager
async def snapshot_of_both(
    database_url: str, live: str, replayer: LogReplayer
) -> AsyncIterator[Connection[Any]]:
    """A snapshot in which a generation has read the log at least as far as the live one.

    Times are in UTC. Workers wait only while the replayer makes up the last events.
    """
    with snapshot(database_url, "homeroom rebuild") as connection:
        async with (
            await connect(database_url, "homeroom rebuild") as holding,
            held(holding, live) as stored,
        ):
            await replayer.reach_and_settle(stored)
            enter(connection, live)
        yield connection


def check_equally_far(connection: Connection[Any], live: str, fresh: str) -> None:
    """Raises RebuildRefused unless both generations have read the same, and the live one is so."""
    before, after = (positions.read_all(connection, name) for name in (live, fresh))
    apart = any(after.get(partition, 0) != offset for partition, offset in before.items())
    if apart or live_generation(connection) != live:
        raise RebuildRefused(
            "The live generation was swapped or gained partitions meanwhile: begin again."
        )


def compare(
    connection: Connection[Any], before: str, after: str, keys: Mapping[str, Sequence[str]],
    changed: Collection[str],
) -> Report:  # fmt: skip
    """Compares tables, given with their keys, within the caller's snapshot.

    ``changed``: those that may differ, by what they are made with.
    """
    tables = [
        replace(_table(connection, before, after, name, keys[name]), untouched=name not in changed)
        for name in sorted(keys)
    ]
    kept = [count_kept_back(connection, schema).as_json() for schema in (before, after)]
    return Report(tables, kept[0], kept[1])


def _table(
    connection: Connection[Any], before: str, after: str, name: str, key: Sequence[str]
) -> TableDifference:
    old, new = _columns(connection, before, name), _columns(connection, after, name)
    if not new or not old:
        rows = count_rows(connection, pg.Identifier(after if new else before, name))
        what = "the table is new" if new else "the table is gone"
        return TableDifference(
            name, 0 if new else rows, rows if new else 0, 0 if new else rows, 0, [what]
        )
    phrases = [f"{c} is new" for c in new if c not in old]
    phrases += [f"{c} is gone" for c in old if c not in new]
    phrases += [f"{c}: {old[c]} becomes {new[c]}" for c in old if new.get(c, old[c]) != old[c]]
    shared = [c for c in old if new.get(c) == old[c]]
    rows = count_rows(connection, pg.Identifier(before, name))
    if not set(key) <= set(shared):
        added = count_rows(connection, pg.Identifier(after, name))
        return TableDifference(name, rows, added, rows, 0, phrases)
    found = connection.execute(
        composable(SQL["rows_that_differ"]).format(
            keys=identifiers(key),
            key=key_expression(key),
            columns=identifiers(shared),
            before=pg.Identifier(before, name),
            after=pg.Identifier(after, name),
            limit=pg.Literal(EXAMPLES_MAX),
        )
    ).fetchall()
    removed, added, differing = found[0][3:] if found else (0, 0, 0)
    examples = [d for k, have, should, *_ in found for d in of_row(name, k, have, should)]
    return TableDifference(
        name, rows, added, removed, differing - added - removed, phrases, examples
    )


def _columns(connection: Connection[Any], schema: str, table: str) -> dict[str, str]:
    name = pg.Identifier(schema, table).as_string(connection)
    return dict(connection.execute(SQL["columns"], (name,)).fetchall())
