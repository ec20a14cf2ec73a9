"""Reads what PostgreSQL holds of an explanation, in one snapshot of the live generation."""

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, errors

from homeroom.database import snapshot
from homeroom.engine.catalog import Entity
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import enter, live_generation
from homeroom.engine.log.reader import Span
from homeroom.engine.log.records import Partition
from homeroom.engine.ordering import discards
from homeroom.engine.ordering.discards import Discards
from homeroom.engine.planning import lineage
from homeroom.engine.planning.definitions import Definition
from homeroom.engine.planning.planner import in_order
from homeroom.errors import ExplainingTooSlow, NotExplainable, WrongKey
from homeroom.operations.explain.answer import (
    ClosedLetter,
    Explanation,
    Step,
    Unapplied,
    plain,
)
from homeroom.operations.explain.events import RecordPlace, TracedRow
from homeroom.operations.explain.group_values import Key
from homeroom.operations.explain.lineage import KeyedTable, Lineage, tables
from homeroom.operations.explain.unapplied import (
    Subject,
    closed_letters_of,
    incomplete_below,
    unapplied_of,
)
from homeroom.operations.keys import key_text, read_key
from homeroom.statements import load

LOG_COLUMNS = ("sequence", "partition", "first_offset", "last_offset")
CONNECT_SECONDS_MAX = 3

SQL = load("explain", __package__)


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """What to explain: a column, or (None) the whole row. ``limit``: most rows per entity.

    ``column_of_field``: the column that a field of an answer to clients shows, or None.
    ``with_closed``: whether to read the closed dead letters of the subject with this key, too.
    """

    table: str
    key: str
    column: str | None = None
    limit: int = 1_000
    timeout_seconds: float = 10.0
    column_of_field: Callable[[str], str | None] = lambda _: None
    with_closed: bool = False


@dataclass(frozen=True, slots=True)
class SnapshotFindings:
    """The explanation without the events, and the rows whose events the log holds.

    ``definitions``: those of the live generation, each after what it reads. ``closed``: the closed
    dead letters, where they were asked for.
    """

    explanation: Explanation
    rows: Sequence[TracedRow]
    discards: Discards
    definitions: Sequence[Definition] = ()
    closed: Sequence[ClosedLetter] = ()


def read_snapshot(database_url: str, model: ReadModel, request: ExplainRequest) -> SnapshotFindings:
    """Reads the snapshot; raises NotMigrated, NotExplainable, or ExplainingTooSlow."""
    milliseconds = f"{max(1, int(request.timeout_seconds * 1000))}ms"
    try:
        with snapshot(
            database_url, "homeroom explain", connect_timeout=CONNECT_SECONDS_MAX
        ) as connection:
            read = _Snapshot(connection, model)
            # What the database takes is limited, not how long a busy machine reads definitions.
            connection.execute(SQL["limit_time"], (milliseconds,))
            return read.explain(request)
    except (errors.QueryCanceled, errors.TransactionTimeout):
        raise ExplainingTooSlow(request.timeout_seconds) from None


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
        self._definitions = {d.name: d for d in in_order(self._catalog, self._texts, stored=True)}
        self._tables = tables(connection, self._schema, self._definitions.values())

    def explain(self, request: ExplainRequest) -> SnapshotFindings:
        columns = self._columns(request.table)
        key, column = self._key(request), _column(request, columns)
        lineage = Lineage(self._connection, self._tables, list(self._definitions.values()))
        wanted = [column] if column else columns
        try:
            stored = lineage.read(request.table, [key], wanted).get(key)
        except (errors.DataError, ValueError) as error:
            raise NotExplainable(
                f"{request.key} cannot be a key of {request.table}: {error}"
            ) from None
        if stored is None:
            return self._without_row(request, key, column, wanted)
        lineage.trace(request.table, key, wanted)
        value = {name: plain(raw) for name, raw in stored.items()}
        entities = [e for e in self._catalog.entities if lineage.needs(e.name)]
        rows = [row for entity in entities for row in self._rows(entity, lineage, request.limit)]
        row_counts = {e.name: len(lineage.needed[e.name].keys) for e in entities}
        explanation = Explanation(
            request.table, request.key, column, value[column] if column else value,
            self._text(request.table), self._schema, self._as_of,
            lineage.counts[: request.limit], lineage.drift, self._through(request, lineage),
            row_counts, any(count > request.limit for count in row_counts.values()), (),
            self._unapplied(request, key, wanted, [(r.entity.name, r.key) for r in rows]),
        )  # fmt: skip
        return self._findings(explanation, rows, self._closed(request, key))

    def _without_row(
        self, request: ExplainRequest, key: Key, column: str | None, columns: Sequence[str]
    ) -> SnapshotFindings:
        """What is kept back of subjects with this key, and of those that a row with this key would
        rest on; raises NotExplainable where nothing is.
        """
        subjects = [(name, key_text(key)) for name in self._read_by(request.table)]
        unapplied = self._unapplied(request, key, columns, subjects)
        closed = self._closed(request, key)
        if not unapplied and not closed:
            raise NotExplainable(
                _no_row(request, self._tables[request.table], request.table in self._definitions)
            )
        explanation = Explanation(
            request.table, request.key, column, None, self._text(request.table), self._schema,
            self._as_of, (), (), (), {}, False, (), unapplied,
        )  # fmt: skip
        return self._findings(explanation, (), closed)

    def _findings(
        self, explanation: Explanation, rows: Sequence[TracedRow], closed: Sequence[ClosedLetter]
    ) -> SnapshotFindings:
        return SnapshotFindings(
            explanation, rows, discards.read(self._connection),
            tuple(self._definitions.values()), closed,
        )  # fmt: skip

    def _closed(self, request: ExplainRequest, key: Key) -> Sequence[ClosedLetter]:
        if not request.with_closed:
            return ()
        return closed_letters_of(self._connection, (request.table, key_text(key)), request.limit)

    def _read_by(self, table: str) -> set[str]:
        """The table, and all that it is derived from."""
        definition = self._definitions.get(table)
        below = definition.sources() if definition else ()
        return {table}.union(*(self._read_by(source) for source in below))

    def _unapplied(
        self, request: ExplainRequest, key: Key, columns: Sequence[str], subjects: list[Subject]
    ) -> list[Unapplied]:
        """What is kept back of these subjects, and of those that the row's definition leads to."""
        if request.table in self._definitions:
            subjects += incomplete_below(
                self._connection, list(self._definitions.values()),
                {e.name: e.key_names for e in self._catalog.entities},
                self._tables[request.table], key, columns,
            )  # fmt: skip
        return unapplied_of(self._connection, subjects, request.limit)

    def _text(self, table: str) -> str | None:
        """The file that says what a projection is, also one that was made for its sake."""
        definition = self._definitions.get(table)
        return self._texts[definition.file] if definition else None

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

    def _key(self, request: ExplainRequest) -> Key:
        try:
            return read_key(request.table, self._tables[request.table].key, request.key)
        except WrongKey as error:
            raise NotExplainable(str(error)) from None

    def _through(self, request: ExplainRequest, lineage: Lineage) -> list[Step]:
        """The projections between the value and the entities, those nearest to the value first."""
        steps = []
        for name in reversed(self._definitions):
            if lineage.needs(name) and name != request.table:
                keys = list(lineage.needed[name].keys)
                columns = list(lineage.needed[name].columns)
                stored = lineage.read(name, keys[: request.limit], columns)
                rows = [
                    {"key": key_text(key), "values": {n: plain(v) for n, v in values.items()}}
                    for key, values in sorted(stored.items())
                ]
                steps.append(Step(name, len(keys), rows))
        return steps

    def _rows(self, entity: Entity, lineage: Lineage, limit: int) -> list[TracedRow]:
        """The rows of an entity that the value rests on, by key, up to the limit."""
        needed = lineage.needed[entity.name]
        columns = [name for name in entity.column_names if name in needed.columns]
        missing = set(LOG_COLUMNS) - set(self._tables[entity.name].columns)
        if missing:
            raise NotExplainable(
                f"The live generation {self._schema} was built by a version that did not store "
                "where a row's events are in the log. Run `homeroom rebuild`."
            )
        keys = sorted(needed.keys)[:limit]
        stored = lineage.read(entity.name, keys, [*columns, *LOG_COLUMNS])
        refused = self._dead_letters(entity, [key_text(key) for key in keys])
        traced = []
        for key, row in stored.items():
            sequence, partition, first, last = (row.pop(name) for name in LOG_COLUMNS)
            subject = key_text(key)
            traced.append(TracedRow(
                entity, subject, sequence, self._partitions(entity, partition),
                Span(first or 0, 0 if last is None else last + 1),
                {name: plain(value) for name, value in row.items()}, refused.get(subject, ()),
            ))  # fmt: skip
        return traced

    def _partitions(self, entity: Entity, partition: int | None) -> list[Partition]:
        if partition is None:
            return []
        topic = self._catalog.broker_topic(entity)
        if partition >= 0:
            return [Partition(topic, partition)]
        known = self._connection.execute(SQL["partitions"]).fetchall()
        return [Partition(*row) for row in known if row[0] == topic]

    def _dead_letters(self, entity: Entity, keys: Sequence[str]) -> Mapping[str, set[RecordPlace]]:
        refused: dict[str, set[RecordPlace]] = {}
        for key, *place in self._connection.execute(
            SQL["dead_letters"], (entity.name, keys)
        ).fetchall():
            refused.setdefault(key, set()).add(RecordPlace(*place))
        return refused


def _column(request: ExplainRequest, columns: Sequence[str]) -> str | None:
    """The column by its own name, or by its name in answers (`className`, `totalStudents`)."""
    if request.column is None:
        return None
    if request.column not in columns and (shown := request.column_of_field(request.column)):
        return shown
    snake_case = re.sub(r"([A-Z])", r"_\1", request.column).lower()
    for name in (request.column, snake_case, snake_case.removeprefix("total_")):
        if name in columns:
            return name
    raise NotExplainable(
        f"{request.table} has no column {request.column}. It has: {', '.join(columns)}."
    )


def _no_row(request: ExplainRequest, table: KeyedTable, is_projection: bool) -> str:
    problem = f"{request.table} has no row whose {'/'.join(table.key)} is {request.key}."
    if not is_projection:
        return problem
    return (
        f"{problem} To check whether it should, run "
        f"`homeroom verify --table {request.table} --key {shlex.quote(request.key)}`."
    )
