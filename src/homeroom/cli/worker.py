"""``homeroom worker``: runs until a signal ends it."""

import signal
from typing import TYPE_CHECKING, Annotated

import typer

from homeroom.cli.app import app, configured, warn_of_owner

if TYPE_CHECKING:
    import asyncio

    from homeroom.engine.consuming.progress import Drift
    from homeroom.engine.consuming.worker import Worker
    from homeroom.settings import Settings


@app.command()
def worker(
    from_log_start: Annotated[
        bool,
        typer.Option(help="Begin where the log begins, not at 0, where nothing is applied yet."),
    ] = False,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Where the live tables were made by other code, rebuild."),
    ] = False,
) -> None:
    """Project events into tables until SIGTERM or Ctrl-C. Start as many as there are partitions.

    Example: homeroom worker
    """
    import asyncio

    from homeroom.engine import process
    from homeroom.engine.consuming.options import WorkerOptions
    from homeroom.engine.consuming.progress import Drift
    from homeroom.engine.consuming.worker import Worker
    from homeroom.monitoring.worker import observed
    from homeroom.readmodel import read_model
    from homeroom_kit.kafka import client_options

    settings = configured()
    warn_of_owner(settings, "worker", "relay")
    options = WorkerOptions(
        settings.require_database("worker"),
        client_options(settings),
        settings.topic_prefix,
        settings.batch_events_max,
        settings.batch_events_behind_max,
        settings.session_timeout_seconds,
        from_log_start,
        long_batch_seconds_max=settings.long_batch_seconds_max,
        log_compare_seconds=settings.log_compare_seconds,
    )
    model = read_model(settings)
    if rebuild:
        from homeroom.operations.rebuilding.automatic import rebuild_if_needed

        rebuild_if_needed(settings, model)
    worker, drift = Worker(model, options), Drift()
    with observed(worker, drift, settings), process.rare_garbage_collection():
        asyncio.run(_until_signalled(worker, drift, settings))


async def _until_signalled(worker: "Worker", drift: "Drift", settings: "Settings") -> None:
    """The first signal lets the batch in hand finish; a second one is not waited for."""
    import asyncio

    from homeroom.commands.relay import relaying
    from homeroom.commands.resource_scans import scanning
    from homeroom.operations.verifying.background import verifying

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop_once, loop, worker)
    async with (
        verifying(
            settings.require_database("worker"),
            settings.verify_interval_seconds,
            drift,
            settings.verify_share,
        ),
        relaying(settings),
        scanning(settings),
    ):
        await worker.run()


def _stop_once(loop: "asyncio.AbstractEventLoop", worker: "Worker") -> None:
    worker.stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_DFL)
