"""The client over HTTP: each call is one GET, tried again where that may help."""

import asyncio
import random
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from homeroom.client.errors import (
    BatchesUnavailable,
    BatchNotFound,
    BatchRequestError,
    KeyRefused,
    RequestRefused,
    UnexpectedAnswer,
)
from homeroom.client.protocol import BatchStatus, ClassInfo, UserBatches

PATH = "/internal/v1/batches"
TIMEOUT_SECONDS = 5.0
CONNECT_TIMEOUT_SECONDS = 2.0
ATTEMPTS = 3
# The pause before the second attempt is at most the first of these, and twice as long each time.
PAUSE_SECONDS = 0.1
PAUSE_SECONDS_MAX = 2.0
# An overload, or a database or gateway that does not answer at the moment.
PASSING = frozenset({429, 502, 503, 504})

Model = TypeVar("Model", bound=BaseModel)
CLASS_INFOS = TypeAdapter(dict[str, ClassInfo | None])


class HttpBatches:
    """Asks a query service of homeroom. Use it as ``async with``, for as many calls as needed.

    ``timeout``: of each attempt, in seconds. ``client``: one of the caller's own, which stays open;
    its base URL and its timeout are then the caller's to choose.
    """

    def __init__(
        self,
        base_url: str,
        service_id: str,
        api_key: str,
        *,
        timeout: float = TIMEOUT_SECONDS,
        attempts: int = ATTEMPTS,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self._keys = {"X-Service-ID": service_id, "X-Internal-API-Key": api_key}
        self._attempts = attempts
        self._owned = client is None
        connect = min(timeout, CONNECT_TIMEOUT_SECONDS)
        self._client = client or httpx.AsyncClient(
            base_url=base_url, timeout=httpx.Timeout(timeout, connect=connect)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections, unless they are the caller's."""
        if self._owned:
            await self._client.aclose()

    async def get_batches_for_user(
        self,
        user_id: str,
        *,
        limit: int = 20,
        offset: int = 0,
        status: str | None = None,
        request_id: str | None = None,
    ) -> UserBatches:
        """See Batches."""
        asked = {"limit": str(limit), "offset": str(offset)}
        asked |= {"status": status} if status else {}
        answer = await self._get(f"/user/{_segment(user_id)}", asked, request_id)
        return _read(answer, UserBatches)

    async def get_batch_status(
        self, batch_id: str, *, request_id: str | None = None
    ) -> BatchStatus:
        """See Batches."""
        answer = await self._get(f"/{_segment(batch_id)}/status", {}, request_id)
        return _read(answer, BatchStatus)

    async def get_batch_class_info(
        self, batch_ids: Iterable[str], *, request_id: str | None = None
    ) -> dict[str, ClassInfo | None]:
        """See Batches."""
        asked = {"batch_ids": ",".join(batch_ids)}
        answer = await self._get("/class-info", asked, request_id)
        try:
            return CLASS_INFOS.validate_json(answer.content)
        except ValidationError as error:
            raise _unexpected(answer, error) from None

    async def _get(
        self, path: str, asked: Mapping[str, str], request_id: str | None
    ) -> httpx.Response:
        """The good answer, at one of the attempts; all have the same request id."""
        id_ = request_id or uuid4().hex
        headers = self._keys | {"X-Request-Id": id_}
        for attempt in range(1, self._attempts + 1):
            try:
                answer = await self._client.get(PATH + path, params=asked, headers=headers)
            except httpx.TransportError as error:
                told = f"homeroom does not answer: {type(error).__name__} {error}".rstrip()
                failure: BatchRequestError = BatchesUnavailable(told, request_id=id_)
                least_seconds = 0.0
            except httpx.RequestError as error:
                told = f"The answer cannot be read: {type(error).__name__} {error}".rstrip()
                raise UnexpectedAnswer(told, request_id=id_) from error
            else:
                if answer.status_code == 200:
                    return answer
                failure = _failure(answer)
                least_seconds = least_pause_seconds(answer)
            if attempt == self._attempts or not isinstance(failure, BatchesUnavailable):
                raise failure
            await asyncio.sleep(least_seconds + pause_seconds(attempt))
        raise ValueError("attempts must be at least 1")


def _segment(text: str) -> str:
    """One part of a path, whatever the text: `..` would be resolved, and lead to another path."""
    return quote(text, safe="").replace(".", "%2E")


def pause_seconds(attempt: int) -> float:
    """Any part of a time that doubles, so that not all callers come again at once."""
    return random.uniform(0, min(PAUSE_SECONDS_MAX, PAUSE_SECONDS * 2 ** (attempt - 1)))


def least_pause_seconds(answer: httpx.Response) -> float:
    """The seconds that the answer asks for, as far as we wait."""
    seconds = answer.headers.get("Retry-After", "0")
    return min(float(seconds), PAUSE_SECONDS_MAX) if seconds.isdecimal() else 0.0


def _failure(answer: httpx.Response) -> BatchRequestError:
    kinds: dict[int, type[BatchRequestError]] = {401: KeyRefused, 400: RequestRefused}
    kinds |= dict.fromkeys(PASSING, BatchesUnavailable)
    told = _told(answer)
    if answer.status_code == 404 and told == "Batch not found":
        kinds[404] = BatchNotFound
    kind = kinds.get(answer.status_code, UnexpectedAnswer)
    return kind(f"{answer.status_code}: {told}", answer.status_code, _request_id(answer))


def _told(answer: httpx.Response) -> str:
    """What homeroom says is wrong; of a gateway's answer, the usual phrase."""
    try:
        body: Any = answer.json()
        return str(body["error"])
    except (ValueError, KeyError, TypeError):
        return answer.reason_phrase


def _request_id(answer: httpx.Response) -> str:
    return str(answer.request.headers["X-Request-Id"])


def _read(answer: httpx.Response, model: type[Model]) -> Model:
    try:
        return model.model_validate_json(answer.content)
    except ValidationError as error:
        raise _unexpected(answer, error) from None


def _unexpected(answer: httpx.Response, error: ValidationError) -> UnexpectedAnswer:
    problems = "; ".join(
        f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors()[:3]
    )
    told = f"The answer is not of its form: {problems}"
    return UnexpectedAnswer(told, answer.status_code, _request_id(answer))
