"""Traces a row of a projection down to the entity rows that it is computed from.

The definitions are those of the live generation. All reads share the caller's transaction, one
snapshot, so that a value and the rows below it are consistent.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine.planning import lineage
from homeroom.engine.planning.definitions import Definition
from homeroom.engine.planning.names import listed, quoted, with_quotes
from homeroom.engine.planning.totals import Extreme
from homeroom.operations.differences import Difference, of_row
from homeroom.operations.explain.answer import Count, plain
from homeroom.operations.explain.group_values import GroupValues, Key
from homeroom.operations.keys import key_text
from homeroom.statements import composable, load

SQL = load("explain", __package__)


@dataclass(frozen=True, slots=True)
class KeyedTable:
    """A table in the database, with its primary key."""

    name: str
    columns: Sequence[str]
    key: Sequence[str]
    key_types: Sequence[str]

    def key_relation(self) -> str:
        """Keys as a relation ``wanted_keys(k0, …)``; one parameter per column: a list of texts."""
        arrays = ", ".join("%s::text[]" for _ in self.key)
        typed = ", ".join(f"u.k{i}::{type_} AS k{i}" for i, type_ in enumerate(self.key_types))
        names = ", ".join(f"k{i}" for i in range(len(self.key)))
        return f"(SELECT {typed} FROM unnest({arrays}) AS u({names})) AS wanted_keys"

    def matches(self, expressions: Iterable[str]) -> str:
        """The condition that expressions, one per key column, equal those of ``wanted_keys``."""
        return " AND ".join(f"{e} = wanted_keys.k{i}" for i, e in enumerate(expressions))

    def key_texts(self, alias: str, prefix: str) -> list[str]:
        """The key's columns as texts, called ``<prefix>0`` and so on."""
        return [f"{quoted(alias)}.{quoted(c)}::text AS {prefix}{i}" for i, c in enumerate(self.key)]


@dataclass(slots=True)
class Needed:
    """The rows and columns of a relation that the explained value rests on."""

    keys: dict[Key, None] = field(default_factory=dict)
    columns: dict[str, None] = field(default_factory=dict)

    def add(self, keys: Iterable[Key], columns: Iterable[str]) -> None:
        self.keys.update(dict.fromkeys(keys))
        self.columns.update(dict.fromkeys(columns))


def tables(
    connection: Connection[Any], schema: str, definitions: Iterable[Definition]
) -> dict[str, KeyedTable]:
    """Every table of a generation that has a key, and every view with that of its definition."""
    known = {
        row[0]: KeyedTable(*row) for row in connection.execute(SQL["tables"], (schema,)).fetchall()
    }
    for view in definitions:
        if view.kind == "view":
            columns = connection.execute(SQL["columns"], (schema, view.name)).fetchall()
            types = [type_ for key in view.key for name, type_ in columns if name == key]
            known[view.name] = KeyedTable(view.name, [n for n, _ in columns], view.key, types)
    return known


def _escaped(text: str) -> str:
    """SQL of a definition, for use in a statement with parameters."""
    return text.replace("%", "%%")


class Lineage:
    """Traces one row. ``needed`` collects the rows and columns by relation."""

    def __init__(
        self,
        connection: Connection[Any],
        known: Mapping[str, KeyedTable],
        definitions: Sequence[Definition],
    ) -> None:
        self._connection = connection
        self._tables = known
        self._definitions = definitions
        self.needed: defaultdict[str, Needed] = defaultdict(Needed)
        self.counts: list[Count] = []
        self.drift: list[Difference] = []

    def trace(self, table: str, key: Key, columns: Collection[str]) -> None:
        """Finds what some columns of a row rest on."""
        self.needed[table].add([key], columns)
        # Later definitions read earlier ones.
        for definition in reversed(self._definitions):
            if definition.name in self.needed:
                trace = {
                    "rows": self._rows, "view": self._rows, "top": self._rows,
                    "totals": self._totals, "refresh": self._refresh,
                }  # fmt: skip
                trace[definition.kind](definition, self.needed[definition.name])

    def needs(self, table: str) -> bool:
        """Whether the value rests on any row of a table."""
        return table in self.needed and bool(self.needed[table].keys)

    def read(
        self, table: str, keys: Collection[Key], columns: Sequence[str]
    ) -> dict[Key, dict[str, Any]]:
        """Some columns of some rows, by key."""
        known = self._tables[table]
        names = ", ".join((*known.key_texts("t", "k_"), *(f"t.{quoted(c)}" for c in columns)))
        rows = self._query(
            known, keys,
            f"SELECT q.* FROM {known.key_relation()} CROSS JOIN LATERAL "
            f"(SELECT {names} FROM {quoted(table)} t "
            f"WHERE {known.matches(f't.{quoted(c)}' for c in known.key)} OFFSET 0) AS q",
        )  # fmt: skip
        width = len(known.key)
        return {row[:width]: dict(zip(columns, row[width:], strict=True)) for row in rows}

    def _query(
        self, table: KeyedTable, keys: Collection[Key], statement: str
    ) -> list[tuple[Any, ...]]:
        """Runs a statement that reads the table's ``key_relation``, with these keys in it."""
        lists = [[key[i] for key in keys] for i in range(len(table.key))]
        return self._connection.execute(composable(statement), lists).fetchall()

    def _rows(self, definition: Definition, needed: Needed) -> None:
        """Looks up the one row, or none, that each joined relation has for a key."""
        table = self._tables[definition.name]
        reading = lineage.joined(definition, needed.columns)
        select = reading.select.copy()
        select.set("expressions", [])
        for source in reading.sources:
            names = self._tables[source.relation].key_texts(source.alias, f"{source.alias}_")
            select = select.select(*names, dialect="postgres")
        inner = select.where(table.matches(reading.key), dialect="postgres")
        rows = self._query(
            table, needed.keys,
            f"SELECT q.* FROM {table.key_relation()} CROSS JOIN LATERAL "
            f"({_escaped(with_quotes(inner).sql('postgres', comments=False))} OFFSET 0) AS q",
        )  # fmt: skip
        start = 0
        for source in reading.sources:
            end = start + len(self._tables[source.relation].key)
            # A LEFT JOIN without a match gives no key.
            keys = [row[start:end] for row in rows if row[start] is not None]
            self.needed[source.relation].add(keys, sorted(source.columns))
            start = end
        # A view is its definition. Whether a row is among the first rests on others too.
        if definition.kind != "view":
            self._compare(definition, needed)

    def _compare(self, definition: Definition, needed: Needed) -> None:
        """Notes rows that differ from what their definition computes from the tables it reads."""
        table = self._tables[definition.name]
        columns = listed(dict.fromkeys((*table.key, *needed.columns)), "r")
        same = table.matches(f"r.{quoted(c)}" for c in table.key)
        side = " LEFT JOIN LATERAL (SELECT {0} FROM {1} r WHERE {2} OFFSET 0) AS {3} ON true"
        keys = ", ".join(f"wanted_keys.k{i}::text" for i in range(len(table.key)))
        differ = self._query(
            table, needed.keys,
            f"SELECT {keys}, to_jsonb(have), to_jsonb(should) "
            f"FROM {table.key_relation()}"
            + side.format(columns, quoted(table.name), same, "have")
            + side.format(columns, quoted(f"{table.name}_def"), same, "should")
            + " WHERE to_jsonb(have) IS DISTINCT FROM to_jsonb(should)",
        )  # fmt: skip
        for *key, have, should in differ:
            self.drift += of_row(table.name, key_text(key), have, should)

    def _refresh(self, definition: Definition, needed: Needed) -> None:
        """Takes all rows with the same first key column: the SELECT may have read any of them."""
        first = definition.key[0]
        columns = {name: table.columns for name, table in self._tables.items()}
        for source in lineage.touched(definition, columns):
            table = self._tables[source.relation]
            keys = self._connection.execute(
                pg.SQL("SELECT {} FROM {} t WHERE t.{}::text = ANY(%s)").format(
                    composable(", ".join(table.key_texts("t", "k_"))),
                    pg.Identifier(table.name),
                    pg.Identifier(first),
                ),
                ([key[0] for key in needed.keys],),
            ).fetchall()
            self.needed[source.relation].add(keys, sorted(source.columns))
        self._compare(definition, needed)

    def _totals(self, definition: Definition, needed: Needed) -> None:
        """Finds the rows that each total counts, and adds them up."""
        table = self._tables[definition.name]
        found = GroupValues()
        computed: dict[str, None] = {}
        for counted in lineage.counted(definition, needed.columns):
            relation = counted.source.relation
            for key, source_key, terms in self._counted(table, counted, needed.keys):
                found.groups.add(key)
                taken = [total for total, term in zip(counted.totals, terms, strict=True)
                         if term is not None]  # fmt: skip
                if (counted.totals or counted.extremes) and not taken:
                    continue
                self.needed[relation].add([source_key], ())
                for total, term in zip(counted.totals, terms, strict=True):
                    if term is not None:
                        found.add(key, total, term, relation)
            for extreme in counted.extremes:
                for key, source_key, value in self._first(table, counted, extreme, needed.keys):
                    self.needed[relation].add([source_key], ())
                    found.first(key, extreme.name, value, relation)
            found.name((*counted.totals, *counted.extremes), needed.columns)
            computed |= dict.fromkeys(counted.computed)
            self.needed[relation].add([], sorted(counted.source.columns))
        self._note_counts(definition, needed, found)
        if computed:
            self._compare(definition, Needed(needed.keys, computed))

    def _counted(
        self, table: KeyedTable, counted: lineage.Counted, keys: Collection[Key]
    ) -> Iterable[tuple[Key, Key, Sequence[Any]]]:
        """Group, row, and what each total adds for the row: None where its FILTER excludes it.

        This is a plain join, so that the relation is read once where no index finds the groups.
        """
        part, source = counted.part, self._tables[counted.source.relation]
        terms = [
            f"CASE WHEN {_escaped(total.condition or 'true')} "
            f"THEN {_escaped(total.term if total.distinct else f'coalesce({total.term}, 0)')} END"
            for total in counted.totals
        ]
        group = [_escaped(expression) for _, expression in part.keys]
        outputs = [*(f"({e})::text" for e in group), *source.key_texts(part.alias, "s_"), *terms]
        where = [table.matches(group), *([f"({_escaped(part.where)})"] if part.where else [])]
        width, end = len(table.key), len(table.key) + len(source.key)
        for row in self._query(
            table, keys,
            f"SELECT {', '.join(outputs)} FROM {table.key_relation()} "
            f"JOIN {quoted(part.relation)} AS {quoted(part.alias)} ON {' AND '.join(where)}",
        ):  # fmt: skip
            yield row[:width], row[width:end], row[end:]

    def _first(
        self, table: KeyedTable, counted: lineage.Counted, extreme: Extreme, keys: Collection[Key]
    ) -> Iterable[tuple[Key, Key, Any]]:
        """Group, row, and the extreme that the row has. Of rows that are equal one is enough."""
        part, source = counted.part, self._tables[counted.source.relation]
        alias = quoted(part.alias)
        conditions = [table.matches(_escaped(expression) for _, expression in part.keys)]
        conditions += [f"({_escaped(part.where)})"] if part.where else []
        if extreme.condition is not None:
            conditions.append(f"({_escaped(extreme.condition.sql('postgres'))})")
        order = [f"{alias}.{how}" for _, how in extreme.order]
        order += [f"{alias}.{quoted(column)}" for column in source.key]
        group = ", ".join(f"wanted_keys.k{i}::text" for i in range(len(table.key)))
        row = ", ".join((*source.key_texts(part.alias, "s_"), f"{alias}.{quoted(extreme.column)}"))
        width = len(table.key)
        for found in self._query(
            table, keys,
            f"SELECT {group}, q.* FROM {table.key_relation()} CROSS JOIN LATERAL (SELECT {row} "
            f"FROM {quoted(part.relation)} AS {alias} WHERE {' AND '.join(conditions)} "
            f"ORDER BY {', '.join(order)} LIMIT 1) AS q",
        ):  # fmt: skip
            yield found[:width], found[width:-1], found[-1]

    def _note_counts(self, definition: Definition, needed: Needed, found: GroupValues) -> None:
        name = definition.name
        stored = self.read(name, needed.keys, list(found.names))
        for key in needed.keys:
            text = key_text(key)
            if not found.names and key not in found.groups:
                row = dict(zip(definition.key, key, strict=True))
                self.drift.append(Difference(name, text, None, row, None))
            for column, stored_value in stored.get(key, {}).items():
                shown, value = found.names[column], plain(stored_value)
                computed = plain(found.value(key, column))
                by_relation = found.rows.get((key, column), {})
                self.counts.append(Count(name, text, shown, value, computed, by_relation))
                if value != computed:
                    self.drift.append(Difference(name, text, shown, value, computed))
