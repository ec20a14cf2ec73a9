"""Makes the tables of a generation."""

from importlib.resources import files
from typing import Any

from psycopg import Connection
from psycopg import sql as pg
from psycopg.types.json import Jsonb

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import enter
from homeroom.engine.generations.rights import Reader, let_read
from homeroom.errors import DefinitionError


def create_generation(
    connection: Connection[Any], name: str, model: ReadModel, reader: Reader, *, bare: bool = False
) -> None:
    """Makes an empty generation in a schema of its own, within the caller's transaction.

    ``reader``: who may read its projections. ``bare``: without keys and indexes, to be
    loaded first. Raises DefinitionError where PostgreSQL refuses a definition (an unknown column,
    types that do not fit).
    """
    plan = model.plan()
    connection.execute(pg.SQL("CREATE SCHEMA {}").format(pg.Identifier(name)))
    enter(connection, name)
    connection.execute(files(__package__).joinpath("tables.sql").read_bytes())
    for entity in plan.entities.values():
        for statement in (entity.create, *(() if bare else entity.index)):
            connection.execute(statement.encode())
    for projection in plan.projections:
        try:
            for statement in (*projection.create, *(() if bare else projection.index)):
                connection.execute(statement.encode())
        except connection.ProgrammingError as error:
            raise DefinitionError(
                projection.name, f"PostgreSQL refuses it: {error}", "Mend the definition."
            ) from error
        _check_exact(connection, projection.name)
    connection.execute(
        "INSERT INTO plan (fingerprint, contract, definitions) VALUES (%s, %s, %s)",
        (model.fingerprint(), Jsonb(model.catalog.described()), Jsonb(dict(model.definitions))),
    )
    let_read(connection, name, reader, plan, model.catalog.entities)


def _check_exact(connection: Connection[Any], projection: str) -> None:
    """A float does not subtract exactly, so no column may be one."""
    row = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
        "AND atttypid IN ('float4'::regtype, 'float8'::regtype)",
        (projection,),
    ).fetchone()
    if row:
        raise DefinitionError(
            projection,
            f"{row[0]} is a float, which does not add and subtract exactly",
            "Cast it to numeric.",
        )
