"""What requests to other services have in common: one deadline, no redirects, who answers what."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from homeroom.notifying.deliveries import TryAgain

RETRY_AFTER_SECONDS_MAX = 3_600.0
TEXT_CHARACTERS_MAX = 200


def new_http_client(timeout_seconds: float) -> httpx.AsyncClient:
    """A client that follows nobody elsewhere, and takes no proxy's or netrc's word."""
    return httpx.AsyncClient(timeout=timeout_seconds, follow_redirects=False, trust_env=False)


async def post(
    client: httpx.AsyncClient, url: str, content: bytes, headers: Mapping[str, str]
) -> httpx.Response:
    """The answer; raises TryAgain where there is none, or where it says to come again."""
    try:
        answer = await client.post(url, content=content, headers=dict(headers))
    except httpx.HTTPError as error:
        said = str(error) or type(error).__name__
        raise TryAgain(f"The other side does not answer: {said}") from error
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
        raise TryAgain(told(answer), _retry_after(answer.headers.get("retry-after", "")))
    return answer


def told(answer: httpx.Response) -> str:
    """An answer in words, for operators."""
    text = " ".join(answer.text[:TEXT_CHARACTERS_MAX].split())
    return f"The other side answered {answer.status_code}{': ' if text else ''}{text}"


def _retry_after(text: str) -> float:
    """RFC 9110, section 10.2.3: seconds, or a date."""
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return 0.0
    return min(max(seconds, 0.0), RETRY_AFTER_SECONDS_MAX)
