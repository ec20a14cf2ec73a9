"""Which column of which table a field of an answer shows."""

from collections.abc import Iterator
from functools import cache

import sqlglot
from sqlglot import exp

from homeroom.statements import load

SURFACES = ("teacher", "student")


def column_of_field(table: str, field: str) -> str | None:
    """The table's column that an answer shows under this name; None where there is none."""
    return _all().get(table, {}).get(_spelled(field))


def _spelled(name: str) -> str:
    """One spelling for ``className``, ``class_name`` and ``_id``, ``id``."""
    return name.replace("_", "").lower()


@cache
def _all() -> dict[str, dict[str, str]]:
    columns: dict[str, dict[str, str]] = {}
    for surface in SURFACES:
        for statement in load(surface, f"{__package__}.{surface}").values():
            for table, field, column in _shown(statement.decode()):
                columns.setdefault(table, {}).setdefault(_spelled(field), column)
    return columns


def _shown(statement: str) -> Iterator[tuple[str, str, str]]:
    """Table, field and column of what a SELECT returns from one column alone."""
    parsed = sqlglot.parse_one(statement, read="postgres")
    for select in parsed.find_all(exp.Select):
        tables = {
            source.alias_or_name: source.name
            for join in (select.args.get("from_"), *(select.args.get("joins") or ()))
            if isinstance(join, exp.From | exp.Join) and isinstance(source := join.this, exp.Table)
        }
        for shown in select.expressions:
            columns = {(c.table, c.name) for c in shown.find_all(exp.Column)}
            if isinstance(shown, exp.Alias) and len(columns) == 1:
                alias, column = columns.pop()
                if alias in tables:
                    yield tables[alias], shown.alias, column
