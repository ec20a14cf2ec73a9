"""The parts of a page: each is an endpoint's answer, and fails alone."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import structlog
from starlette.responses import Response

from homeroom.api.answers import AS_OF, INCOMPLETE_SINCE, ReadAnswer
from homeroom.api.errors import ApiError
from homeroom.api.pages.sentences import sentence_of
from homeroom.errors import (
    DatabaseUnavailable,
    NotMigrated,
    NoWaitingForFlink,
    PositionNotReached,
    RightsEnded,
    TokenRevoked,
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PagePart:
    """What an endpoint answered, or why it did not.

    ``data``: what it tells. ``as_of``: the time of the newest event in it. ``incomplete_since``:
    since when it lacks one. ``failure``: why there is nothing; ``status``: as the API has it.
    """

    data: Any = None
    as_of: datetime | None = None
    incomplete_since: datetime | None = None
    failure: str = ""
    status: int = 200
    link: str = ""

    @property
    def failed(self) -> bool:
        """Whether there is nothing to show."""
        return bool(self.failure)


def part_of(answer: Response) -> PagePart:
    """An endpoint's answer as a part of a page."""
    assert isinstance(answer, ReadAnswer)
    headers = answer.headers
    return PagePart(
        answer.data, _time(headers.get(AS_OF)), _time(headers.get(INCOMPLETE_SINCE)),
        link=headers.get("Link", ""),
    )  # fmt: skip


async def part(answering: Awaitable[Response]) -> PagePart:
    """The same of an answer that may fail: what fails leaves the rest of the page as it is.

    Raises TokenRevoked and RightsEnded: whose rights have ended sees no page at all.
    """
    try:
        return part_of(await answering)
    except (TokenRevoked, RightsEnded):
        raise
    except ApiError as error:
        if error.status == 401:
            raise
        return _failed(error, error.status)
    except (DatabaseUnavailable, NotMigrated) as error:
        return _failed(error, 503)
    except NoWaitingForFlink as error:
        return _failed(error, 501)
    except PositionNotReached as error:
        return _failed(error, 504)
    except Exception as error:
        log.exception("part failed")
        return _failed(error, 500)


async def permitted_part(answering: Awaitable[Response]) -> PagePart:
    """The same, but what is denied leaves no page: raises besides ApiError 403."""
    shown = await part(answering)
    if shown.status == 403:
        raise ApiError(403, shown.failure)
    return shown


async def main_part(answering: Awaitable[Response]) -> PagePart:
    """The part that a page is about: what is denied, malformed or not there leaves no page.

    Raises besides what ``part`` does ApiError 400, 403 and 404.
    """
    main = await part(answering)
    if main.status in (400, 403, 404):
        raise ApiError(main.status, main.failure)
    return main


def next_cursor(shown: PagePart, name: str = "cursor") -> str:
    """Where the next page of a list begins; empty where there is none. ``name``: the parameter."""
    address = shown.link.partition(">")[0].removeprefix("<")
    return dict(parse_qsl(urlsplit(address).query)).get(name, "")


def _failed(error: Exception, status: int) -> PagePart:
    return PagePart(failure=sentence_of(error, status), status=status)


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
