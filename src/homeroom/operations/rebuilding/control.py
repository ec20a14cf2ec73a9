"""What operators ask of a rebuild from elsewhere: pause, resume, abort."""

import time

import psycopg

from homeroom.errors import HomeroomError
from homeroom.operations.rebuilding.record import LOCK, Standing, standing
from homeroom.operations.rebuilding.removing import drop

ASK = "UPDATE homeroom.rebuild SET asked = %s WHERE id = %s AND ended_at IS NULL"
END = "UPDATE homeroom.rebuild SET ended_at = now(), outcome = 'aborted' WHERE id = %s"
OUTCOME = "SELECT outcome FROM homeroom.rebuild WHERE id = %s"
LOOK_SECONDS = 0.2


def ask(database_url: str, what: str | None) -> None:
    """Asks the running rebuild to pause, or (None) to go on; HomeroomError where none runs."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        found = _unfinished(connection)
        if not found.running:
            raise HomeroomError(
                f"No process works on the rebuild of {found.generation}, at {found.phase}: "
                "`homeroom rebuild` goes on with it, `homeroom rebuild abort` drops it."
            )
        connection.execute(ASK, (what, found.id))


def abort(database_url: str, seconds_max: float) -> str:
    """Ends the unfinished rebuild and drops its generation, whose name is returned.

    A running process does so itself; HomeroomError where it does not in time.
    """
    give_up_at = time.monotonic() + seconds_max
    with psycopg.connect(database_url, autocommit=True) as connection:
        found = _unfinished(connection)
        connection.execute(ASK, ("abort", found.id))
        while time.monotonic() < give_up_at:
            now = standing(connection)
            if now is None or now.id != found.id or now.ended_at is not None:
                return _dropped(connection, found)
            taken = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
            if taken == (True,):
                if _outcome(connection, found) is not None:
                    return _dropped(connection, found)
                drop(connection, found.generation)
                connection.execute(END, (found.id,))
                return found.generation
            time.sleep(LOOK_SECONDS)
    raise HomeroomError(
        f"The process {found.process} has not ended the rebuild in {seconds_max:.0f} seconds; it "
        "will, once what it does at the moment is done."
    )


def _outcome(connection: psycopg.Connection[tuple[object, ...]], of: Standing) -> object:
    row = connection.execute(OUTCOME, (of.id,)).fetchone()
    return row[0] if row else None


def _dropped(connection: psycopg.Connection[tuple[object, ...]], of: Standing) -> str:
    """The generation of a rebuild that has ended; HomeroomError unless it was aborted."""
    outcome = _outcome(connection, of)
    if outcome in ("swapped", "kept"):
        raise HomeroomError(f"Too late: the rebuild of {of.generation} has ended ({outcome}).")
    return of.generation


def _unfinished(connection: psycopg.Connection[tuple[object, ...]]) -> Standing:
    found = standing(connection)
    if found is None or found.ended_at is not None:
        raise HomeroomError("There is no unfinished rebuild.")
    return found
