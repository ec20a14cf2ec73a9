"""Runs the notifier: for real, as files, or idle where nothing is configured."""

import asyncio
import signal
from pathlib import Path

import structlog

from homeroom.notifying.application import new_application, run_application
from homeroom.notifying.channels import NEEDED, open_senders
from homeroom.notifying.deliveries import Sender
from homeroom.notifying.dry_run import write_files
from homeroom.notifying.ledger import Ledger
from homeroom.notifying.monitoring import DeliveryObserver, observing
from homeroom.notifying.rendering import MessageTemplates
from homeroom.notifying.sending import Dispatcher
from homeroom.settings import Settings

log = structlog.get_logger(__name__)


def run(settings: Settings) -> None:
    """Delivers until a signal. Raises ConfigurationError, BrokerError."""
    senders = open_senders(settings, MessageTemplates(settings))
    url = settings.require_database("notify")
    observer = DeliveryObserver(tuple(senders), url)
    if not senders:
        with observing(observer, settings, lambda: ""):
            asyncio.run(_idle())
        return
    asyncio.run(_deliver(settings, url, senders, observer))


def run_dry(settings: Settings, folder: Path) -> None:
    """Writes what would be sent into files, until a signal. Raises ConfigurationError."""
    senders = open_senders(settings, MessageTemplates(settings))
    if not senders:
        _say_that_nothing_is_configured()
        return
    asyncio.run(write_files(settings, senders, folder))


async def _deliver(
    settings: Settings, url: str, senders: dict[str, Sender], observer: DeliveryObserver
) -> None:
    ledger = Ledger(url, tuple(senders), settings.notify_attempt_seconds)
    dispatcher = Dispatcher(settings, ledger, senders, observer)
    application = new_application(settings, ledger, dispatcher, observer)
    log.info("delivering", channels=",".join(senders))

    def unready() -> str:
        return f"the ledger: {dispatcher.trouble}" if dispatcher.trouble else ""

    try:
        with observing(observer, settings, unready):
            await run_application(application, settings)
    finally:
        for sender in senders.values():
            await sender.close()
        await ledger.close()


def _say_that_nothing_is_configured() -> None:
    needed = {
        channel: " and ".join(f"HOMEROOM_{name.upper()}" for name in names)
        for channel, names in NEEDED.items()
    }
    log.warning("nothing is delivered: no channel is configured", set=needed)


async def _idle() -> None:
    """Whoever reads that nothing is done may end it from then on."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    _say_that_nothing_is_configured()
    await ended.wait()
