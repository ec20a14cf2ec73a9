"""Reads what PostgreSQL knows of a value, in one snapshot of the live generation."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection, errors

from homeroom.engine.catalog import Entity
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import enter, live_generation
from homeroom.engine.log.reader import Span
from homeroom.engine.log.records import Partition
from homeroom.engine.ordering import discards
from homeroom.engine.ordering.discards import Discards
from homeroom.engine.planning import lineage
from homeroom.engine.planning.definitions import Definition, order_definitions, read_definition
from homeroom.errors import ExplainingTooSlow, NotExplainable
from homeroom.operations.explain.answer import Explanation, Step, plain
from homeroom.operations.explain.events import RecordPlace, TracedRow
from homeroom.operations.explain.lineage import Key, KeyedTable, Lineage, tables
from homeroom.statements import load

WHERE_ROWS_STAND = ("sequence", "partition", "first_offset", "last_offset")
CONNECT_SECONDS_MAX = 3

SQL = load("explain", __package__)


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """What to explain: a column, or (None) the whole row. ``limit``: most rows of each entity."""

    table: str
    key: str
    column: str | None = None
    limit: int = 1_000
    timeout_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class SnapshotFindings:
    """The explanation without the events, and the rows whose events are to be found in the log."""

    explanation: Explanation
    rows: Sequence[TracedRow]
    discards: Discards


def read_snapshot(database_url: str, model: ReadModel, asked: ExplainRequest) -> SnapshotFindings:
    """Reads the snapshot; raises NotMigrated, NotExplainable, or ExplainingTooSlow."""
    milliseconds = f"{max(1, int(asked.timeout_seconds * 1000))}ms"
    try:
        with psycopg.connect(
            database_url, application_name="homeroom explain", connect_timeout=CONNECT_SECONDS_MAX
        ) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            with connection.transaction():
                connection.execute(SQL["limit_time"], (milliseconds,))
                return _Snapshot(connection, model).explain(asked)
    except (errors.QueryCanceled, errors.TransactionTimeout):
        raise ExplainingTooSlow(asked.timeout_seconds) from None


class _Snapshot:
    """The live generation within one transaction."""

    def __init__(self, connection: Connection[Any], model: ReadModel) -> None:
        self._connection = connection
        self._catalog = model.catalog
        self._schema = live_generation(connection)
        enter(connection, self._schema)
        row = connection.execute(SQL["plan"]).fetchone()
        assert row is not None
        self._texts, self._as_of = row
        self._definitions = self._in_order()
        self._tables = tables(connection, self._schema)

    def _in_order(self) -> dict[str, Definition]:
        entities = {e.name: e.column_names for e in self._catalog.entities}
        read = {name: read_definition(name, text) for name, text in self._texts.items()}
        return {d.name: d for d in order_definitions(read, entities)}

    def explain(self, asked: ExplainRequest) -> SnapshotFindings:
        columns = self._columns(asked.table)
        key, column = self._key(asked), _column(asked, columns)
        lineage = Lineage(self._connection, self._tables, list(self._definitions.values()))
        wanted = [column] if column else columns
        try:
            stored = lineage.read(asked.table, [key], wanted).get(key)
        except (errors.DataError, ValueError) as error:
            raise NotExplainable(f"{asked.key} cannot be a key of {asked.table}: {error}") from None
        if stored is None:
            raise NotExplainable(
                _no_row(asked, self._tables[asked.table], asked.table in self._texts)
            )
        lineage.trace(asked.table, key, wanted)
        value = {name: plain(told) for name, told in stored.items()}
        entities = [e for e in self._catalog.entities if lineage.needs(e.name)]
        rows = [row for entity in entities for row in self._rows(entity, lineage, asked.limit)]
        found = {e.name: len(lineage.needed[e.name].keys) for e in entities}
        explanation = Explanation(
            asked.table, asked.key, column, value[column] if column else value,
            self._texts.get(asked.table), self._schema, self._as_of,
            lineage.counts[: asked.limit], lineage.drift, self._through(asked, lineage),
            found, any(count > asked.limit for count in found.values()), (),
        )  # fmt: skip
        discarded = discards.read(self._connection)
        return SnapshotFindings(explanation, rows, discarded)

    def _columns(self, table: str) -> list[str]:
        """A table's columns that can be explained; raises NotExplainable for an unknown table."""
        if table in self._definitions:
            return list(lineage.outputs(self._definitions[table]))
        entity = self._catalog.entity_by_name.get(table)
        if entity is not None:
            return list(entity.column_names)
        raise NotExplainable(
            f"There is no table {table}. There are: {', '.join(sorted(self._definitions))}; and "
            f"the entities {', '.join(sorted(self._catalog.entity_by_name))}."
        )

    def _key(self, asked: ExplainRequest) -> Key:
        names = self._tables[asked.table].key
        parts = tuple(asked.key.split("/"))
        if len(parts) != len(names):
            raise NotExplainable(f"The key of {asked.table} is {'/'.join(names)}, not {asked.key}.")
        return parts

    def _through(self, asked: ExplainRequest, lineage: Lineage) -> list[Step]:
        """The projections between the value and the entities, those nearest to the value first."""
        steps = []
        for name in reversed(self._definitions):
            if lineage.needs(name) and name != asked.table:
                keys = list(lineage.needed[name].keys)
                columns = list(lineage.needed[name].columns)
                found = lineage.read(name, keys[: asked.limit], columns)
                rows = [
                    {"key": "/".join(key), "values": {n: plain(v) for n, v in values.items()}}
                    for key, values in sorted(found.items())
                ]
                steps.append(Step(name, len(keys), rows))
        return steps

    def _rows(self, entity: Entity, lineage: Lineage, limit: int) -> list[TracedRow]:
        """The rows of an entity that the value rests on, by key, up to the limit."""
        needed = lineage.needed[entity.name]
        columns = [name for name in entity.column_names if name in needed.columns]
        missing = set(WHERE_ROWS_STAND) - set(self._tables[entity.name].columns)
        if missing:
            raise NotExplainable(
                f"The live generation {self._schema} was made by a version that did not keep where "
                "a row's events stand in the log. Run `homeroom rebuild`."
            )
        keys = sorted(needed.keys)[:limit]
        found = lineage.read(entity.name, keys, [*columns, *WHERE_ROWS_STAND])
        refused = self._letters(entity, ["/".join(key) for key in keys])
        stored = []
        for key, row in found.items():
            sequence, partition, first, last = (row.pop(name) for name in WHERE_ROWS_STAND)
            subject = "/".join(key)
            stored.append(TracedRow(
                entity, subject, sequence, self._partitions(entity, partition),
                Span(first or 0, 0 if last is None else last + 1),
                {name: plain(value) for name, value in row.items()}, refused.get(subject, ()),
            ))  # fmt: skip
        return stored

    def _partitions(self, entity: Entity, partition: int | None) -> list[Partition]:
        if partition is None:
            return []
        topic = self._catalog.broker_topic(entity)
        if partition >= 0:
            return [Partition(topic, partition)]
        known = self._connection.execute(SQL["partitions"]).fetchall()
        return [Partition(*row) for row in known if row[0] == topic]

    def _letters(self, entity: Entity, keys: Sequence[str]) -> Mapping[str, set[RecordPlace]]:
        refused: dict[str, set[RecordPlace]] = {}
        for key, *place in self._connection.execute(
            SQL["dead_letters"], (entity.name, keys)
        ).fetchall():
            refused.setdefault(key, set()).add(RecordPlace(*place))
        return refused


def _column(asked: ExplainRequest, columns: Sequence[str]) -> str | None:
    """The column by its own name, or by the name in answers (`totalStudents`)."""
    if asked.column is None:
        return None
    told = re.sub(r"([A-Z])", r"_\1", asked.column).lower()
    for name in (asked.column, told, told.removeprefix("total_")):
        if name in columns:
            return name
    raise NotExplainable(
        f"{asked.table} has no column {asked.column}. It has: {', '.join(columns)}."
    )


def _no_row(asked: ExplainRequest, table: KeyedTable, is_projection: bool) -> str:
    said = f"{asked.table} has no row whose {'/'.join(table.key)} is {asked.key}."
    if not is_projection:
        return said
    return (
        f"{said} If it should have, `homeroom verify --table {asked.table} --key {asked.key}` says."
    )
