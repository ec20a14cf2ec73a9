"""What differs between rows that there are and rows that there should be."""

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from psycopg import Connection
from psycopg import sql as pg

from homeroom.operations.keys import key_expression, read_key
from homeroom.statements import composable, load
from homeroom_kit.errors import HomeroomError

SQL = load("differences", __package__)

# So many differences are reported row by row. Further ones are only counted.
DIFFERENCES_MAX = 1_000
# The finest sample takes one of so many keys.
SHARES = 1_000_000
ALL = pg.SQL("true")


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not what it should be, or a whole row (``column`` is None).

    ``have`` is None where a row is missing, ``should`` where a row should not be there.
    """

    table: str
    key: str
    column: str | None
    have: Any
    should: Any


@dataclass(frozen=True, slots=True)
class Compared:
    """One table: how many rows it has, and how many are only in it or only in its definition.

    A row that differs counts as both. ``differences``: the first thousand.
    """

    table: str
    rows: int
    unexpected: int
    missing: int
    differences: list[Difference] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        return bool(self.unexpected or self.missing)


@dataclass(frozen=True, slots=True)
class Scope:
    """What to compare: some tables (or all), one key, or a share of all keys (0 to 1)."""

    tables: Sequence[str] = ()
    key: str | None = None
    share: float = 1.0

    @property
    def is_whole(self) -> bool:
        return not self.tables and self.key is None and self.share >= 1


def projections(connection: Connection[Any], schema: str) -> dict[str, list[str]]:
    """The key columns of each projection, in the order in which they are made."""
    return dict(connection.execute(SQL["projections"], (schema,)).fetchall())


def chosen(
    keys: Mapping[str, list[str]], tables: Sequence[str], kind: str = "projection"
) -> dict[str, list[str]]:
    """These tables, or all if there are none; HomeroomError for an unknown table."""
    unknown = sorted(set(tables) - set(keys))
    if unknown:
        raise HomeroomError(
            f"There is no {kind} {', '.join(unknown)}. There are: {', '.join(sorted(keys))}."
        )
    return {table: columns for table, columns in keys.items() if not tables or table in tables}


def identifiers(columns: Sequence[str]) -> pg.Composed:
    """A list of columns in SQL."""
    return pg.SQL(", ").join(map(pg.Identifier, columns))


class Condition:
    """The rows of a table that are compared, and how its key is written."""

    def __init__(self, columns: Sequence[str], rows: pg.Composable = ALL) -> None:
        self.columns = identifiers(columns)
        self.key = key_expression(columns)
        self.rows = rows

    @classmethod
    def of_key(cls, columns: Sequence[str], values: Sequence[Any]) -> Self:
        """The one row with this key."""
        pairs = (
            pg.SQL("{} = {}").format(pg.Identifier(column), pg.Literal(value))
            for column, value in zip(columns, values, strict=True)
        )
        return cls(columns, pg.SQL(" AND ").join(pairs))


def condition(table: str, columns: Sequence[str], scope: Scope, salt: str) -> Condition:
    """The rows of a scope. A sample takes the same keys from both sides."""
    whole = Condition(columns)
    if scope.key is not None:
        return Condition.of_key(columns, read_key(table, columns, scope.key))
    if scope.share < 1:
        share = pg.SQL("abs(hashtextextended({}, 0) % {}) < {}").format(
            pg.SQL("{} || {}").format(pg.Literal(salt), whole.key),
            pg.Literal(SHARES),
            pg.Literal(round(scope.share * SHARES)),
        )
        return Condition(columns, share)
    return whole


def query_rows_that_differ(
    have: pg.Composable, should: pg.Composable, columns: Sequence[str], rows: Condition
) -> pg.Composed:
    """The query for each row that differs in two tables: its key, the row, and the other's row.

    ``columns``: those that are compared; all if there are none.
    """
    return composable(SQL["rows_that_differ"]).format(
        key=rows.key,
        keys=rows.columns,
        columns=identifiers(columns) if columns else pg.SQL("*"),
        have=have,
        should=should,
        chosen=rows.rows,
    )


def compare_tables(
    connection: Connection[Any],
    schema: str,
    keys: Mapping[str, Sequence[str]],
    scope: Scope,
    query: Callable[[str, Condition], pg.Composed],
    salt: str = "",
) -> list[Compared]:
    """Compares some rows of tables, given with their keys.

    ``query``: for a table and its rows, as ``query_rows_that_differ``. ``salt``: which keys a
    sample takes; others each time unless it is given.
    """
    salt = salt or str(random.random())
    results = []
    for table, columns in keys.items():
        rows = condition(table, columns, scope, salt)
        count = count_rows(connection, pg.Identifier(schema, table), rows.rows)
        results.append(compare(connection, table, count, query(table, rows)))
    return results


def compare(connection: Connection[Any], table: str, count: int, query: pg.Composed) -> Compared:
    """Compares a table of so many rows by a query of rows that differ."""
    unexpected = missing = 0
    differences: list[Difference] = []
    with connection.cursor(name="differing") as cursor:
        for key, have, should in cursor.execute(query):
            unexpected += have is not None
            missing += should is not None
            room = DIFFERENCES_MAX - len(differences)
            differences += itertools.islice(of_row(table, key, have, should), room)
    return Compared(table, count, unexpected, missing, differences)


def count_rows(connection: Connection[Any], table: pg.Identifier, rows: pg.Composable = ALL) -> int:
    """How many rows a table has, or how many of some rows."""
    row = connection.execute(composable(SQL["count"]).format(table=table, chosen=rows)).fetchone()
    return int(row[0]) if row else 0


def of_row(
    table: str, key: str, have: Mapping[str, Any] | None, should: Mapping[str, Any] | None
) -> Iterator[Difference]:
    """What differs in one row, column by column where it is on both sides."""
    if have is None or should is None:
        yield Difference(table, key, None, have, should)
        return
    for column in have:
        if have[column] != should[column]:
            yield Difference(table, key, column, have[column], should[column])
