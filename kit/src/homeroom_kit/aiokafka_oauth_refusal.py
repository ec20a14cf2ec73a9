"""Fixes a defect of aiokafka: it takes a token that the broker refuses for one that is accepted.

A broker answers a token that it refuses with the reason, and waits for an empty message before it
fails the login (RFC 7628, section 3.2.3). aiokafka (0.14.0) ends the login with the first answer,
whatever it says: the next request is then cut off, and nobody learns why.

``tests/integration/secured/test_tokens.py`` fails as soon as a version of aiokafka sends that
message by itself: then this module and its call in ``homeroom_kit.kafka`` go.
"""

from aiokafka.conn import OAuthAuthenticator

DUMMY = b"\x01"

step = OAuthAuthenticator.step


def install() -> None:
    """Makes every client of this process hear that its token is refused. May be called again."""
    OAuthAuthenticator.step = _step


async def _step(self: OAuthAuthenticator, payload: bytes | None) -> tuple[bytes, bool] | None:
    # An accepted token is answered with nothing.
    if self._token_sent and payload:
        return DUMMY, True
    answer: tuple[bytes, bool] | None = await step(self, payload)
    return answer
