"""One connection to the brokers for all who publish in a process, made anew after a failure."""

import asyncio
from collections.abc import Collection
from contextlib import suppress

import structlog

from homeroom.errors import BrokersUnavailable
from homeroom.settings import Settings
from homeroom_kit.errors import HomeroomError
from homeroom_kit.publishing.publisher import Publisher

# A topic that got more partitions has a subject's events where every other publisher puts them.
LOOK_SECONDS = 60.0
# How long brokers may take to say which topics they have, before they are said to be away.
ANSWER_SECONDS_MAX = 3.0

log = structlog.get_logger(__name__)


class LastingPublisher:
    """Connects when it is first needed, and again after a failure."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._publisher: Publisher | None = None
        self._connecting = asyncio.Lock()
        self._looked_at: dict[str, float] = {}

    async def publisher(self, topics: Collection[str]) -> Publisher:
        """The publisher, which knows these topics; raises BrokersUnavailable.

        ``topics``: without the prefix. One that is missing is as bad as brokers that are away.
        """
        try:
            async with self._connecting:
                if self._publisher is None:
                    self._publisher = await Publisher(self._settings).__aenter__()
                    self._looked_at.clear()
                await self._look(self._publisher, topics)
                return self._publisher
        except HomeroomError as error:
            log.warning("events not published", error=str(error))
            raise BrokersUnavailable from error

    async def _look(self, publisher: Publisher, topics: Collection[str]) -> None:
        now = asyncio.get_running_loop().time()
        if any(now - self._looked_at.get(topic, -LOOK_SECONDS) >= LOOK_SECONDS for topic in topics):
            await publisher.require_topics(topics)
            self._looked_at.update(dict.fromkeys(topics, now))

    async def answers(self) -> bool:
        """Whether the brokers answer anything at all."""
        publisher = self._publisher
        if publisher is None:
            return False
        try:
            await asyncio.wait_for(publisher.require_topics(()), ANSWER_SECONDS_MAX)
        except (TimeoutError, HomeroomError):
            return False
        return True

    async def give_up(self, publisher: Publisher, error: Exception) -> None:
        """Closes a publisher that failed; whoever needs one next connects anew."""
        if self._publisher is publisher:
            self._publisher = None
        with suppress(Exception):
            await publisher.__aexit__(type(error), error, None)

    async def close(self) -> None:
        """Disconnects, if it is connected."""
        publisher, self._publisher = self._publisher, None
        if publisher is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(publisher.__aexit__(None, None, None), 1)
