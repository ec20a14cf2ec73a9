"""What the endpoints of teachers' assignments share: who may ask, envelopes, pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api import cursors
from homeroom.api.access import ID, Access, admit
from homeroom.api.access_log import LoggedRoute
from homeroom.api.answers import FAILED_REFUSALS, plain, stamp, wire_time
from homeroom.api.assignments.ids import to_wire
from homeroom.api.auth import Principal
from homeroom.api.envelopes import ADMINISTRATION
from homeroom.api.errors import ApiError
from homeroom.api.parameters import Limit, Parameter, read_parameters
from homeroom.api.routing import new_router
from homeroom.queries.database import ReadScope
from homeroom.queries.realm import OF_READER, in_realm
from homeroom.queries.statement import ReadResult, ReadStatement, compose, since_of
from homeroom.statements import load

_TEXTS = load("assignments", __package__)
SQL = {
    name: in_realm(
        text, OF_READER, matching="{matching}", owner="{owner}",
        teachers_page=_TEXTS["teachers_page"].decode(),
        students_taught=in_realm(_TEXTS["students_taught"], OF_READER).decode(),
    )
    for name, text in _TEXTS.items()
}  # fmt: skip
# Of those that PostgreSQL has.
PAST_EVERY_INTEGER = 2**63
ADMINS_ONLY = "Admin access required"
DENIED = "Access denied. You do not have permission to access this resource."
router = new_router(
    ADMINISTRATION,
    prefix="/api", tags=["teachers' assignments"], responses=FAILED_REFUSALS,
    route_class=LoggedRoute,
)  # fmt: skip

Data = TypeVar("Data")


class Answer(BaseModel, Generic[Data]):
    """The body of every read."""

    success: Literal[True]
    data: Data


def admin_scope(principal: Principal) -> ReadScope:
    """Whose rows an admin reads; ApiError 403 for whoever is none, or has no id."""
    holder = principal.token.holder
    if principal.role != "admin" or not ID.fullmatch(holder.admin_id):
        raise ApiError(403, ADMINS_ONLY)
    return holder


def teacher_or_admin_scope(principal: Principal) -> ReadScope:
    """Whose assignments are the caller's own; ApiError 403 for other roles."""
    if principal.role == "admin":
        return admin_scope(principal)
    if principal.role != "teacher" or not ID.fullmatch(principal.teacher_id or ""):
        raise ApiError(403, DENIED)
    return ReadScope(teacher_id=principal.teacher_id or "")


async def _reading_admin(request: Request) -> Access:
    return await admit(request, admin_scope)


async def _reading_teacher_or_admin(request: Request) -> Access:
    return await admit(request, teacher_or_admin_scope)


ReadingAdmin = Annotated[Access, Depends(_reading_admin)]
ReadingTeacherOrAdmin = Annotated[Access, Depends(_reading_teacher_or_admin)]


def read_of(name: str, row: type[BaseModel], *rests_on: str) -> ReadStatement:
    """A read of rows that belong to nobody alone: any that misses an event may be one of them.

    Two branches of a list share which rows match (``NAME_matching``). ``rests_on``: the entities
    that the answer is made from.
    """
    matching = SQL.get(f"{name}_matching", b"").decode()
    rows = SQL[name].decode().format(matching=matching).encode()
    since = since_of({entity: ["true"] for entity in rests_on})
    return compose(rows=rows, row=row, since=since)


def answered(result: ReadResult, data: object, problem: str = "", **said: Any) -> Response:
    """The envelope of a read's data; ApiError 400 where a parameter is wrong."""
    headers = stamp(result)
    if problem:
        raise ApiError(400, problem, headers)
    return plain({"success": True, "data": data, **said}, headers)


@dataclass(frozen=True, slots=True)
class RowCursor:
    """Where pages of a list begin: behind the row with these values of some of its columns.

    ``columns``: with the types of their values; and with what they are before the first page.
    """

    name: str
    columns: Mapping[str, tuple[type, object]]

    def behind(self, row: Mapping[str, Any]) -> str:
        """The page behind this row, as clients carry it."""
        return cursors.pack(self.name, *(row[column] for column in self.columns))

    def of(self, text: str | None) -> dict[str, object]:
        """The parameters of the SELECT; ValueError for what no page of this list has given."""
        if not text:
            return {f"after_{column}": first for column, (_, first) in self.columns.items()}
        name, *values = cursors.unpack(text) or [None]
        known = len(values) == len(self.columns) and all(
            type(value) is kind
            and not (isinstance(value, int) and abs(value) >= PAST_EVERY_INTEGER)
            for value, (kind, _) in zip(values, self.columns.values(), strict=True)
        )
        if name != self.name or not known:
            raise ValueError(cursors.NOT_OURS)
        return {
            f"after_{column}": value for column, value in zip(self.columns, values, strict=True)
        }


class NewestFirstCursor(RowCursor):
    """The first column is a time."""

    def behind(self, row: Mapping[str, Any]) -> str:
        """As of any row."""
        time = next(iter(self.columns))
        return super().behind({**row, time: wire_time(row[time])})

    def of(self, text: str | None) -> dict[str, object]:
        """As of any text, with the time as one; `infinity` before the first page."""
        parameters = super().of(text)
        name = f"after_{next(iter(self.columns))}"
        at = str(parameters[name])
        return parameters | {name: at if at == "infinity" else cursors.instant_of(at)}


@dataclass(frozen=True, slots=True)
class Page:
    """A list that is read page by page, and how a row of it is shown.

    ``said``: what the answer says beside its rows; it may raise ApiError.
    """

    read: ReadStatement
    cursor: RowCursor
    limit: Limit
    shown: Callable[[dict[str, Any]], dict[str, Any]]
    said: Callable[[ReadResult], Mapping[str, Any]] = lambda _: {}

    async def answer(
        self, request: Request, access: Access, limit: str | None, cursor: str | None,
        **filters: tuple[Parameter, str | None],
    ) -> Response:  # fmt: skip
        """One page, and the link to the next."""
        given, problem = read_parameters(
            **filters, limit=(self.limit, limit), cursor=(self.cursor, cursor)
        )
        most = given["limit"]
        # One row more than is shown, to see whether there is one.
        parameters = {name: given[name] for name in filters} | given["cursor"]
        result = await access.read(self.read, parameters | {"limit": most + 1})
        rows = result.rows[:most]
        said = self.said(result)
        response = answered(result, [self.shown(row) for row in rows], problem, **said)
        if len(result.rows) > most:
            cursors.link_next(request, response, self.cursor.behind(rows[-1]))
        return response


def with_ids(rows: Sequence[Mapping[str, Any]] | None, *names: str) -> list[dict[str, Any]]:
    """Rows with these ids as clients know them; none for null."""
    return [{**row, **{name: to_wire(row[name]) for name in names}} for row in rows or ()]
