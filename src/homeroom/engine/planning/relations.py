"""Tables as the planner sees them: keys, columns, and deltas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from homeroom.engine.planning.names import SIGN, delta_of, listed, quoted
from homeroom.engine.planning.types import ValueType


@dataclass(slots=True)
class Delta:
    """What the delta of a relation must hold for its readers.

    ``stored``: the columns that readers compute with; ``watched``: a row that differs in one of
    these columns is in the delta.
    """

    stored: dict[str, None] = field(default_factory=dict)
    watched: dict[str, None] = field(default_factory=dict)

    def create(self, name: str) -> str:
        """Makes the temporary table ``_d_<name>``, where it is not there yet."""
        columns = listed(self.stored)
        return (
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {delta_of(name)} AS SELECT 0::smallint "
            f"AS {SIGN}{', ' if columns else ''}{columns} FROM {quoted(name)} WITH NO DATA"
        )

    def returning(self, key: tuple[str, ...]) -> str:
        """What a writing statement returns so that ``insert`` can compare old with new."""
        columns = dict.fromkeys((key[0], *self.stored, *self.watched))
        return ", ".join(
            f"old.{quoted(c)} AS {quoted(f'o_{c}')}, new.{quoted(c)} AS {quoted(f'n_{c}')}"
            for c in columns
        )

    def insert(self, name: str, key: tuple[str, ...], written: str) -> str:
        """Fills ``_d_<name>`` from the rows of ``written``, without unchanged ones."""
        old = listed(f"o_{c}" for c in self.stored)
        new = listed(f"n_{c}" for c in self.stored)
        changed = " OR ".join(
            f"{quoted(f'o_{c}')} IS DISTINCT FROM {quoted(f'n_{c}')}" for c in self.watched
        )
        existed, exists = (f"{quoted(f'{age}_{key[0]}')} IS NOT NULL" for age in ("o", "n"))
        changed = f"({existed}) <> ({exists}) OR {changed}"
        return (
            f"INSERT INTO {delta_of(name)} ({SIGN}, {listed(self.stored)}) "
            f"SELECT -1, {old} FROM {written} WHERE {existed} AND ({changed}) "
            f"UNION ALL SELECT 1, {new} FROM {written} WHERE {exists} AND ({changed})"
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
    not stored, the relation and column that each plain output is.
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

    def need_index(self, columns: tuple[str, ...]) -> None:
        """Adds an index on these columns, unless the key begins with them, or a declared index
        begins with the only one.
        """
        if self.key[: len(columns)] != columns and not (
            len(columns) == 1 and columns[0] in self.declared
        ):
            self.indexes[columns] = None

    def index_statements(self) -> list[str]:
        return [
            f"CREATE INDEX ON {quoted(self.name)} ({listed(columns)})" for columns in self.indexes
        ]
