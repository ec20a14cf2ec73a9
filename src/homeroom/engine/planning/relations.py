"""Tables as the planner sees them: keys, columns, and deltas."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from homeroom.engine.planning.names import SIGN, WHAT, delta_of, listed, quoted
from homeroom.engine.planning.types import ValueType

# As many as a bigint has but for its sign; more groups than that share the last one.
BITS = 63


def _bit(number: int) -> int:
    return 1 << min(number, BITS - 1)


@dataclass(slots=True)
class Delta:
    """What the delta of a relation must hold for its readers.

    ``stored``: the columns that readers compute with; ``watched``: by reader, those whose change
    counts for it. A row that differs in a column that anybody watches is in the delta. Where not
    all watch the same ones, ``_what`` has a bit for each group of columns that the same readers
    watch, and all bits for a row that has come or gone: so a reader passes over what is no change
    to it, and a new title costs nothing where only the author is read. ``says_what``: whether it
    can.
    """

    stored: dict[str, None] = field(default_factory=dict)
    watched: dict[str, dict[str, None]] = field(default_factory=dict)
    says_what: bool = True

    def watch(self, reader: str, columns: Iterable[str]) -> None:
        self.watched.setdefault(reader, {}).update(dict.fromkeys(columns))

    def watched_columns(self) -> dict[str, None]:
        return {column: None for columns in self.watched.values() for column in columns}

    def _groups(self, key: Sequence[str]) -> dict[frozenset[str], list[str]]:
        """The columns besides the key by who watches them: a row keeps its key as long as it is."""
        groups: dict[frozenset[str], list[str]] = {}
        for column in self.watched_columns():
            if column not in key:
                readers = frozenset(r for r, columns in self.watched.items() if column in columns)
                groups.setdefault(readers, []).append(column)
        return groups

    def _tells_what(self, key: Sequence[str]) -> bool:
        groups = self._groups(key) if self.says_what else {}
        return any(readers != self.watched.keys() for readers in groups)

    def condition(self, reader: str, key: Sequence[str]) -> str:
        """Which rows of the delta are a change to a reader; empty where all are."""
        groups = self._groups(key)
        if all(reader in readers for readers in groups) or not self._tells_what(key):
            return ""
        bits = {_bit(n) for n, readers in enumerate(groups) if reader in readers}
        return f"{WHAT} & {sum(bits)} <> 0" if bits else f"{WHAT} = -1"

    def create(self, name: str, key: Sequence[str]) -> str:
        """Makes the temporary table ``_d_<name>``, where it is not there yet."""
        columns = listed(self.stored)
        what = f", 0::bigint AS {WHAT}" if self._tells_what(key) else ""
        return (
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {delta_of(name)} AS SELECT 0::smallint "
            f"AS {SIGN}{what}{', ' if columns else ''}{columns} FROM {quoted(name)} WITH NO DATA"
        )

    def returning(self, key: tuple[str, ...]) -> str:
        """What a writing statement returns so that ``insert`` can compare old with new."""
        columns = dict.fromkeys((key[0], *self.stored, *self.watched_columns()))
        return ", ".join(
            f"old.{quoted(c)} AS {quoted(f'o_{c}')}, new.{quoted(c)} AS {quoted(f'n_{c}')}"
            for c in columns
        )

    def insert(self, name: str, key: tuple[str, ...], written: str) -> str:
        """Fills ``_d_<name>`` from the rows of ``written``, without unchanged ones."""
        old = listed(f"o_{c}" for c in self.stored)
        new = listed(f"n_{c}" for c in self.stored)
        existed, exists = (f"{quoted(f'{age}_{key[0]}')} IS NOT NULL" for age in ("o", "n"))
        differ = [
            " OR ".join(f"{quoted(f'o_{c}')} IS DISTINCT FROM {quoted(f'n_{c}')}" for c in columns)
            for columns in self._groups(key).values()
        ]
        changed = " OR ".join((f"({existed}) <> ({exists})", *differ))
        columns, what = f"{SIGN}, {listed(self.stored)}", ""
        if self._tells_what(key):
            columns = f"{columns}, {WHAT}"
            bits = (
                f"CASE WHEN {d} THEN {_bit(n)}::bigint ELSE 0 END" for n, d in enumerate(differ)
            )
            what = f", CASE WHEN ({existed}) <> ({exists}) THEN -1 ELSE {' | '.join(bits)} END"
        return (
            f"INSERT INTO {delta_of(name)} ({columns}) "
            f"SELECT -1, {old}{what} FROM {written} WHERE {existed} AND ({changed}) "
            f"UNION ALL SELECT 1, {new}{what} FROM {written} WHERE {exists} AND ({changed})"
        )


def delete_all(names: Sequence[str]) -> str:
    """Deletes all rows of these relations' deltas, in one statement."""
    others = ", ".join(
        f"_d{n} AS (DELETE FROM {delta_of(name)})" for n, name in enumerate(names[1:])
    )
    return f"{f'WITH {others} ' if others else ''}DELETE FROM {delta_of(names[0])}"


def truncate_all(names: Sequence[str]) -> str:
    return f"TRUNCATE {', '.join(map(delta_of, names))}"


@dataclass(slots=True)
class Relation:
    """An entity table or a projection. ``declared``: columns that readers' indexes begin with.

    ``types`` and ``not_null``: what is known of its columns' values. ``base``: of a view, which is
    not stored, the relation and column that each plain output is. ``lookups``: indexes with an
    order of their own or on some rows alone, each with its columns.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    declared: tuple[str, ...] = ()
    types: Mapping[str, ValueType] = field(default_factory=dict)
    not_null: frozenset[str] = frozenset()
    delta: Delta = field(default_factory=Delta)
    indexes: dict[tuple[str, ...], None] = field(default_factory=dict)
    base: Mapping[str, tuple[str, str]] | None = None
    lookups: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def need_index(self, columns: tuple[str, ...]) -> None:
        """Adds an index on these columns, unless the key begins with them or is among them, or a
        declared index begins with the only one.

        One that begins with a column of the key has all of it: PostgreSQL may take it to look a key
        up, where few rows share a value on average, and would read all of a value that many share.
        """
        by_key = self.key[: len(columns)] == columns or set(self.key) <= set(columns)
        if not by_key and not (len(columns) == 1 and columns[0] in self.declared):
            rest = tuple(c for c in self.key if c not in columns) if columns[0] in self.key else ()
            self.indexes[columns + rest] = None

    def need_lookup(self, columns: tuple[str, ...], order: str, condition: str) -> None:
        """Adds an index with this order of these columns, on the rows where ``condition`` holds or
        on all, unless the key has that order.
        """
        if condition or order != listed(self.key[: len(columns)]):
            self.lookups[f"({order}){condition and f' WHERE {condition}'}"] = columns

    def index_statements(self) -> list[str]:
        """What makes the indexes, without those with which another one begins."""
        plain = (
            f"({listed(columns)})"
            for columns in self.indexes
            if not any(o != columns and o[: len(columns)] == columns for o in self.indexes)
        )
        return [f"CREATE INDEX ON {quoted(self.name)} {on}" for on in (*plain, *self.lookups)]
