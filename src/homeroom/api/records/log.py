"""The access log: who was denied what, for admins."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.answers import LINKED
from homeroom.api.assignments.ids import WireId, to_wire
from homeroom.api.assignments.surface import Answer, Page, ReadingAdmin, RowCursor
from homeroom.api.records.students import PageCursor
from homeroom.api.records.surface import LIMIT, PageLimit, read_of, router


class Denied(BaseModel):
    user_id: WireId
    action: str
    resource: str
    at: datetime
    request_id: str
    address: str


class _DeniedRow(BaseModel):
    id: int
    user_id: str
    action: str
    resource: str
    at: datetime
    request_id: str
    address: str


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in row.items() if name != "id"}
    return shown | {"user_id": to_wire(row["user_id"])}


LOG = Page(
    read_of("access_log", _DeniedRow, "membership", "teacher", "student", "class", "enrollment"),
    RowCursor("access-log", {"id": (int, 2**62)}), LIMIT, _shown,
)  # fmt: skip


@router.get("/access-log", response_model=Answer[list[Denied]], responses=LINKED)
async def access_log(
    request: Request, admin: ReadingAdmin, limit: PageLimit = None, cursor: PageCursor = None
) -> Response:
    """The requests that were denied on these surfaces, the newest first."""
    return await LOG.answer(request, admin, limit, cursor)
