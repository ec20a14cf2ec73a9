"""A dry run: what would be sent now, as files. Nothing is sent, and nothing is noted.

Nobody's group takes part: all that was asked for lately is read, and what comes until a signal.
Preferences and addresses are those of this moment; quiet hours are only told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import orjson
import structlog
from faststream import FastStream
from psycopg.rows import class_row

from homeroom.database import connect
from homeroom.engine.generations.registry import enter_live_async
from homeroom.notifying.application import new_broker, run_application, subscribe
from homeroom.notifying.channels.email import EmailSender
from homeroom.notifying.channels.web_push import WebPushSender
from homeroom.notifying.channels.webhook import WebhookSender
from homeroom.notifying.deliveries import Delivery, NeverAgain, Sender
from homeroom.notifying.ledger import SQL as LEDGER
from homeroom.notifying.messages import PersonalMessage
from homeroom.notifying.sending import TROUBLE
from homeroom.settings import Settings

# Names of deliveries that are none: the same for the same message, person and channel.
DRY = "dry-run/"
CLAIM_SECONDS = 60.0
NAMES = UUID("0f3c3a0e-6f0e-4d6e-9d53-6b1f3f1c2a77")

log = structlog.get_logger(__name__)


async def write_files(settings: Settings, senders: Mapping[str, Sender], folder: Path) -> None:
    """Writes files until a signal. Raises BrokerError, OSError and psycopg's errors."""
    files = DryRun(settings, senders, folder)
    broker = new_broker(settings)
    subscribe(broker, settings, files.write, None, lambda: None)
    log.info("writing files; nothing is sent", folder=str(folder))
    try:
        await run_application(FastStream(broker, logger=None), settings)
    finally:
        for sender in senders.values():
            await sender.close()


class DryRun:
    """Writes a file for each delivery that there would be."""

    def __init__(self, settings: Settings, senders: Mapping[str, Sender], folder: Path) -> None:
        """Raises OSError where there can be no such folder."""
        self._settings, self._senders, self._folder = settings, senders, folder
        folder.mkdir(parents=True, exist_ok=True)

    async def write(self, message: PersonalMessage) -> None:
        """A file for each person and channel, `.eml` or `.json`, named by the delivery."""
        try:
            deliveries = await self._deliveries(message)
        except TROUBLE as error:
            log.warning("not written", message=message.id, error=str(error).strip())
            return
        for delivery in deliveries:
            if delivery.name is None:
                log.warning("would not be sent: nobody is registered", person=delivery.person_id)
                continue
            sender = self._senders[delivery.channel]
            try:
                name, content = _file_of(delivery, sender)
            except NeverAgain as error:
                log.warning("would fail", person=delivery.person_id, problem=str(error))
                continue
            (self._folder / name).write_bytes(content)
            log.info("written", file=name, person=delivery.person_id, kind=delivery.kind)

    async def _deliveries(self, message: PersonalMessage) -> Sequence[Delivery]:
        """What the ledger would make of a message: in a transaction that is undone."""
        url = self._settings.require_database("notify")
        async with (
            await connect(url, "homeroom notify --dry-run") as connection,
            connection.transaction(force_rollback=True),
        ):
            await enter_live_async(connection)
            # Whatever the tables hold by now; and nobody else's message of this name.
            made = asdict(message) | {"offset": -1, "id": DRY + message.id}
            limits = {"limit": None, "only": made["id"], "channels": list(self._senders)}
            claim = limits | {"claim": NAMES, "seconds": CLAIM_SECONDS}
            await connection.execute(LEDGER["receive"], made)
            await connection.execute(LEDGER["address"], limits)
            cursor = connection.cursor(row_factory=class_row(Delivery))
            rows = await (await cursor.execute(LEDGER["claim"], claim)).fetchall()
        return [replace(row, message_id=message.id) for row in rows]


def _file_of(delivery: Delivery, sender: Sender) -> tuple[str, bytes]:
    """Name and content; raises NeverAgain."""
    place = f"{delivery.message_id}/{delivery.person_id}/{delivery.channel}/{delivery.target}"
    name = f"{delivery.channel}-{uuid5(NAMES, place)}"
    match sender:
        case EmailSender():
            return f"{name}.eml", sender.content(delivery)
        case WebPushSender() | WebhookSender():
            payload: Mapping[str, Any] = sender.payload(delivery)
            options = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z
            return f"{name}.json", orjson.dumps(payload, option=options)
    raise AssertionError(sender)
