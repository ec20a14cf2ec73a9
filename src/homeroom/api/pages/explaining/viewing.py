"""Which rows whoever looks at a page sees: what row-level security shows the reader for them."""

from collections.abc import Sequence
from functools import cache

from starlette.requests import Request

from homeroom.api.access import Access, admit
from homeroom.api.assignments.surface import teacher_or_admin_scope
from homeroom.api.auth import Principal
from homeroom.api.student.surface import check_student
from homeroom.engine.planning.definitions import read_definition
from homeroom.queries.database import ReadScope
from homeroom.queries.statement import SQL as STATEMENT
from homeroom.queries.statement import compose
from homeroom.readmodel import definition_texts
from homeroom.statements import load

# What an answer may lack is no matter of whether there is one.
SHOWN = {
    table: compose(rows=text, since=STATEMENT["since_never"])
    for table, text in load("shown", __package__).items()
}


def viewer_scope(principal: Principal) -> ReadScope:
    """Whose rows a student, a teacher or an admin reads; ApiError 403 for who is none of them."""
    if principal.role == "student":
        return check_student(principal)
    return teacher_or_admin_scope(principal)


async def viewer_of(request: Request) -> Access:
    """Whoever has the session; raises what ``admit`` raises."""
    return await admit(request, viewer_scope)


async def sees_row(viewer: Access, table: str, key: Sequence[str]) -> bool:
    """Whether the viewer sees the row with this key, which has a value for each of its columns."""
    values = {f"key_{number}": value for number, value in enumerate(key, 1)}
    return bool((await viewer.read(SHOWN[table], values)).rows)


@cache
def key_columns(table: str) -> tuple[str, ...]:
    """The columns of a projection's key."""
    return read_definition(table, definition_texts()[table]).key
