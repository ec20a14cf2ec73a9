"""What a change is to a teacher at a school: the rows read anew, as the lists have them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from homeroom.api.access import Access
from homeroom.api.assignments.ids import to_wire
from homeroom.api.schools import items
from homeroom.api.schools.dashboard import QuickStats
from homeroom.api.schools.items import SessionItem
from homeroom.api.schools.notifications import NotificationItem, item_of
from homeroom.api.schools.reads import PARTS
from homeroom.api.schools.reads import SQL as SCHOOLS_SQL
from homeroom.domain.periods import school_calendar
from homeroom.queries.changes import Change
from homeroom.queries.notifications import ITEM, SHOWS, had
from homeroom.queries.statement import SQL as STATEMENT
from homeroom.queries.statement import ReadStatement, compose
from homeroom.queries.teaching import SCHOOL
from homeroom.statements import load

Kind = Literal["session_update", "notification", "announcement", "stats"]
# The relations of the change feed, and what a row of each is about.
SESSIONS, NOTIFICATIONS = "teacher_sessions", "notifications"
RECEIPTS, STUDENTS = "notification_receipts", "school_class_students"


class _LiveNotification(NotificationItem):
    is_shown: bool
    is_announcement: bool
    is_muted: bool


def _read(name: str, row: type[BaseModel]) -> ReadStatement:
    of_schools = {part: SCHOOLS_SQL[part].decode() for part in (*PARTS, "session_counts")}
    text = SQL[name].format(**of_schools, item=ITEM, shows=SHOWS, had=had("a.id"))
    return compose(about=SCHOOL, rows=text.encode(), row=row, since=STATEMENT["since_never"])


SQL = {name: text.decode() for name, text in load("live", __package__).items()}
READ_SESSIONS = _read("sessions", SessionItem)
READ_NOTIFICATIONS = _read("notifications", _LiveNotification)
READ_STATS = _read("stats", QuickStats)
READ_SCHOOL = compose(about=SCHOOL, since=STATEMENT["since_never"])


class NotThere(Exception):
    """The teacher does not teach at the school, or not any more."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a message says: its type, and the item as the lists have it."""

    kind: Kind
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Touched:
    """What some changes have touched: ids of rows, each once, and whether figures may differ.

    ``receipts``: of notifications that were read or dismissed, whatever their school is.
    """

    sessions: tuple[str, ...]
    notifications: tuple[str, ...]
    receipts: tuple[str, ...]
    stats: bool


def touched(changes: Iterable[Change]) -> Touched:
    """What these changes have touched; each row is read as it is now, however often it changed."""
    sessions: dict[str, None] = {}
    notifications: dict[str, None] = {}
    receipts: dict[str, None] = {}
    stats = False
    for change in changes:
        stats = stats or change.relation in (SESSIONS, STUDENTS)
        if change.relation == SESSIONS:
            sessions[change.key] = None
        elif change.relation == NOTIFICATIONS:
            notifications[change.key] = None
        elif change.relation == RECEIPTS:
            receipts[change.key.partition("/")[0]] = None
    return Touched(tuple(sessions), tuple(notifications), tuple(receipts), stats)


async def read_items(access: Access, school: dict[str, Any], what: Touched) -> list[Item]:
    """What is to be told; raises NotThere, and what Access.read raises.

    Where nothing is to be told the rights are looked at all the same.
    """
    told: list[Item] = []
    school_id = {"school_id": school["id"]}
    about = [*dict.fromkeys((*what.notifications, *what.receipts))]
    if not (what.sessions or about or what.stats):
        await _rows(access, READ_SCHOOL, school_id)
    if what.sessions:
        rows = await _rows(access, READ_SESSIONS, school_id | {"ids": list(what.sessions)})
        told += [Item("session_update", item) for item in items.sessions(rows)]
        told += _removed("session_update", what.sessions, rows)
    if about:
        parameters = school_id | {"ids": about, "now": access.services.clock()}
        rows = await _rows(access, READ_NOTIFICATIONS, parameters)
        told += [_notification(row) for row in rows if not row["is_muted"]]
        told += _removed("notification", what.notifications, rows)
    if what.stats:
        told += [Item("stats", row) for row in await _rows(access, READ_STATS, _moments(
            access, school))]  # fmt: skip
    return told


def _moments(access: Access, school: dict[str, Any]) -> dict[str, Any]:
    calendar = school_calendar(access.services.clock(), school["time_zone"])
    week = calendar.week
    return {
        "school_id": school["id"],
        "today_start": calendar.today.start, "today_end": calendar.today.end,
        "week_start": week.start, "week_end": week.end,
        "range_start": week.start, "range_end": week.end,
    }  # fmt: skip


async def _rows(
    access: Access, statement: ReadStatement, parameters: dict[str, Any]
) -> list[dict[str, Any]]:
    result = await access.read(statement, parameters)
    if result.about is None:
        raise NotThere
    return result.rows


def _removed(kind: Kind, ids: Sequence[str], rows: Sequence[dict[str, Any]]) -> Iterator[Item]:
    """What is the teacher's at this school no more."""
    there = {row["id"] for row in rows}
    for one in ids:
        if one not in there:
            yield Item(kind, {"id": to_wire(one), "removed": True})


def _notification(row: dict[str, Any]) -> Item:
    kind: Kind = "announcement" if row["is_announcement"] else "notification"
    if not row["is_shown"]:
        return Item(kind, {"id": to_wire(row["id"]), "removed": True})
    return Item(kind, item_of({name: row[name] for name in NotificationItem.model_fields}))
