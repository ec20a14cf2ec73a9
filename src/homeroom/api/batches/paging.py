"""Lists of batches that are cut by ``limit`` and ``offset``, of a status or of any."""

import re
from dataclasses import dataclass

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.cursors import link_next_with
from homeroom.api.errors import ApiError
from homeroom.queries.statement import ReadStatement, compose
from homeroom.statements import load

SQL = load("batches", __package__)
LIMIT_DEFAULT, LIMIT_MAX = 20, 100
# The largest whole number that every client reads exactly; nobody has so many batches.
OFFSET_MAX = 2**53 - 1
_DIGITS = re.compile(r"[0-9]+")
_OF_STATUS = re.compile(rb"^ +AND \w+\.\w+ = %\(status\)s::text\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class OffsetPage:
    """Which rows of a list are asked for. ``problem``: what is wrong with a parameter, if it is."""

    limit: int = LIMIT_DEFAULT
    offset: int = 0
    problem: ApiError | None = None

    def link_next(self, request: Request, response: Response, total: int) -> None:
        """Tells where the next page is, where there is one."""
        following = self.offset + self.limit
        if following < total:
            link_next_with(request, response, limit=self.limit, offset=following)


def page_of(limit: str | None, offset: str | None, refused_with: int) -> OffsetPage:
    """The page that the texts name; with a wrong one the first, and the refusal."""
    rows = LIMIT_DEFAULT if limit is None else _whole_number(limit)
    if not 1 <= rows <= LIMIT_MAX:
        message = f"limit must be a whole number from 1 to {LIMIT_MAX}"
        return OffsetPage(problem=ApiError(refused_with, message, field="limit"))
    left_out = 0 if offset is None else _whole_number(offset)
    if left_out < 0:
        message = "offset must be a whole number from 0"
        return OffsetPage(problem=ApiError(refused_with, message, field="offset"))
    return OffsetPage(rows, left_out)


def _whole_number(text: str) -> int:
    """The number, -1 for none. As many digits as somebody likes are a large number, no error."""
    if not _DIGITS.fullmatch(text):
        return -1
    digits = text.lstrip("0") or "0"
    return OFFSET_MAX if len(digits) > len(str(OFFSET_MAX)) else min(int(digits), OFFSET_MAX)


@dataclass(frozen=True, slots=True)
class PagedReads:
    """The reads of a list: of any status, and of one."""

    of_any: ReadStatement
    of_status: ReadStatement


def paged_reads(rows: str, row: type[BaseModel], total_of_status: str = "total") -> PagedReads:
    """The reads of a list in ``batches.sql``, with how many match as `about`.

    A statement for both would find its rows by no index that has the status.
    """
    return PagedReads(
        compose(about=_of_any(SQL["total"]), rows=_of_any(SQL[rows]), row=row),
        compose(about=SQL[total_of_status], rows=SQL[rows], row=row),
    )


def _of_any(select: bytes) -> bytes:
    return _OF_STATUS.sub(b"", select)
