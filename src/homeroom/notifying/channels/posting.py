"""What requests to other services have in common: one deadline, no redirects, who answers what."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from homeroom.notifying.deliveries import TryAgain

RETRY_AFTER_SECONDS_MAX = 3_600.0
TEXT_CHARACTERS_MAX = 200
# What is read of an answer, which may be of any length.
ANSWER_BYTES_MAX = 4_096


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What the other side answered. ``text``: how its body begins."""

    status_code: int
    text: str

    @property
    def is_success(self) -> bool:
        return httpx.codes.is_success(self.status_code)


class OtherSide:
    """Posts to other services; follows nobody elsewhere, and takes no proxy's or netrc's word."""

    def __init__(self, timeout_seconds: float) -> None:
        """``timeout_seconds``: for all of a request, its answer included."""
        self._seconds = timeout_seconds
        self._client = httpx.AsyncClient(
            timeout=timeout_seconds, follow_redirects=False, trust_env=False
        )

    async def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> GivenAnswer:
        """The answer; raises TryAgain where there is none, or where it says to come again."""
        # A few bytes could unpack to any number.
        plain = {"accept-encoding": "identity"} | dict(headers)
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._client.stream("POST", url, content=content, headers=plain) as answer,
            ):
                given = GivenAnswer(answer.status_code, await _beginning(answer))
        except TimeoutError:
            raise TryAgain(f"The other side did not answer in {self._seconds:g} s") from None
        except httpx.HTTPError as error:
            said = str(error) or type(error).__name__
            raise TryAgain(f"The other side does not answer: {said}") from error
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
            raise TryAgain(told(given), _retry_after(answer.headers.get("retry-after", "")))
        return given

    async def close(self) -> None:
        """Closes connections."""
        await self._client.aclose()


def told(answer: GivenAnswer) -> str:
    """An answer in words, for operators."""
    text = " ".join(answer.text[:TEXT_CHARACTERS_MAX].split())
    return f"The other side answered {answer.status_code}{': ' if text else ''}{text}"


async def _beginning(answer: httpx.Response) -> str:
    """To the end where it is short: then the connection serves the next request as well."""
    found = b""
    async for part in answer.aiter_raw():
        found += part
        if len(found) >= ANSWER_BYTES_MAX:
            break
    return found[:ANSWER_BYTES_MAX].decode(errors="replace")


def _retry_after(text: str) -> float:
    """RFC 9110, section 10.2.3: seconds, or a date."""
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return 0.0
    # In this order, of which NaN makes nothing.
    return min(max(0.0, seconds), RETRY_AFTER_SECONDS_MAX)
