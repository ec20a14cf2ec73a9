"""The relay of a service, as a process of its own: ``homeroom-kit relay``."""

import asyncio
import re
import signal
from typing import Any

import structlog
from psycopg import AsyncConnection, ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import Field, SecretStr

from homeroom_kit.errors import ConfigurationError
from homeroom_kit.outbox.tables import REMEDY, SCHEMA
from homeroom_kit.publishing.events import URI_PATTERN
from homeroom_kit.relaying.relay import Outbox, Relay
from homeroom_kit.settings import KafkaSettings
from homeroom_kit.tasks import in_background

END_SECONDS_MAX = 5.0
# A database that vanished without a word is noticed within these.
NETWORK = {
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}

log = structlog.get_logger(__name__)


class RelaySettings(KafkaSettings):
    """Where the outbox is and what its events are from, beside where Kafka is."""

    outbox_database_url: SecretStr = Field(
        SecretStr(""), description="The service's database, `postgresql://…`."
    )
    outbox_schema: str = Field(SCHEMA, description="The schema of the outbox's tables.")
    outbox_source: str = Field(
        "", description="The events' `source`: the service, `/services/exams`."
    )
    outbox_retention_days: int = Field(
        7, ge=1, description="Days after which published rows are deleted."
    )

    def outbox(self) -> Outbox:
        """What to relay; raises ConfigurationError."""
        if not self.outbox_source:
            raise ConfigurationError(
                "HOMEROOM_OUTBOX_SOURCE is not set: name the service whose events these are, for "
                "example /services/exams."
            )
        if not re.fullmatch(URI_PATTERN, self.outbox_source):
            raise ConfigurationError(
                f"HOMEROOM_OUTBOX_SOURCE is {self.outbox_source!r}: give a path or a URI without "
                "spaces, for example /services/exams."
            )
        return Outbox(self.outbox_schema, self.outbox_source, REMEDY, self.outbox_retention_days)

    def require_database(self) -> str:
        """The URL of the service's database; raises ConfigurationError."""
        url = self.outbox_database_url.get_secret_value()
        if not url:
            raise ConfigurationError(
                "HOMEROOM_OUTBOX_DATABASE_URL is not set: give the service's database, "
                "postgresql://user:password@host:5432/name."
            )
        try:
            conninfo_to_dict(url)
        except ProgrammingError:
            # What libpq says quotes the address, so a password.
            raise ConfigurationError(
                "HOMEROOM_OUTBOX_DATABASE_URL cannot be read: give a URL, "
                "postgresql://user:password@host:5432/name, in which % is %25 and @ is %40."
            ) from None
        return url

    async def connect(self) -> AsyncConnection[Any]:
        """Opens a connection to the service's database; raises ConfigurationError, or psycopg's."""
        url = self.require_database()
        given = conninfo_to_dict(url)
        network = {name: value for name, value in NETWORK.items() if name not in given}
        conninfo = make_conninfo(url, application_name="homeroom-kit relay", **network)
        return await AsyncConnection.connect(conninfo, autocommit=True)


async def relay(settings: RelaySettings) -> None:
    """Relays until SIGTERM or SIGINT. Raises ConfigurationError at once where a setting is wrong.

    What fails later is retried: brokers and database may come and go.
    """
    settings.require_kafka()
    settings.require_database()
    outbox = settings.outbox()
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    relayed = Relay(settings, settings.connect, outbox)
    async with in_background(relayed.run(), "relay", END_SECONDS_MAX):
        log.info("relaying", source=outbox.source, schema=outbox.schema)
        await stopped.wait()
