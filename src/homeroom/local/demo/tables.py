"""Brings tables that other code has made to the code of today, as an operator would."""

import subprocess
from collections.abc import Callable, Mapping

from homeroom.database import connect_sync
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import registered
from homeroom.local.children import command
from homeroom.operations.rebuilding.preparing import live_of
from homeroom.operations.rebuilding.record import read_status
from homeroom_kit.errors import HomeroomError


def rebuild_if_other(
    database_url: str,
    model: ReadModel,
    environment: Mapping[str, str],
    say: Callable[[str], None],
) -> str:
    """Rebuilds where the live generation was not made by this code; returns the live one's name.

    With the same contract the entities stay as they are, and only what is derived from them is
    made anew. Raises HomeroomError where the rebuild fails.
    """
    with connect_sync(database_url, "homeroom demo", autocommit=True) as connection:
        generations = {g.name: g for g in registered(connection)}
        unfinished = read_status(connection)
    live = live_of(generations.values())
    if unfinished is not None and unfinished.ended_at is None:
        begun = generations.get(unfinished.generation)
        if begun is None or begun.stored.fingerprint != model.fingerprint():
            say("The last demo ended in a rebuild of other code, which nobody needs any more.")
            _run(("rebuild", "abort", "--yes"), environment, say)
    if live.stored.fingerprint == model.fingerprint():
        return live.name
    say("Nothing is published again; what was decided about dead letters and tokens stays.")
    from_live = ("--from", "live") if live.stored.fits(model.catalog) else ()
    _run(("rebuild", "--yes", *from_live), environment, say)
    with connect_sync(database_url, "homeroom demo", autocommit=True) as connection:
        return live_of(registered(connection)).name


def _run(
    arguments: tuple[str, ...], environment: Mapping[str, str], say: Callable[[str], None]
) -> None:
    """One of homeroom's commands, shown as it is typed, with its output."""
    typed = f"homeroom {' '.join(arguments)}"
    say(f"$ {typed}")
    done = subprocess.run([str(command()), *arguments], env=dict(environment), check=False)
    if done.returncode != 0:
        raise HomeroomError(f"`{typed}` failed with exit code {done.returncode}.")
