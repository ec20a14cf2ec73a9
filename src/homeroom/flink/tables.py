"""The tables that the script fills, for PostgreSQL."""

import re
from collections.abc import Iterator
from importlib.resources import files

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.planning.allowed import OWN_FUNCTIONS, SET_FUNCTIONS
from homeroom.engine.planning.names import quoted
from homeroom.flink.sinks import THERE
from homeroom.statements import load

SQL = load("tables", __package__)


def create_tables(model: ReadModel, schema: str, *, entities: bool = False) -> Iterator[str]:
    """Statements that make a schema with the tables, and the indexes that readers need.

    A table has the columns and types that the worker's has. PostgreSQL takes them from the
    definitions, so the entities are made too; without ``entities`` they go once that is done.
    """
    plan = model.plan()
    yield f"CREATE SCHEMA {quoted(schema)}"
    yield f"SET search_path TO {quoted(schema)}"
    yield from _of_a_generation(r"CREATE FUNCTION .*?\$\$.*?\$\$")
    for name in ("positions", "incomplete"):
        for made in _of_a_generation(rf"CREATE TABLE {name} \(.*?;"):
            yield made.removesuffix(";")
    yield SQL["unreadable"].decode()
    for entity in model.catalog.entities:
        columns = ", ".join(f"{quoted(c.name)} {c.sql_type}" for c in entity.key + entity.columns)
        key = ", ".join(map(quoted, entity.key_names))
        more = "" if entity.columns else f", {quoted(THERE)} boolean"
        yield f"CREATE TABLE {quoted(entity.name)} ({columns}{more}, PRIMARY KEY ({key}))"
    for projection in plan.projections:
        yield from projection.create
    for projection in plan.tables:
        yield from projection.index
    for name in without_columns(model):
        yield f"ALTER TABLE {quoted(name)} ADD COLUMN {quoted(THERE)} boolean"
    for projection in reversed(plan.projections):
        view = projection.name if projection.is_view else f"{projection.name}_def"
        if not entities:
            yield f"DROP VIEW {quoted(view)}"
    if not entities:
        for entity in model.catalog.entities:
            yield f"DROP TABLE {quoted(entity.name)}"
        for name in SET_FUNCTIONS + OWN_FUNCTIONS:
            yield f"DROP FUNCTION {name}"
    yield "RESET search_path"


def without_columns(model: ReadModel) -> Iterator[str]:
    """The tables of projections that have no column besides their key."""
    for projection in model.plan().tables:
        counts = model.definitions.get(projection.name, "").startswith("-- totals")
        if not counts and set(projection.columns) <= set(projection.key):
            yield projection.name


def _of_a_generation(pattern: str) -> list[str]:
    """Statements of those that make a generation, as every generation has them."""
    made = files("homeroom.engine.generations").joinpath("tables.sql").read_text()
    return re.findall(pattern, made, re.DOTALL)
