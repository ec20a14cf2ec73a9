"""What operators ask of a rebuild from elsewhere: pause, resume, abort."""

import time

import psycopg

from homeroom.errors import HomeroomError
from homeroom.operations.generations import drop
from homeroom.operations.rebuilding.record import LOCK, SQL, RebuildStatus, read_status

LOOK_SECONDS = 0.2


def ask(database_url: str, what: str | None) -> None:
    """Asks the running rebuild to pause, or (None) to go on; HomeroomError where none runs."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        status = _unfinished(connection)
        if not status.running:
            raise HomeroomError(
                f"No process works on the rebuild of {status.generation}, at {status.phase}: "
                "`homeroom rebuild` goes on with it, `homeroom rebuild abort` drops it."
            )
        connection.execute(SQL["ask"], (what, status.id))


def abort(database_url: str, seconds_max: float) -> str:
    """Ends the unfinished rebuild and drops its generation, whose name is returned.

    A running process does so itself; HomeroomError where it does not in time.
    """
    give_up_at = time.monotonic() + seconds_max
    with psycopg.connect(database_url, autocommit=True) as connection:
        status = _unfinished(connection)
        connection.execute(SQL["ask"], ("abort", status.id))
        while time.monotonic() < give_up_at:
            now = read_status(connection)
            if now is None or now.id != status.id or now.ended_at is not None:
                return _dropped(connection, status)
            locked = connection.execute(SQL["try_lock"], (LOCK,)).fetchone()
            if locked == (True,):
                if _outcome(connection, status) is not None:
                    return _dropped(connection, status)
                drop(connection, status.generation)
                connection.execute(SQL["end"], ("aborted", status.id))
                return status.generation
            time.sleep(LOOK_SECONDS)
    raise HomeroomError(
        f"The process {status.process} has not ended the rebuild in {seconds_max:.0f} seconds; it "
        "will, once what it does at the moment is done."
    )


def _outcome(connection: psycopg.Connection[tuple[object, ...]], rebuild: RebuildStatus) -> object:
    row = connection.execute(SQL["outcome"], (rebuild.id,)).fetchone()
    return row[0] if row else None


def _dropped(connection: psycopg.Connection[tuple[object, ...]], rebuild: RebuildStatus) -> str:
    """The generation of a rebuild that has ended; HomeroomError unless it was aborted."""
    outcome = _outcome(connection, rebuild)
    if outcome in ("swapped", "kept"):
        raise HomeroomError(f"Too late: the rebuild of {rebuild.generation} has ended ({outcome}).")
    return rebuild.generation


def _unfinished(connection: psycopg.Connection[tuple[object, ...]]) -> RebuildStatus:
    status = read_status(connection)
    if status is None or status.ended_at is not None:
        raise HomeroomError("There is no unfinished rebuild.")
    return status
