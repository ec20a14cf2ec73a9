"""A teacher's notifications at a school, and over which channels they are delivered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, get_args

from fastapi import Query
from pydantic import BaseModel, WithJsonSchema
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api import cursors
from homeroom.api.answers import LINKED, SUCCEEDS, plain, stamp
from homeroom.api.assignments.ids import WireId, to_wire
from homeroom.api.errors import ApiError
from homeroom.api.parameters import Choice, Limit, read_parameters
from homeroom.api.schools.surface import SCHOOL_ID, OfSchool, Teacher, router, school_of
from homeroom.domain.notification_channels import CHANNELS, DEFAULTS
from homeroom.queries.notifications import ITEM, SHOWS, had, unread
from homeroom.queries.statement import SQL as STATEMENT
from homeroom.queries.statement import compose
from homeroom.queries.teaching import SCHOOL
from homeroom.statements import load
from homeroom_kit.contract.notifications import Kind

KINDS: tuple[str, ...] = get_args(Kind)
LIMIT = Limit(default=20, most=50)
# Behind every id.
LAST_ID = "~"


class NotificationItem(BaseModel):
    id: WireId
    type: str
    title: str
    message: str
    action_url: str | None
    school_id: WireId | None
    created_at: datetime
    is_read: bool
    read_at: datetime | None


class Notifications(BaseModel):
    results: list[NotificationItem]
    unread: int


class Unread:
    """`true` for only what was not read."""

    def of(self, text: str | None) -> bool:
        """Whether only that; ValueError for another word."""
        if text not in (None, "", "true", "false"):
            raise ValueError("unread must be true or false, or left out")
        return text == "true"


class NewestFirst:
    """Where pages begin: behind a notification, by when it was created and its id."""

    def behind(self, row: Mapping[str, Any]) -> str:
        """The page behind this row, as clients carry it."""
        return cursors.pack("notifications", row["created_at"], row["id"])

    def of(self, text: str | None) -> dict[str, object]:
        """The parameters of the SELECT; ValueError for what no page of this list has given."""
        if not text:
            return {"after_created_at": "infinity", "after_id": LAST_ID}
        match cursors.unpack(text):
            case ["notifications", str() as created_at, str() as row_id]:
                at = cursors.instant_of(created_at)
                return {"after_created_at": at, "after_id": row_id}
        raise ValueError(cursors.NOT_OURS)


SQL = {name: text.decode() for name, text in load("notifications", __package__).items()}
READ = compose(
    about=SQL["school"].format(school=SCHOOL.decode(), unread=unread("q.id")).encode(),
    rows=SQL["page"].format(item=ITEM, had=had("a.id"), shows=SHOWS).encode(),
    row=NotificationItem,
)
PREFERENCES = compose(rows=SQL["preferences"].encode(), since=STATEMENT["since_never"])
UNREAD, KIND, CURSOR = Unread(), Choice("kind", *KINDS), NewestFirst()
OnlyUnread = Annotated[
    str | None,
    Query(description="`true`: only those that were not read."),
    WithJsonSchema({"type": "string", "enum": ["true", "false", ""]}),
]
OfKind = Annotated[str | None, KIND.query(), KIND.schema()]
PageLimit = Annotated[str | None, LIMIT.query(), LIMIT.schema()]
PageCursor = Annotated[str | None, cursors.QUERY, cursors.SCHEMA]


def item_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A notification as clients know it."""
    school_id = row["school_id"]
    return {
        **row,
        "id": to_wire(row["id"]),
        "school_id": None if school_id is None else to_wire(school_id),
    }


@router.get("/notifications", response_model=Notifications, responses=LINKED)
async def notifications(
    request: Request, teacher: Teacher, school_id: OfSchool = None, unread: OnlyUnread = None,
    kind: OfKind = None, limit: PageLimit = None, cursor: PageCursor = None,
) -> Response:  # fmt: skip
    """The teacher's notifications at a school, the newest first.

    Those that belong to no school are among them. Expired and dismissed ones are not. `unread`
    counts all of the school that were not read.
    """
    given, problem = read_parameters(
        school_id=(SCHOOL_ID, school_id), unread=(UNREAD, unread), kind=(KIND, kind),
        limit=(LIMIT, limit), cursor=(CURSOR, cursor),
    )  # fmt: skip
    most = given["limit"]
    parameters = {name: given[name] for name in ("school_id", "unread", "kind")} | given["cursor"]
    parameters |= {"limit": most + 1, "now": teacher.services.clock()}
    result = await teacher.read(READ, parameters)
    headers = stamp(result)
    if problem:
        raise ApiError(400, problem, headers)
    school = school_of(result, given["school_id"])
    rows = result.rows[:most]
    body = {"results": [item_of(row) for row in rows], "unread": school["unread"] if school else 0}
    response = plain(body, headers)
    if len(result.rows) > most:
        cursors.link_next(request, response, CURSOR.behind(rows[-1]))
    return response


Channels = dict[str, bool]
PREFERENCES_SCHEMA = {
    "type": "object",
    "properties": {
        kind: {
            "type": "object",
            "properties": {channel: {"type": "boolean"} for channel in CHANNELS},
        }
        for kind in KINDS
    },
}
PreferencesBody = Annotated[dict[str, Channels], WithJsonSchema(PREFERENCES_SCHEMA)]


@router.get("/notification-preferences", response_model=PreferencesBody, responses=SUCCEEDS)
async def notification_preferences(teacher: Teacher) -> Response:
    """Over which channels the teacher wants which kind of notification."""
    result = await teacher.read(PREFERENCES)
    return plain(preferences_of(result.rows), stamp(result))


def preferences_of(rows: list[dict[str, Any]]) -> dict[str, Channels]:
    """All kinds and channels, with what is set."""
    preferences = {kind: dict(DEFAULTS) for kind in KINDS}
    for row in rows:
        if row["kind"] in preferences:
            preferences[row["kind"]][row["channel"]] = row["enabled"]
    return preferences
