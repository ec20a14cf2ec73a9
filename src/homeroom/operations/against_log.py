"""Compares the live generation's entities with a fresh fold of the whole log, row by row."""

import random
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine.catalog import Catalog, Entity
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import enter, live_generation
from homeroom.engine.ordering.store import count_kept_back
from homeroom.engine.process import connect
from homeroom.errors import RebuildRefused
from homeroom.operations.rebuilding import scratch, swapping
from homeroom.operations.rebuilding.record import ProgressListener
from homeroom.operations.rebuilding.scratch import Scratch
from homeroom.operations.verify import (
    Compared,
    Condition,
    Difference,
    Scope,
    chosen,
    compared,
    condition,
)
from homeroom.settings import Settings
from homeroom.statements import composable, load

# Of an entity's hidden columns; the others say nothing of a row that is stored.
STANDING = ("sequence", "partition", "first_offset", "last_offset")
SQL = load("against_log", __package__)


def verify_against_log(
    settings: Settings, model: ReadModel, scope: Scope, listener: ProgressListener
) -> list[Compared]:
    """Compares entity tables in one snapshot, in which both have read the log equally far.

    Of the whole, what is kept back (dead letters, gaps, waiting events) is compared by number.
    Workers wait only while the last events are made up. Raises as ``scratch.from_log``, and
    HomeroomError for an entity or key that cannot be.
    """
    entities = asked(model.catalog, scope)

    async def look(fresh: Scratch) -> list[Compared]:
        url = settings.require_database()
        with psycopg.connect(url, application_name="homeroom verify") as snapshot:
            snapshot.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            snapshot.read_only = True
            async with (
                await connect(url, "homeroom verify") as holding,
                swapping.held(holding, fresh.live) as positions,
            ):
                await fresh.meet(positions)
                enter(snapshot, fresh.live)
                if live_generation(snapshot) != fresh.live:
                    raise RebuildRefused(scratch.MOVED)
            return _compare(snapshot, fresh, entities, scope)

    return scratch.from_log(settings, model, "verify", listener, look)


def asked(catalog: Catalog, scope: Scope) -> dict[str, Entity]:
    """The entities of a scope; HomeroomError for one that is not there, or a key that is none."""
    keys = {entity.name: list(entity.key_names) for entity in catalog.entities}
    names = chosen(keys, scope.tables, "entity")
    for name, columns in names.items():
        condition(name, columns, scope, "")
    return {name: catalog.entity_by_name[name] for name in names}


def differing(live: str, fresh: str, entity: Entity, rows: Condition) -> pg.Composed:
    """The query that gives the key of each row that differs, the row there is and should be."""
    return composable(SQL["rows_that_differ"]).format(
        key=rows.key,
        keys=rows.columns,
        columns=pg.SQL(", ").join(map(pg.Identifier, (*entity.column_names, *STANDING))),
        live=pg.Identifier(live, entity.name),
        fresh=pg.Identifier(fresh, entity.name),
        chosen=rows.rows,
    )


def _compare(
    connection: Connection[Any], fresh: Scratch, entities: Mapping[str, Entity], scope: Scope
) -> list[Compared]:
    salt = str(random.random())
    found = []
    for name, entity in entities.items():
        rows = condition(name, entity.key_names, scope, salt)
        query = differing(fresh.live, fresh.name, entity, rows)
        found.append(compared(connection, fresh.live, name, rows, query))
    if scope.is_whole:
        found += _kept_back(connection, fresh)
    return found


def _kept_back(connection: Connection[Any], fresh: Scratch) -> list[Compared]:
    """How many dead letters, gaps and waiting events there are, and should be."""
    have = count_kept_back(connection, fresh.live)
    should = count_kept_back(connection, fresh.name)
    return [
        Compared(
            name,
            here,
            max(0, here - there),
            max(0, there - here),
            [Difference(name, "", "count", here, there)] if here != there else [],
        )
        for name, here, there in zip(have._fields, have, should, strict=True)
    ]
