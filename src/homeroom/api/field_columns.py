"""Which column of which table a field of an answer shows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import sqlglot
from sqlglot import exp

from homeroom.engine.planning.definitions import read_definition
from homeroom.readmodel import definition_texts
from homeroom.statements import load

SURFACES = ("teacher", "student", "batches")


class _Column(NamedTuple):
    table: str
    name: str


def column_of_field(table: str, field: str) -> str | None:
    """The table's column that an answer shows under this name; None where there is none.

    Of a table that no answer reads, an entity above all, the column that a projection takes over
    as it is, and an answer shows from there. Raises DefinitionError.
    """
    return _all().get(table, {}).get(_spelled(field))


def _spelled(name: str) -> str:
    """One spelling for ``className``, ``class_name`` and ``_id``, ``id``."""
    return name.replace("_", "").lower()


@cache
def _all() -> Mapping[str, Mapping[str, str]]:
    columns: defaultdict[str, dict[str, str]] = defaultdict(dict)
    sources = _sources()
    level = [shown for surface in SURFACES for shown in _in_answers(surface)]
    # What an answer reads itself comes first, and what is nearer to it before what is further.
    while level:
        for field, column in level:
            columns[column.table].setdefault(_spelled(field), column.name)
        level = [(field, source) for field, column in level for source in sources[column]]
    return columns


def _in_answers(surface: str) -> Iterator[tuple[str, _Column]]:
    """Field and column of what answers show from one column alone."""
    for statement in load(surface, f"{__package__}.{surface}").values():
        parsed = sqlglot.parse_one(statement.decode(), read="postgres")
        for select in parsed.find_all(exp.Select):
            for shown in select.expressions:
                if isinstance(shown, exp.Alias) and (column := _only_column(select, shown)):
                    yield shown.alias, column


def _sources() -> Mapping[_Column, list[_Column]]:
    """By column of a projection, the columns that it takes over; a default may stand for null."""
    sources: defaultdict[_Column, list[_Column]] = defaultdict(list)
    for name, text in definition_texts().items():
        for select in read_definition(name, text).selects:
            for output in select.selects:
                value = output.unalias()
                if isinstance(value, exp.Column | exp.Coalesce) and (
                    column := _only_column(select, value)
                ):
                    sources[_Column(name, output.output_name)].append(column)
    return sources


def _only_column(select: exp.Select, value: exp.Expr) -> _Column | None:
    """The only column that a value is made of, where it is a table's."""
    tables = {
        source.alias_or_name: source.name
        for join in (select.args.get("from_"), *(select.args.get("joins") or ()))
        if isinstance(join, exp.From | exp.Join) and isinstance(source := join.this, exp.Table)
    }
    columns = {(c.table, c.name) for c in value.find_all(exp.Column)}
    if len(columns) != 1:
        return None
    ((alias, name),) = columns
    return _Column(tables[alias], name) if alias in tables else None
