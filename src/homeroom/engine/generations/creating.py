"""Makes the tables of a generation."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from psycopg import Connection
from psycopg import sql as pg
from psycopg.types.json import Jsonb

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import enter
from homeroom.engine.generations.rights import Reader, let_read
from homeroom.errors import DefinitionError
from homeroom.statements import load

SQL = load("creating", __package__)


def create_generation(
    connection: Connection[Any], name: str, model: ReadModel, reader: Reader, *, bare: bool = False
) -> None:
    """Makes an empty generation in a schema of its own, within the caller's transaction.

    ``reader``: who may read its projections. ``bare``: with no index but the entities' keys, to
    be loaded first. Raises DefinitionError where PostgreSQL refuses a definition (unknown column,
    types that do not fit).
    """
    model.check()
    make_tables(connection, name, model, bare=bare)
    connection.execute(
        SQL["put_plan"],
        (model.fingerprint(), Jsonb(model.catalog.described()), Jsonb(dict(model.definitions))),
    )
    let_read(connection, name, reader, model.plan(), model.catalog.entities)


def make_tables(
    connection: Connection[Any], name: str, model: ReadModel, *, bare: bool = False
) -> None:
    """The schema with its tables; raises DefinitionError where PostgreSQL refuses a definition."""
    plan = model.plan()
    connection.execute(pg.SQL("CREATE SCHEMA {}").format(pg.Identifier(name)))
    enter(connection, name)
    for statement in bare_tables(model):
        connection.execute(statement)
    if not bare:
        for entity in plan.entities.values():
            for index in entity.index[1:]:
                connection.execute(index.encode())
    for projection in plan.projections:
        try:
            for text in (*projection.create, *(() if bare else projection.index)):
                connection.execute(text.encode())
        except connection.ProgrammingError as error:
            raise DefinitionError(
                projection.name, f"PostgreSQL refuses it: {error}", "Mend the definition."
            ) from error
        _check_exact(connection, projection.name)


def bare_tables(model: ReadModel) -> Iterator[bytes]:
    """What makes the tables into which events are applied, the entities with nothing but keys."""
    yield files(__package__).joinpath("tables.sql").read_bytes()
    for entity in model.plan().entities.values():
        yield entity.create.encode()
        yield entity.index[0].encode()


def _check_exact(connection: Connection[Any], projection: str) -> None:
    """A float does not subtract exactly, so no column may be one."""
    row = connection.execute(SQL["float_column"], (projection,)).fetchone()
    if row:
        raise DefinitionError(
            projection,
            f"{row[0]} is a float, which does not add and subtract exactly",
            "Cast it to numeric.",
        )
