"""Repairs rows of projections from their definitions, and records what was changed."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from psycopg import Connection
from psycopg import sql as pg
from psycopg.types.json import Jsonb

from homeroom.database import connect_sync
from homeroom.engine.applying.writer import generation_lock
from homeroom.engine.generations import positions
from homeroom.engine.generations.lock import hold_live_sync
from homeroom.engine.generations.registry import enter, live_generation, stored_plan
from homeroom.engine.log.records import Partition
from homeroom.errors import FedByFlink
from homeroom.operations.differences import (
    DIFFERENCES_MAX,
    Condition,
    Difference,
    Scope,
    chosen,
    condition,
    of_row,
    projections,
)
from homeroom.operations.rebuilding.swapping import TELL_ANEW
from homeroom.operations.verifying.verify import differing
from homeroom.statements import composable, load

SQL = load("repair", __package__)


@dataclass(slots=True)
class Repaired:
    """How many rows were repaired, and what was different; ``differences``: the first thousand."""

    rows: int = 0
    differences: list[Difference] = field(default_factory=list)


def repair(database_url: str, scope: Scope, by: str, why: str) -> Repaired:
    """Repairs the rows of a scope that differ; returns what was different.

    Where the scope names whole tables, the projections that read them are repaired too. The repair
    takes the writers' locks in the writers' order, so no batch is under way meanwhile. A table is
    repaired after the tables that it is derived from. Raises as ``verify`` does; then nothing is
    changed.
    """
    with (
        connect_sync(database_url, "homeroom repair") as connection,
        connection.transaction(),
    ):
        schema = live_generation(connection)
        hold(connection, schema)
        lock(connection, schema)
        repairer = RowRepairer(connection, schema, by, why)
        keys = projections(connection, schema)
        tables = chosen(keys, scope.tables)
        if scope.tables and scope.key is None:
            readers = connection.execute(SQL["readers"], (schema, list(scope.tables)))
            tables = chosen(keys, [table for (table,) in readers])
        for table, columns in tables.items():
            repairer.repair_projection(table, condition(table, columns, scope, ""))
        repairer.tell()
        return repairer.repaired


def hold(connection: Connection[Any], schema: str) -> dict[Partition, int]:
    """Enters the live generation, holds it until the transaction ends, and returns its positions.

    Raises NotLive, and FedByFlink.
    """
    held = hold_live_sync(connection, schema)
    if stored_plan(connection, schema).is_fed_by_flink:
        raise FedByFlink(schema)
    enter(connection, schema)
    return held


def lock(connection: Connection[Any], schema: str) -> None:
    """Takes the lock of the generation's writers until the transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (generation_lock(schema),))


class RowRepairer:
    """Repairs rows of one generation, and records each, within a transaction."""

    def __init__(self, connection: Connection[Any], schema: str, by: str, why: str) -> None:
        self.connection = connection
        self.schema = schema
        self.by = by
        self.why = why
        self.repaired = Repaired()

    def repair_projection(self, table: str, rows: Condition, excluded: str | None = None) -> None:
        """Repairs rows of a projection; ``excluded``: a temporary table of drift to leave alone."""
        self.find_drift(differing(self.schema, table, rows))
        if excluded is not None:
            self.connection.execute(
                composable(SQL["exclude"]).format(pg.Identifier("pg_temp", excluded)), (table,)
            )
        self.repair_drift(table, rows.columns)

    def find_drift(self, query: pg.Composed) -> None:
        """Stores the drift; the query returns the key, the row, and the row as it should be."""
        self.connection.execute("DROP TABLE IF EXISTS pg_temp.drift")
        self.connection.execute(composable(SQL["find"]).format(query))

    def repair_drift(
        self,
        table: str,
        key: pg.Composable,
        defaults: Mapping[str, int | str] | None = None,
        unrecorded: Sequence[str] = (),
    ) -> None:
        """Repairs the stored drift of a table, and records it.

        ``key``: the key's columns; ``defaults``: values of the columns that the query does not
        return; ``unrecorded``: columns that are left out of the record.
        """
        left_out = list(unrecorded)
        recorded = self.connection.execute(
            SQL["record"],
            (self.schema, table, left_out, left_out, self.by, self.why),
        )
        if not recorded.rowcount:
            return
        self._note(table, recorded.rowcount, unrecorded)
        names = {
            "table": pg.Identifier(self.schema, table),
            "key": key,
            "defaults": pg.Literal(Jsonb(dict(defaults or {}))),
        }
        self.connection.execute(SQL["analyse"])
        self.connection.execute(composable(SQL["delete"]).format(**names))
        self.connection.execute(composable(SQL["insert"]).format(**names))

    def _note(self, table: str, rows: int, unrecorded: Sequence[str]) -> None:
        """Notes how many rows are repaired, and what differs in the first of them."""
        self.repaired.rows += rows
        room = DIFFERENCES_MAX - len(self.repaired.differences)
        found = (
            _without(difference, unrecorded)
            for key, have, should in self.connection.execute(SQL["sample"], (room,))
            for difference in of_row(table, key, have, should)
            if difference.column not in unrecorded
        )
        self.repaired.differences += itertools.islice(found, room)

    def tell(self) -> None:
        """Has those who follow the generation look again once the transaction has committed."""
        if self.repaired.rows:
            self.connection.execute(TELL_ANEW)
            positions.notify_sync(self.connection, self.schema)


def _without(difference: Difference, columns: Sequence[str]) -> Difference:
    """The same difference; a whole row loses some columns."""
    have, should = (
        {name: of[name] for name in of if name not in columns} if isinstance(of, dict) else of
        for of in (difference.have, difference.should)
    )
    return replace(difference, have=have, should=should)
