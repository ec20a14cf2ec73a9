"""Whether a job of Flink's writes the entities of its generation: it need not."""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine.generations.registry import stored_plan
from homeroom.operations.differences import projections
from homeroom.statements import composable, load
from homeroom_kit.errors import HomeroomError

SQL = load("written", __package__)


def are_entities_written(connection: Connection[Any], generation: str) -> bool:
    """Whether there is a row of any entity, or nothing at all yet."""
    entities = stored_plan(connection, generation).contract["entities"]
    return _any_row(connection, generation, entities) or not _any_row(
        connection, generation, projections(connection, generation)
    )


def check_entities_written(connection: Connection[Any], generation: str) -> None:
    """Raises HomeroomError where the job writes projections alone."""
    if not are_entities_written(connection, generation):
        raise HomeroomError(
            f"The job that feeds {generation} does not write the entities, over which definitions "
            "are evaluated, and which some tables of the dashboards read. Start it anew with "
            f"`homeroom flink submit --entities --schema {generation}`. `homeroom verify "
            f"--generation {generation} --against` another generation compares without them."
        )


def _any_row(connection: Connection[Any], generation: str, tables: Iterable[str]) -> bool:
    return any(
        connection.execute(
            composable(SQL["any_row"]).format(table=pg.Identifier(generation, table))
        ).fetchone()
        == (True,)
        for table in tables
    )
