"""Makes the tables of a generation."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

from psycopg import Connection
from psycopg import sql as pg
from psycopg.types.json import Jsonb

from homeroom.engine.generations.generation import FED_BY_FLINK, ReadModel
from homeroom.engine.generations.registry import enter
from homeroom.engine.generations.rights import SQL as RIGHTS
from homeroom.engine.generations.rights import Reader, let_read
from homeroom.engine.planning.planner import ProjectionPlan
from homeroom.errors import DefinitionError
from homeroom.statements import load

SQL = load("creating", __package__)


def create_generation(
    connection: Connection[Any], name: str, model: ReadModel, reader: Reader, *,
    bare: bool = False, for_flink: Sequence[str] = (),
) -> None:  # fmt: skip
    """Makes an empty generation in a schema of its own, within the caller's transaction.

    ``reader``: who may read of it, and whose it is. ``bare``: with no index but the entities' keys,
    to be loaded first. ``for_flink``: the statements that fit the tables to a job of Flink's, where
    that feeds it and no worker does. Raises DefinitionError where PostgreSQL refuses a definition
    (an unknown column, types that do not fit).
    """
    model.check()
    with _as_owner(connection, name, reader):
        make_tables(connection, name, model, bare=bare)
        for statement in for_flink:
            connection.execute(statement.encode())
        contract = model.catalog.described() | (FED_BY_FLINK if for_flink else {})
        connection.execute(
            SQL["put_plan"],
            (model.fingerprint(), Jsonb(contract), Jsonb(dict(model.definitions))),
        )
        let_read(connection, name, reader, model.plan(), model.catalog.entities)


@contextmanager
def _as_owner(connection: Connection[Any], name: str, reader: Reader) -> Iterator[None]:
    """Makes the schema, and what the block makes in it, the owner's of all generations.

    So whoever made it, all who may be the owner can write into it and remove it.
    """
    may = connection.execute(RIGHTS["may_own"], {"role": reader.owner}).fetchone()
    schema, owner = pg.Identifier(name), pg.Identifier(reader.owner or "none")
    if may != (True,):
        connection.execute(pg.SQL("CREATE SCHEMA {}").format(schema))
        yield
        return
    connection.execute(pg.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(schema, owner))
    connection.execute(pg.SQL("SET LOCAL ROLE {}").format(owner))
    yield
    connection.execute("RESET ROLE")


def make_tables(
    connection: Connection[Any], name: str, model: ReadModel, *, bare: bool = False
) -> None:
    """The tables of the schema; raises DefinitionError where PostgreSQL refuses a definition."""
    plan = model.plan()
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
                projection.file, f"PostgreSQL refuses it: {error}", "Mend the definition."
            ) from error
        _check_exact(connection, projection)
        _check_zones(connection, projection)


def bare_tables(model: ReadModel) -> Iterator[bytes]:
    """What makes the tables into which events are applied, the entities with nothing but keys."""
    yield files(__package__).joinpath("tables.sql").read_bytes()
    for entity in model.plan().entities.values():
        yield entity.create.encode()
        yield entity.index[0].encode()


def _check_exact(connection: Connection[Any], projection: ProjectionPlan) -> None:
    """A float does not subtract exactly, so no column may be one."""
    row = connection.execute(SQL["float_column"], (projection.name,)).fetchone()
    if row:
        raise DefinitionError(
            projection.file,
            f"{row[0]} is a float, which does not add and subtract exactly",
            "Cast it to numeric.",
        )


def _check_zones(connection: Connection[Any], projection: ProjectionPlan) -> None:
    """Each row would fail in a time zone that this PostgreSQL does not know."""
    row = connection.execute(SQL["unknown_zone"], (list(projection.zones),)).fetchone()
    if row:
        raise DefinitionError(
            projection.file, f"PostgreSQL knows no time zone {row[0]}",
            "Install its rules where PostgreSQL runs, or name another zone.", row[0],
        )  # fmt: skip
