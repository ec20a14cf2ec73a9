"""A generation that Flink feeds, with rows as its sinks write them: those of another generation."""

from collections.abc import Iterator, Sequence

import psycopg
from psycopg import sql

from homeroom.engine.generations.generation import ReadModel
from homeroom.flink.tables import without_columns
from homeroom.operations.flink_fed.creating import create
from homeroom.readmodel import read_model
from homeroom.settings import Settings

NAME = "flink"
# Table, key, columns.
Sink = tuple[str, Sequence[str], Sequence[str]]


def create_fed(settings: Settings, source: str = "g0001", *, entities: bool = True) -> None:
    """Makes a generation, and fills it from another one."""
    model = read_model(settings.model_copy(update={"topic_prefix": ""}))
    create(settings.require_database(), model, NAME)
    sink(settings, source, entities=entities)


def sink(settings: Settings, source: str = "g0001", *, entities: bool = True) -> None:
    """Has every table hold what another generation's does, by statements as of the job's sinks."""
    model = read_model(settings)
    with psycopg.connect(settings.require_database()) as connection:
        for table, key, columns in _sinks(model, connection, source, entities=entities):
            connection.execute(_upsert(model, source, table, key, columns))
            connection.execute(_delete(source, table, key))


def _sinks(
    model: ReadModel, connection: psycopg.Connection, source: str, *, entities: bool
) -> Iterator[Sink]:
    yield "positions", ("topic", "partition"), ("next_offset", "newest_time")
    yield "incomplete", ("entity", "key"), ("since", "has_row")
    for entity in model.catalog.entities if entities else ():
        yield entity.name, entity.key_names, entity.column_names
    for projection in model.plan().tables:
        totals = model.definitions[projection.name].startswith("-- totals")
        hidden = _hidden_totals(connection, source, projection.name) if totals else ()
        yield projection.name, projection.key, (*projection.columns, *hidden)


def _hidden_totals(connection: psycopg.Connection, source: str, table: str) -> list[str]:
    """Of how many rows a group is, and the totals of which outputs are computed."""
    found = connection.execute(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
        "AND attname ~ '^_(count|[0-9]+)$' ORDER BY attnum", [f"{source}.{table}"],
    )  # fmt: skip
    return [name for (name,) in found]


def _upsert(
    model: ReadModel, source: str, table: str, key: Sequence[str], columns: Sequence[str]
) -> sql.Composed:
    empty = {e.name for e in model.catalog.entities if not e.columns} | {*without_columns(model)}
    given = [sql.Identifier(c) for c in dict.fromkeys((*key, *columns))]
    names = [*given, sql.Identifier("_there")] if table in empty else given
    values = [*given, sql.SQL("true")] if table in empty else given
    updated = [n for n in names if n not in [sql.Identifier(k) for k in key]]
    return sql.SQL(
        "INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT ({}) DO UPDATE SET {}"
    ).format(
        sql.Identifier(NAME, table), sql.SQL(", ").join(names), sql.SQL(", ").join(values),
        sql.Identifier(source, table), sql.SQL(", ").join(map(sql.Identifier, key)),
        sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(n) for n in updated),
    )  # fmt: skip


def _delete(source: str, table: str, key: Sequence[str]) -> sql.Composed:
    same = sql.SQL(" AND ").join(sql.SQL("t.{0} = s.{0}").format(sql.Identifier(k)) for k in key)
    return sql.SQL("DELETE FROM {} t WHERE NOT EXISTS (SELECT FROM {} s WHERE {})").format(
        sql.Identifier(NAME, table), sql.Identifier(source, table), same
    )
