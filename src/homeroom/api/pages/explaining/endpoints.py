"""Explain: a number with its definition, the rows that it rests on, and the events that set them.

Operators see all of it. Whoever's pages show the number sees as much as tells of nobody else: the
definition, how many rows of what it rests on, and which events came when.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import Access
from homeroom.api.access_log import LoggedRoute
from homeroom.api.auth import Principal
from homeroom.api.errors import ApiError
from homeroom.api.field_columns import column_of_field
from homeroom.api.internal import Explainer
from homeroom.api.pages.console.state import ROLE
from homeroom.api.pages.explaining.allowed import ALLOWED, is_allowed
from homeroom.api.pages.explaining.viewing import (
    FLAGS,
    NOT_YOURS,
    key_columns,
    may_be_explained,
    viewer_of,
)
from homeroom.api.pages.site import page_router, site_of_app
from homeroom.errors import WrongKey
from homeroom.operations.explain import ExplainRequest, Explanation
from homeroom.operations.explain.answer import SetBy
from homeroom.operations.keys import read_key
from homeroom.readmodel import definition_texts

ROWS_MAX = 200
SECONDS_MAX = 5.0
EVENTS_MAX = 100
router = page_router(route_class=LoggedRoute)


@router.get("/explain/{table}/{key:path}/{column}")
async def explained_to_its_viewer(request: Request, table: str, key: str, column: str) -> Response:
    """The same for people whose pages show the number; 403 for anyone else."""
    site = site_of_app(request)
    session = await site.session(request, *ALLOWED, ROLE)
    is_operator = session.role == ROLE
    if not is_operator:
        column = _allowed_column(session.role, table, column)
    if is_operator or await _is_there(request, session.principal, table, key):
        explanation = await explained(request, table, key, column)
    else:
        explanation = _of_nothing(table, key, column)
    return site.page(
        request, "explaining/explain.html", explanation=explanation, is_operator=is_operator,
        events=_events(explanation),
    )  # fmt: skip


def _allowed_column(role: str, table: str, column: str) -> str:
    """The column, which may be named as answers name it; ApiError 403 for one of no page."""
    for name in (column, column_of_field(table, column)):
        if name is not None and is_allowed(role, table, name):
            return name
    raise ApiError(403, NOT_YOURS)


async def _is_there(request: Request, principal: Principal, table: str, key: str) -> bool:
    """Whether the viewer sees the row; False where it would be an own one, and there is none.

    Raises ApiError 403 for a row of others, whether there is one or not, and what
    ``may_be_explained`` does.
    """
    viewer = await viewer_of(request)
    try:
        values = read_key(table, key_columns(table), key)
    except WrongKey:
        raise ApiError(403, NOT_YOURS) from None
    if await may_be_explained(viewer, principal, table, values):
        return True
    # Of a school a row that is there may be one that is not shown.
    if table not in FLAGS and _names_viewer(viewer, table, values):
        return False
    raise ApiError(403, NOT_YOURS)


def _names_viewer(viewer: Access, table: str, values: tuple[str, ...]) -> bool:
    own = {"teacher_id": viewer.scope.teacher_id, "student_id": viewer.scope.student_id}
    named = dict(zip(key_columns(table), values, strict=True))
    return any(name in own and own[name] == value for name, value in named.items())


def _of_nothing(table: str, key: str, column: str) -> Explanation:
    """What nothing was counted for so far."""
    definition = definition_texts()[table]
    return Explanation(
        table, key, column, None, definition, "", None, (), (), (), {}, False, ()
    )  # fmt: skip


def _events(explanation: Explanation) -> list[tuple[str, SetBy]]:
    """The events with the entity that they are of, without whose they are: the newest first."""
    found = {
        (field.event.topic, field.event.partition, field.event.offset): (row.entity, field.event)
        for row in explanation.rows
        for field in row.fields.values()
        if field.event is not None
    }
    newest = sorted(found.values(), key=lambda pair: pair[1].time, reverse=True)
    return newest[:EVENTS_MAX]


async def explained(request: Request, table: str, key: str, column: str | None) -> Explanation:
    """What a value rests on, or without a column the whole row; raises what Explainer does."""
    explainer: Explainer = request.app.state.explainer
    of_field = partial(column_of_field, table)
    return await explainer.explain(
        ExplainRequest(table, key, column, ROWS_MAX, SECONDS_MAX, of_field)
    )
