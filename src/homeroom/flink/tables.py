"""The tables that the script fills, for PostgreSQL."""

import re
from collections.abc import Iterator
from importlib.resources import files

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.planning.allowed import OWN_FUNCTIONS, SET_FUNCTIONS
from homeroom.engine.planning.names import quoted
from homeroom.flink.sinks import THERE


def create_tables(model: ReadModel, schema: str, *, entities: bool = False) -> Iterator[str]:
    """Statements that make a schema with the tables, and the indexes that readers need.

    A table has the columns and types that the worker's has. PostgreSQL takes them from the
    definitions, so the entities are made too; without ``entities`` they go once that is done.
    """
    plan = model.plan()
    yield f"CREATE SCHEMA {quoted(schema)}"
    yield f"SET search_path TO {quoted(schema)}"
    yield from _functions()
    for entity in model.catalog.entities:
        columns = ", ".join(f"{quoted(c.name)} {c.sql_type}" for c in entity.key + entity.columns)
        key = ", ".join(map(quoted, entity.key_names))
        more = "" if entity.columns else f", {quoted(THERE)} boolean"
        yield f"CREATE TABLE {quoted(entity.name)} ({columns}{more}, PRIMARY KEY ({key}))"
    for projection in plan.projections:
        yield from projection.create
    for projection in plan.tables:
        yield from projection.index
        added: set[str] = set() if _is_totals(model, projection.name) else set(projection.columns)
        if added and added <= set(projection.key):
            yield f"ALTER TABLE {quoted(projection.name)} ADD COLUMN {quoted(THERE)} boolean"
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


def _is_totals(model: ReadModel, name: str) -> bool:
    return model.definitions.get(name, "").startswith("-- totals")


def _functions() -> list[str]:
    """The functions that definitions call, as every generation has them."""
    made = files("homeroom.engine.generations").joinpath("tables.sql").read_text()
    return re.findall(r"CREATE FUNCTION .*?\$\$.*?\$\$", made, re.DOTALL)
