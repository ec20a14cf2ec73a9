"""Derives one projection again from the entities, beside the live one, and swaps its rows."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection

from homeroom.engine.generations.generation import ReadModel, differences
from homeroom.engine.generations.registry import registered
from homeroom.errors import FingerprintMismatch, HomeroomError
from homeroom.operations.rebuilding import beginning
from homeroom.operations.repair import repair
from homeroom.operations.verify import Difference, Scope, projections
from homeroom.settings import Settings


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The projection and those that read it, in order, and what was different."""

    tables: list[str]
    differences: list[Difference]


def needs_generation(settings: Settings, model: ReadModel, projection: str) -> bool:
    """Whether the live generation has another definition of a projection than this code.

    Then its tables have another shape or meaning, and a new generation must be derived. Raises
    HomeroomError for an unknown projection, and FingerprintMismatch where the contract differs:
    entities of another contract cannot be derived from.
    """
    with psycopg.connect(settings.require_database(), autocommit=True) as connection:
        live = beginning.live_of(registered(connection))
    if not live.stored.fits(model.catalog):
        raise FingerprintMismatch(live.name, differences(live.stored, model))
    if projection not in model.definitions:
        raise HomeroomError(
            f"There is no projection {projection}. There are: "
            f"{', '.join(sorted(model.definitions))}."
        )
    return dict(live.stored.definitions) != dict(model.definitions)


def refresh(settings: Settings, model: ReadModel, projection: str, by: str, why: str) -> Refreshed:
    """Writes what differs between a projection, and those that read it, and their definitions.

    Behind all writers' locks, in one transaction: readers see all of it or nothing.
    """
    with psycopg.connect(settings.require_database(), autocommit=True) as connection:
        tables = _with_dependents(connection, model, projection)
    found = repair(settings.require_database(), Scope(tables), by, why)
    return Refreshed(tables, found)


def _with_dependents(connection: Connection[Any], model: ReadModel, projection: str) -> list[str]:
    reached = {projection}
    for plan in model.plan().projections:
        if not reached.isdisjoint(plan.sources):
            reached.add(plan.name)
    live = beginning.live_of(registered(connection))
    return [name for name in projections(connection, live.name) if name in reached]
