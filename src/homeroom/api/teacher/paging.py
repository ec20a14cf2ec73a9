"""A list that is read page by page: its statement, where pages begin, and the link to the next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api import cursors
from homeroom.api.parameters import Limit, Parameter, read_parameters
from homeroom.api.teacher.surface import TeacherAccess, TeacherRow
from homeroom.queries.statement import ReadResult, ReadStatement, compose
from homeroom.statements import load

SQL = load("lists", __package__)
LIMIT = Limit(default=20, most=50)
# As far as names are sorted: an index holds no text of any length.
SORTED_CHARACTERS = 200


def read_of_pages(
    name: str, page: str, counted: str | None, row: type[TeacherRow], since: bytes = b""
) -> ReadStatement:
    """The read of a page, and of how many match: `matching` says once for both which rows do.

    ``name``, ``page``: statements in ``lists.sql``: the rows of the list and the page that is cut
    of them. ``counted``: the column of `teacher_stats` that counts all, where one does. ``since``:
    see `compose`.
    """
    texts = {key: text.decode() for key, text in SQL.items()}
    matching = texts["matching"].format(listed=texts[name])
    total = "total" if counted else "total_of_some"
    columns = ", ".join(f"l.{field}" for field in row.model_fields)
    return compose(
        about=texts[total].format(matching=matching, counted=counted).encode(),
        rows=texts[page].format(matching=matching, columns=columns).encode(),
        row=row,
        since=since,
    )


class TimeCursor:
    """Where pages of a list begin that is sorted by a time, newest first, and by id."""

    def __init__(self, name: str, time: str) -> None:
        self._name, self._time = name, time

    def behind(self, row: Mapping[str, Any]) -> str:
        """The page behind this row, as clients carry it."""
        return cursors.pack(self._name, row[self._time], row["_id"])

    def of(self, text: str | None) -> dict[str, object]:
        """The parameters of the SELECT; ValueError for what no page of this list has given."""
        if not text:
            return {"at": "infinity", "id": ""}
        time, row_id = _unpacked(text, self._name)
        return {"at": "-infinity" if time is None else cursors.instant_of(time), "id": row_id}


class NameCursor:
    """Where pages of a list begin that is sorted by a name, those without one last, and by id."""

    def __init__(self, name: str) -> None:
        self._name = name

    def behind(self, row: Mapping[str, Any]) -> str:
        """The page behind this row, as clients carry it."""
        name = row["name"]
        return cursors.pack(self._name, name and name[:SORTED_CHARACTERS], row["_id"])

    def of(self, text: str | None) -> dict[str, object]:
        """The parameters of the SELECT; ValueError for what no page of this list has given."""
        if not text:
            return {"nameless": False, "name": "", "id": ""}
        name, row_id = _unpacked(text, self._name)
        return {"nameless": name is None, "name": name or "", "id": row_id}


def _unpacked(text: str, of_list: str) -> tuple[str | None, str]:
    """Sort key and id; ValueError where they are not of this list."""
    match cursors.unpack(text):
        case [name, (str() | None) as key, str() as row_id] if name == of_list:
            return key, row_id
    raise ValueError(cursors.NOT_OURS)


@dataclass(frozen=True, slots=True)
class PagedList:
    """A list of which a client reads one page after the other.

    ``name``: as on the wire. ``read``: what is found as `about`, and the rows, of which
    ``rows_of`` makes what is shown where that is told otherwise.
    """

    name: str
    read: ReadStatement
    cursor: TimeCursor | NameCursor
    message: str
    rows_of: Callable[[ReadResult], list[dict[str, Any]]] = attrgetter("rows")

    async def page(
        self, request: Request, teacher: TeacherAccess, limit: str | None, cursor: str | None,
        read: ReadStatement | None = None, **filters: tuple[Parameter, str | None],
    ) -> Response:  # fmt: skip
        """One page, and the link to the next. ``read``: instead of the usual one."""
        given, problem = read_parameters(
            **filters, limit=(LIMIT, limit), cursor=(self.cursor, cursor)
        )
        shown = given["limit"]
        wanted = {name: given[name] for name in filters}
        # One row more than is shown, to see whether there is one.
        parameters = wanted | given["cursor"] | {"limit": shown + 1}
        parameters["filtered"] = any(wanted.values())
        result = await teacher.read(read or self.read, parameters)
        rows = self.rows_of(result)[:shown]
        total = result.about and result.about["total"]
        body = {self.name: rows, "total": total}
        response = teacher.success(result, body, self.message, problem)
        if len(result.rows) > shown:
            cursors.link_next(request, response, self.cursor.behind(rows[-1]))
        return response
