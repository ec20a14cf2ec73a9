"""Requests to the identity provider: short, bounded, and to nobody else."""

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any

import httpx
import orjson

DEADLINE_SECONDS = 5.0
BYTES_MAX = 1024 * 1024
# A handshake that is never completed is given up by who began it.
TIMEOUT = httpx.Timeout(None, connect=DEADLINE_SECONDS / 2)


class NoAnswer(Exception):
    """The provider does not answer, or with something else than JSON; says why."""


class Exchange:
    """Asks the provider, within a deadline for the whole answer."""

    def __init__(self) -> None:
        self._tls = ssl.create_default_context()

    async def ask(
        self, method: str, url: str, body: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:  # fmt: skip
        """Status and object of an answer below 500; raises NoAnswer."""
        sent = {"Accept": "application/json", **(headers or {})}
        try:
            async with (
                asyncio.timeout(DEADLINE_SECONDS),
                httpx.AsyncClient(verify=self._tls, timeout=TIMEOUT) as client,
                client.stream(method, url, content=body, headers=sent) as response,
            ):
                content = await _content(response)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise NoAnswer(str(error) or type(error).__name__) from error
        if response.status_code >= 500:
            raise NoAnswer(f"status {response.status_code}")
        try:
            answer = orjson.loads(content)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise NoAnswer(f"status {response.status_code}, and no JSON object")
        return response.status_code, answer


async def _content(response: httpx.Response) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > BYTES_MAX:
            raise NoAnswer(f"more than {BYTES_MAX:,} bytes")
    return bytes(content)
