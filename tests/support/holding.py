"""Makes a rebuild slow where a test is about what happens meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from homeroom.settings import Settings


def hold(settings: Settings, phases: Sequence[str], seconds: float) -> None:
    """Has a rebuild that is in one of these phases wait before it makes a table or an index."""
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(
            f"""
            CREATE FUNCTION hold() RETURNS event_trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (SELECT phase FROM homeroom.rebuild WHERE ended_at IS NULL)
                        = ANY ('{{{",".join(phases)}}}') THEN
                    PERFORM pg_sleep({seconds});
                END IF;
            END $$;
            CREATE EVENT TRIGGER hold ON ddl_command_start EXECUTE FUNCTION hold();
            """  # noqa: S608
        )


def release(settings: Settings) -> None:
    """Nothing waits any more."""
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("DROP EVENT TRIGGER hold")
        connection.execute("DROP FUNCTION hold")


@contextmanager
def held(settings: Settings, phases: Sequence[str], seconds: float) -> Iterator[None]:
    """The same, within the block."""
    hold(settings, phases, seconds)
    try:
        yield
    finally:
        release(settings)
