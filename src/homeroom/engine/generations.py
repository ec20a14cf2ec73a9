"""Generations: one schema each, with a name that it keeps; one row says which is live.

A generation holds the entity tables, the projections, letters, waiting events and positions, and
its plan (the fingerprint of contract and definitions that it was made with).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from psycopg import AsyncConnection, Connection
from psycopg import sql as pg
from psycopg.types.json import Jsonb

from homeroom.engine.catalog import Catalog
from homeroom.engine.planner import Plan, make_plan
from homeroom.errors import DefinitionError, FingerprintMismatch, NotMigrated

# Goes up where the engine's own tables or hidden columns change: then no code of before or after
# may write into the other's generation, and the fingerprint says so.
LAYOUT = 2
# What readers may see beside the projections; never entities, letters or definitions' views.
READABLE = ("positions", "incomplete")


@dataclass(frozen=True)
class ReadModel:
    """Everything the engine is given: the catalog, and the definitions' texts by name."""

    catalog: Catalog
    definitions: Mapping[str, str]

    def plan(self) -> Plan:
        return make_plan(self.catalog, self.definitions)

    def fingerprint(self) -> str:
        return self.catalog.fingerprint(self.definitions, LAYOUT)


def query(text: str) -> pg.SQL:
    """SQL that the planner or a file of ours wrote: it holds no outsider's text."""
    return pg.SQL(text)


def live_generation(connection: Connection[Any]) -> str | None:
    """The schema of the live generation, or None where the database is not prepared."""
    found = connection.execute("SELECT to_regclass('homeroom.live')").fetchone()
    if not found or found[0] is None:
        return None
    row = connection.execute("SELECT schema FROM homeroom.live").fetchone()
    return str(row[0]) if row else None


def create_generation(
    connection: Connection[Any], name: str, model: ReadModel, reader: str
) -> None:
    """Makes an empty generation in a schema of its own, within the caller's transaction.

    ``reader``: the role that may read its projections. Raises DefinitionError where PostgreSQL
    refuses a definition (an unknown column, types that do not fit).
    """
    plan = model.plan()
    schema = pg.Identifier(name)
    connection.execute(pg.SQL("CREATE SCHEMA {}").format(schema))
    connection.execute(pg.SQL("SET LOCAL search_path = {}, pg_temp").format(schema))
    connection.execute(query(files(__package__).joinpath("generation.sql").read_text()))
    for entity in plan.entities.values():
        for statement in entity.create:
            connection.execute(query(statement))
    for projection in plan.projections:
        try:
            for statement in projection.create:
                connection.execute(query(statement))
        except connection.ProgrammingError as error:
            raise DefinitionError(
                projection.name, f"PostgreSQL refuses it: {error}", "Mend the definition."
            ) from error
        _check_exact(connection, projection.name)
    connection.execute(
        "INSERT INTO plan (fingerprint, definitions) VALUES (%s, %s)",
        (model.fingerprint(), Jsonb(dict(model.definitions))),
    )
    grant_reader(connection, name, reader, [p.name for p in plan.projections])


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


def grant_reader(
    connection: Connection[Any], name: str, reader: str, projections: list[str]
) -> None:
    """Lets the reader's role see the projections by name, and nothing else."""
    role, schema = pg.Identifier(reader), pg.Identifier(name)
    connection.execute(pg.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role))
    tables = pg.SQL(", ").join(pg.Identifier(name, t) for t in (*projections, *READABLE))
    connection.execute(pg.SQL("GRANT SELECT ON {} TO {}").format(tables, role))


async def open_generation(connection: AsyncConnection[Any], model: ReadModel) -> str:
    """The live generation, if this code may write into it.

    Raises NotMigrated, or FingerprintMismatch where the generation was made with another contract
    or other definitions.
    """
    cursor = await connection.execute("SELECT to_regclass('homeroom.live') IS NOT NULL")
    row = await cursor.fetchone()
    if not row or not row[0]:
        raise NotMigrated
    cursor = await connection.execute("SELECT schema FROM homeroom.live")
    row = await cursor.fetchone()
    if not row:
        raise NotMigrated
    name = str(row[0])
    cursor = await connection.execute(
        pg.SQL("SELECT fingerprint FROM {}").format(pg.Identifier(name, "plan"))
    )
    row = await cursor.fetchone()
    check_fingerprint(name, str(row[0]) if row else "none", model.fingerprint())
    return name


def check_fingerprint(name: str, stored: str, own: str) -> None:
    """Raises FingerprintMismatch unless the two are equal."""
    if stored != own:
        raise FingerprintMismatch(
            f"The live generation {name} was made with other definitions or another contract "
            f"(fingerprint {stored}; this code has {own}). This version must not write into it: "
            "run the version that made it, or prepare an empty database with `homeroom migrate`."
        )
