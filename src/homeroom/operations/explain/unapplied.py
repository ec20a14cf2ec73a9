"""What is kept back of the subjects that a value rests on, of those without a row too; and the
dead letters that are closed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlglot
from psycopg import Connection
from psycopg import sql as pg
from sqlglot import exp

from homeroom.engine.planning.definitions import Definition
from homeroom.engine.planning.reach import AnswerReach, any_condition
from homeroom.errors import NoWayToReader
from homeroom.operations.explain.answer import ClosedLetter, Unapplied
from homeroom.operations.explain.group_values import Key
from homeroom.operations.explain.lineage import KeyedTable
from homeroom.statements import composable, load

# An entity's name and a key.
Subject = tuple[str, str]

SQL = load("explain", __package__)


def incomplete_below(
    connection: Connection[Any],
    definitions: Sequence[Definition],
    entities: Mapping[str, tuple[str, ...]],
    table: KeyedTable,
    key: Key,
    columns: Collection[str],
) -> list[Subject]:
    """Incomplete subjects that some columns of a projection's row rest on, as their keys tell.

    They are those that mark an answer as incomplete. ``entities``: key columns by entity name.
    """
    try:
        conditions = AnswerReach(definitions, entities).conditions([_answer(table, columns)])
    except NoWayToReader:
        # No answer can show this projection; it has its rows' own subjects alone.
        return []
    if not conditions:
        return []
    row_key = pg.SQL(", ").join(
        pg.SQL("{}::{} AS {}").format(pg.Literal(value), pg.SQL(key_type), pg.Identifier(name))
        for name, key_type, value in zip(table.key, table.key_types, key, strict=True)
    )
    statement = composable(SQL["incomplete_below"]).format(
        key=row_key, condition=composable(any_condition(conditions))
    )
    return connection.execute(statement).fetchall()


def _answer(table: KeyedTable, columns: Collection[str]) -> exp.Select:
    """An answer that shows these columns of one row."""
    shown = [exp.column(name, table="t") for name in columns]
    of_row = [exp.column(name, table="t").eq(exp.column(name, table="me")) for name in table.key]
    return sqlglot.select(*shown).from_(exp.alias_(exp.to_table(table.name), "t")).where(*of_row)


def unapplied_of(
    connection: Connection[Any], subjects: Iterable[Subject], limit: int
) -> list[Unapplied]:
    """Open dead letters, gaps and waiting events of some subjects, the first of them."""
    distinct = list(dict.fromkeys(subjects))
    entities, keys = [name for name, _ in distinct], [key for _, key in distinct]
    rows = connection.execute(SQL["unapplied"], (entities, keys, limit)).fetchall()
    return [Unapplied(*row) for row in rows]


def closed_letters_of(
    connection: Connection[Any], subject: Subject, limit: int
) -> list[ClosedLetter]:
    """The closed dead letters of one subject by number, the first of them."""
    rows = connection.execute(SQL["closed"], (*subject, limit)).fetchall()
    return [ClosedLetter(*row) for row in rows]
