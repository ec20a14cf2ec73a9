"""Tables as the planner sees them: keys, columns, and deltas."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Delta:
    """What the delta of a relation must hold for its readers.

    ``stored``: the columns that readers compute with; ``watched``: a row that differs in one of
    these columns is in the delta.
    """

    stored: dict[str, None] = field(default_factory=dict)
    watched: dict[str, None] = field(default_factory=dict)

    def create(self, name: str) -> tuple[str, ...]:
        """The temporary table ``d_<name>``, if anything reads it; every commit empties it."""
        if not self.watched:
            return ()
        columns = "".join(f", {column}" for column in self.stored)
        return (
            f"CREATE TEMPORARY TABLE d_{name} ON COMMIT DELETE ROWS AS "
            f"SELECT 0::smallint AS sign{columns} FROM {name} WITH NO DATA",
        )

    def returning(self, key: tuple[str, ...]) -> str:
        """What a writing statement returns so that ``insert`` can compare old with new."""
        columns = dict.fromkeys((key[0], *self.stored, *self.watched))
        return ", ".join(f"old.{c} AS o_{c}, new.{c} AS n_{c}" for c in columns)

    def insert(self, name: str, key: tuple[str, ...], written: str) -> str:
        """Fills ``d_<name>`` from the rows of ``written``, without unchanged ones."""
        old = ", ".join(f"o_{c}" for c in self.stored)
        new = ", ".join(f"n_{c}" for c in self.stored)
        changed = " OR ".join(f"o_{c} IS DISTINCT FROM n_{c}" for c in self.watched)
        existed, exists = f"o_{key[0]} IS NOT NULL", f"n_{key[0]} IS NOT NULL"
        changed = f"({existed}) <> ({exists}) OR {changed}"
        return (
            f"INSERT INTO d_{name} (sign, {', '.join(self.stored)}) "
            f"SELECT -1, {old} FROM {written} WHERE {existed} AND ({changed}) "
            f"UNION ALL SELECT 1, {new} FROM {written} WHERE {exists} AND ({changed})"
        )


@dataclass(slots=True)
class Relation:
    """An entity table or a projection. ``declared``: columns that readers' indexes begin with."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    declared: tuple[str, ...] = ()
    delta: Delta = field(default_factory=Delta)
    indexes: dict[tuple[str, ...], None] = field(default_factory=dict)

    def need_index(self, columns: tuple[str, ...]) -> None:
        """Adds an index on these columns, unless the key begins with them, or a declared index
        begins with the only one.
        """
        if self.key[: len(columns)] != columns and not (
            len(columns) == 1 and columns[0] in self.declared
        ):
            self.indexes[columns] = None

    def index_statements(self) -> list[str]:
        return [f"CREATE INDEX ON {self.name} ({', '.join(columns)})" for columns in self.indexes]
