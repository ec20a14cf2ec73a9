"""Generations: one schema each, with a name that it keeps; one row says which is live.

A generation holds the entity tables, the projections, letters, waiting events and positions, and
its plan: the contract and the definitions that it was made with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from psycopg import AsyncConnection, Connection
from psycopg import sql as pg
from psycopg.types.json import Jsonb

from homeroom.engine.catalog import Catalog
from homeroom.engine.generations.rights import Reader, let_read
from homeroom.engine.planning.planner import Plan, make_plan
from homeroom.errors import DefinitionError, FingerprintMismatch, NotMigrated

STORED = "SELECT to_jsonb(p) FROM {} p"


@dataclass(frozen=True)
class ReadModel:
    """Everything the engine is given: the catalog, and the definitions' texts by name."""

    catalog: Catalog
    definitions: Mapping[str, str]

    def plan(self) -> Plan:
        return make_plan(self.catalog, self.definitions)

    def fingerprint(self) -> str:
        return self.catalog.fingerprint(self.definitions)


@dataclass(frozen=True)
class Stored:
    """What a generation was made with, as it says itself. ``contract``: Catalog.described."""

    fingerprint: str
    contract: Mapping[str, Any]
    definitions: Mapping[str, str]

    @classmethod
    def read(cls, plan: Mapping[str, Any]) -> "Stored":
        """From the generation's row in ``plan``; older ones did not keep their contract."""
        return cls(plan["fingerprint"], plan.get("contract") or {}, plan["definitions"])

    def fits(self, catalog: Catalog) -> bool:
        """Whether code with this contract can feed the generation, by its stored definitions."""
        return bool(self.contract == catalog.described())

    def topics(self) -> set[str]:
        """Topics that it reads, without the prefix."""
        return {entity["topic"] for entity in self.contract.get("entities", {}).values()}


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


def stored_plan(connection: Connection[Any], name: str) -> Stored:
    """What a generation was made with."""
    row = connection.execute(pg.SQL(STORED).format(pg.Identifier(name, "plan"))).fetchone()
    assert row is not None
    return Stored.read(row[0])


def create_generation(
    connection: Connection[Any], name: str, model: ReadModel, reader: Reader, *, bare: bool = False
) -> None:
    """Makes an empty generation in a schema of its own, within the caller's transaction.

    ``reader``: who may read its projections. ``bare``: without keys and indexes, to be
    loaded first. Raises DefinitionError where PostgreSQL refuses a definition (an unknown column,
    types that do not fit).
    """
    plan = model.plan()
    schema = pg.Identifier(name)
    connection.execute(pg.SQL("CREATE SCHEMA {}").format(schema))
    connection.execute(pg.SQL("SET LOCAL search_path = {}, pg_temp").format(schema))
    connection.execute(query(files(__package__).joinpath("generation.sql").read_text()))
    for entity in plan.entities.values():
        for statement in (entity.create, *(() if bare else entity.index)):
            connection.execute(query(statement))
    for projection in plan.projections:
        try:
            for statement in (*projection.create, *(() if bare else projection.index)):
                connection.execute(query(statement))
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


async def open_generation(
    connection: AsyncConnection[Any], model: ReadModel, name: str | None = None
) -> tuple[str, ReadModel]:
    """A generation (the live one unless named) and the read model to write into it with.

    That is this code's contract with the generation's own definitions. Raises NotMigrated, or
    FingerprintMismatch where the generation was made with another contract.
    """
    name = name or await _live(connection)
    cursor = await connection.execute(pg.SQL(STORED).format(pg.Identifier(name, "plan")))
    row = await cursor.fetchone()
    assert row is not None
    stored = Stored.read(row[0])
    if not stored.fits(model.catalog):
        raise FingerprintMismatch(name, differences(stored, model))
    return name, ReadModel(model.catalog, stored.definitions)


async def _live(connection: AsyncConnection[Any]) -> str:
    cursor = await connection.execute("SELECT to_regclass('homeroom.live') IS NOT NULL")
    if (await cursor.fetchone() or (False,))[0]:
        cursor = await connection.execute("SELECT schema FROM homeroom.live")
        if row := await cursor.fetchone():
            return str(row[0])
    raise NotMigrated


def differences(stored: Stored, model: ReadModel) -> list[str]:
    """What differs between a generation and this code, a short phrase each."""
    own = model.catalog.described()
    if stored.contract.get("layout") != own["layout"]:
        return ["it was made by another version of homeroom"]
    found = _between("entity", stored.contract["entities"], own["entities"])
    found += _between("event type", stored.contract["event_types"], own["event_types"])
    return found + _between("definition", stored.definitions, model.definitions)


def _between(kind: str, there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    return [
        f"the {kind} {name} "
        + ("is new" if name not in there else "is gone" if name not in here else "has changed")
        for name in sorted({*there, *here})
        if there.get(name) != here.get(name)
    ]
