"""Goes back to the previous generation, exactly: it has been fed all the while."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from aiokafka.errors import KafkaError

from homeroom.database import connect, connect_sync
from homeroom.engine.generations import positions
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import Generation, live_generation, registered
from homeroom.errors import GenerationGone, NotLive, RebuildRefused
from homeroom.operations.rebuilding import preparing, swapping
from homeroom.operations.rebuilding.following import Follower
from homeroom.operations.rebuilding.replaying import LogReplayer
from homeroom.settings import Settings
from homeroom_kit.errors import BrokerError


def rollback(
    settings: Settings,
    model: ReadModel,
    keep_previous_seconds: int,
    wait_seconds: float,
    notify: Callable[[str], None],
    agree: Callable[[str, str], None] = lambda *_: None,
    swapped: Callable[[str, str], None] = lambda *_: None,
) -> tuple[str, str]:
    """Makes the previous generation live again; returns its name, and that of the one left.

    ``agree`` takes the name of the one to be left and that of the one to go back to, before
    anything is done, and raises what ends it. ``swapped`` takes the name of the one that is live
    again and that of the one left, as soon as that is so.

    The one left becomes the previous one: rolling back once more goes forward again. Where the
    contract has changed, only the code that made the previous generation can feed it, and carry out
    in it what was discarded since: then this waits for a worker of that code; and for Flink's job
    where that feeds it. Raises RebuildRefused where there is nothing to go back to, it does not
    catch up in time, or somebody else has swapped meanwhile; then nothing has changed.
    """
    with connect_sync(
        settings.require_database("operator"), "homeroom rollback", autocommit=True
    ) as connection:
        generations = registered(connection)
    live = preparing.live_of(generations)
    previous = next((g for g in generations if g.state == "previous"), None)
    if previous is None:
        raise RebuildRefused(
            f"There is no generation to go back to: {live.name} is the only one that is kept. "
            "`homeroom rebuild --keep-previous 7d` keeps the one that it replaces for longer."
        )
    agree(live.name, previous.name)
    own = None
    if previous.stored.fits(model.catalog):
        own = ReadModel(model.catalog, previous.stored.definitions)
        going_back = _feed_and_swap(settings, own, live.name, previous.name, keep_previous_seconds)
    else:
        notify(_told(previous))
        going_back = _wait_and_swap(
            settings.require_database("operator"), live.name, previous, keep_previous_seconds,
            wait_seconds,
        )  # fmt: skip
    try:
        asyncio.run(going_back)
    except KafkaError as error:
        raise BrokerError(f"Kafka does not answer: {error}. Nothing was changed.") from error
    except (NotLive, GenerationGone) as error:
        told = _swapped_meanwhile(settings, live.name, previous.name)
        raise RebuildRefused(told or str(error)) from error
    swapped(previous.name, live.name)
    if live.stored.fingerprint != previous.stored.fingerprint:
        notify(_who_feeds(live.name, previous.name, keep_previous_seconds))
    if own is not None:
        asyncio.run(swapping.hand_over(settings, own, previous.name, live.name))
    return previous.name, live.name


def _swapped_meanwhile(settings: Settings, left: str, previous: str) -> str:
    """What somebody else has made live; empty if nothing.

    Nobody is told to run it again: that would go forward to what has just been left.
    """
    with connect_sync(settings.require_database("operator"), "homeroom rollback") as connection:
        live = live_generation(connection)
    if live == left:
        return ""
    if live == previous:
        return f"{previous} has just become live: there is nothing to do."
    return (
        f"Nothing was changed: {left} is not live any more, {live} has just become so. Look at "
        "`homeroom generations list` before you roll back."
    )


def _who_feeds(left: str, back: str, keep_seconds: int) -> str:
    until = datetime.now(UTC) + timedelta(seconds=keep_seconds)
    return (
        f"Workers of the version that made {left} end when it is not kept any more, at "
        f"{until:%Y-%m-%d %H:%M} UTC: start workers of the version that made {back} before."
    )


def _told(previous: Generation) -> str:
    if previous.stored.is_fed_by_flink:
        return f"Only its job of Flink's feeds {previous.name}."
    return (
        f"{previous.name} was made with another contract: only a worker of that version can feed "
        "it."
    )


async def _feed_and_swap(
    settings: Settings, model: ReadModel, live: str, previous: str, keep_previous_seconds: int
) -> None:
    """What workers have not fed yet is fed here."""
    async with LogReplayer.open(settings, model, previous) as replayer:
        goal = await positions.read_all_async(replayer.writer.connection, live)
        # While the live one is held, little is left to do.
        await replayer.reach_and_settle(goal)
        await swapping.swap(
            settings.require_database("operator"), live, previous, replayer.reach_and_settle,
            keep_previous_seconds, rolls_back=True,
        )  # fmt: skip


async def _wait_and_swap(
    database_url: str, live: str, previous: Generation, keep_previous_seconds: int,
    wait_seconds: float,
) -> None:  # fmt: skip
    """Waits until those who feed it have brought it as far as the live one."""
    async with await connect(database_url, "homeroom rollback") as connection:
        follower = Follower(connection, previous, live)
        await follower.reach_live(wait_seconds)
        await swapping.swap(
            database_url, live, previous.name, follower.reach, keep_previous_seconds,
            rolls_back=True,
        )  # fmt: skip
