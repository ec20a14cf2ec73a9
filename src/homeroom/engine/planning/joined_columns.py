"""The columns of a relation that the planner makes of a join: which ones, and their names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from homeroom.engine.planning import forms
from homeroom.engine.planning.definitions import Definition
from homeroom.engine.planning.shapes import terms

# A table's alias, and the name of a column.
Column = tuple[str, str]


@dataclass(frozen=True, slots=True)
class KnownRelations:
    """The keys and columns of all relations, by name; what is made is added.

    ``subjects``: the columns that are the whole key of an entity, in whatever table.
    """

    keys: dict[str, Sequence[str]]
    columns: dict[str, Sequence[str]]
    subjects: frozenset[str]

    def note(self, definition: Definition) -> None:
        """Adds what is made of a definition."""
        self.keys[definition.name] = definition.key
        names = dict.fromkeys(n for s in definition.selects for n in s.named_selects)
        self.columns[definition.name] = tuple(names)


class JoinedColumns:
    """Columns of a join, each once. ``equal``: by column, one that equals it in every row.

    ``called``: names that some of them have already.
    """

    def __init__(self, equal: Mapping[Column, Column], called: Mapping[Column, str]) -> None:
        self._equal = equal
        self._names = {self._of(column): name for column, name in called.items()}

    def _of(self, column: Column) -> Column:
        return self._equal.get(column, column)

    def name_of(self, column: Column) -> str:
        """The name of a column, which is one of the relation's from now on."""
        column = self._of(column)
        if column not in self._names:
            taken, alias, name = set(self._names.values()), *column
            choices = (name, f"{alias}_{name}", *(f"{name[:50]}_{n}" for n in range(2, 1_000)))
            self._names[column] = next(c for c in choices if c not in taken and len(c) < 60)
        return self._names[column]

    def take(self, node: exp.Expr) -> None:
        """Takes all columns that an expression reads."""
        for column in node.find_all(exp.Column):
            self.name_of((column.table, column.name))

    def take_subjects(self, tables: Mapping[str, str], known: KnownRelations) -> None:
        """Takes each column that names a subject: it may say whom a row is of (`rights.Reader`).

        ``tables``: relations by alias.
        """
        for alias, relation in tables.items():
            for column in known.columns[relation]:
                if column in known.subjects and column not in self._names.values():
                    self.name_of((alias, column))

    def outputs(self) -> list[exp.Expr]:
        return [
            exp.alias_(exp.column(name, table=alias), output)
            for (alias, name), output in self._names.items()
        ]

    def spelled(self, alias: str) -> dict[str, str]:
        """What the file calls each column, by what it is called of ``alias``."""
        return {f"{alias}.{name}": ".".join(column) for column, name in self._names.items()}

    def renamed(self, node: exp.Expr, alias: str, others: frozenset[str] = frozenset()) -> exp.Expr:
        """A copy that reads them of ``alias``; ``others``: the tables that stay as they are."""

        def of_alias(one: exp.Expr) -> exp.Expr:
            if not isinstance(one, exp.Column) or one.table in others:
                return one
            return exp.column(self.name_of((one.table, one.name)), table=alias)

        return node.copy().transform(of_alias)

    def once(self, join: exp.Join) -> exp.Join:
        """A join to the columns that are outputs, where others equal them in every row."""
        once = join.copy()
        for column in list(once.find_all(exp.Column)):
            table, name = self._of((column.table, column.name))
            if column.table != join.this.alias_or_name:
                column.replace(exp.column(name, table=table))
        return once


def compared(join: exp.Join) -> Iterator[tuple[str, Column]]:
    """The columns of a joined table that equal one of a table before it, and which."""
    alias = join.this.alias_or_name
    for term in terms(join.args.get("on")):
        if forms.compares_columns(term, alias):
            own, other = sorted((term.this, term.expression), key=lambda c: c.table != alias)
            yield own.name, (other.table, other.name)


def reads(node: exp.Expr, aliases: set[str] | frozenset[str]) -> bool:
    return any(column.table in aliases for column in node.find_all(exp.Column))
