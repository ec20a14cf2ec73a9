"""Tokens to log in with: kept while they are good, renewed before they end."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import lru_cache

from aiokafka.abc import AbstractTokenProvider

from homeroom_kit.kafka_refusals import NoToken
from homeroom_kit.settings import KafkaSettings

# Brokers may close a connection whose token has ended, so no token is used to its last second.
RENEWED_AT_SHARE = 0.8
# For one token, however slowly it comes.
TOKEN_SECONDS_MAX = 5.0
# aiokafka connects to each broker in turn, many times a second.
RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Token:
    """A token and how long it is good for; unknown is 0, and it is used once."""

    text: str = field(repr=False)
    seconds: float

    def __post_init__(self) -> None:
        # It goes into a message where a character of another kind ends it.
        if not self.text or not self.text.isascii() or not self.text.isprintable():
            raise NoToken("what came is no token: it has none of a token's characters, or others")


Fetch = Callable[[], Awaitable[Token]]
"""Fetches a new token; raises NoToken."""


class TokenSource(AbstractTokenProvider):  # type: ignore[misc]
    """What aiokafka asks for a token at each connection."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._text = ""
        self._renewed_at = self._ends_at = self._failed_at = float("-inf")
        self._problem = ""

    async def token(self) -> str:
        """A token that is good for a while; raises NoToken."""
        if time.monotonic() >= self._renewed_at:
            try:
                await self._renew()
            except NoToken:
                if time.monotonic() >= self._ends_at:
                    raise
        return self._text

    async def _renew(self) -> None:
        began = time.monotonic()
        if self._problem and began < self._failed_at + RETRY_SECONDS:
            raise NoToken(self._problem)
        try:
            async with asyncio.timeout(TOKEN_SECONDS_MAX):
                token = await self._fetch()
        except (NoToken, TimeoutError) as error:
            late = f"no token came within {TOKEN_SECONDS_MAX:g} seconds"
            self._problem = str(error.args[0]) if isinstance(error, NoToken) else late
            self._failed_at = time.monotonic()
            raise NoToken(self._problem) from None
        self._problem, self._text = "", token.text
        self._renewed_at = began + RENEWED_AT_SHARE * token.seconds
        self._ends_at = began + token.seconds


@lru_cache(maxsize=4)
def token_source(settings: KafkaSettings) -> TokenSource:
    """The one source of all clients with these settings; raises ConfigurationError."""
    # Imported here: each brings libraries that the other does not need.
    if settings.kafka_sasl_mechanism == "AWS_MSK_IAM":
        from homeroom_kit.kafka_login.msk import MskSigner

        return TokenSource(MskSigner(settings).fetch)
    from homeroom_kit.kafka_login.client_credentials import ClientCredentials

    return TokenSource(ClientCredentials(settings).fetch)
