"""Makes a generation for a job of Flink's to feed."""

from homeroom.database import connect_sync
from homeroom.engine.generations.creating import create_generation
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import live_generation, register
from homeroom.flink.fitting import fitting
from homeroom.operations.migrating.reader import READER
from homeroom.operations.rebuilding.preparing import check_name


def create(database_url: str, model: ReadModel, name: str) -> None:
    """Makes and registers it, empty, with the rights of readers; or nothing.

    It is apart: neither workers feed it, nor does anybody read it before it is swapped in. Raises
    NotMigrated, RebuildRefused where a generation cannot have this name, DefinitionError, and
    psycopg's errors.
    """
    with connect_sync(database_url, "homeroom flink") as connection:
        live_generation(connection)
        check_name(connection, name)
        create_generation(connection, name, model, READER, for_flink=[*fitting(model)])
        register(connection, name, "apart")
