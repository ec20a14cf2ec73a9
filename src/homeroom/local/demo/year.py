"""A year of student life, invented around real students of the data set.

The files beside the data set's hold its events and its habit logs, in the order in which they are
published and recorded. Every date in them is relative to the end of the year, which is the first
moment of a day in UTC: ``<day -3>`` is the day that begins three days before the end,
``<minute -90>`` is a time, ``<quarter -3>`` the quarter that a day is in. They get their dates when
they are read.
"""

import lzma
import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from homeroom_kit.contract import EVENT_TYPES
from homeroom_kit.publishing.events import OutgoingEvent

FOLDER = Path(__file__).parents[1] / "data" / "year"
EVENTS_FILE = "events.jsonl.xz"
HABIT_LOGS_FILE = "habit_logs.jsonl.xz"

# The students are the real ones who stayed to the end of this presentation.
CLASS = "AAA-2014J"
TOPICS = (
    "people", "missions", "curriculum", "profiler", "coaching", "portfolio", "talentscope",
    "subscriptions", "coach",
)  # fmt: skip

_RELATIVE = re.compile(r"<(day|minute|quarter) (-?[0-9]+)>")


class HabitLogs(NamedTuple):
    """Habit logs of one student, as many as are sent in one request."""

    student_id: str
    logs: list[dict[str, Any]]


class Year:
    """The year that ends when the day ``end`` begins, in UTC.

    Another end gives the same lives on other days. ``len`` counts the events, without habit logs,
    which students record themselves. Each student's events continue those of the data set.
    ``students``: whose lives these are; None for all whose year is made up.
    """

    def __init__(self, end: date, students: Collection[str] | None = None) -> None:
        self.end = end
        self._end = datetime.combine(end, time(), UTC)
        self._students = students
        events = _lines(EVENTS_FILE)
        self._events = events if students is None else _without_others(events, students)

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[OutgoingEvent]:
        for line in self._events:
            yield OutgoingEvent(**orjson.loads(self._dated(line)))

    def habit_logs(self) -> list[HabitLogs]:
        """All habit logs, each student's in the order in which they were recorded."""
        every = (HabitLogs(**orjson.loads(self._dated(line))) for line in _lines(HABIT_LOGS_FILE))
        return [
            logs for logs in every if self._students is None or logs.student_id in self._students
        ]

    def _dated(self, line: str) -> str:
        return _RELATIVE.sub(self._date, line)

    def _date(self, relative: re.Match[str]) -> str:
        unit, number = relative[1], int(relative[2])
        if unit == "minute":
            return f"{self._end + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}"
        day = self._end.date() + timedelta(days=number)
        return day.isoformat() if unit == "day" else f"Q{(day.month + 2) // 3} {day.year}"


def _lines(name: str) -> list[str]:
    return lzma.decompress((FOLDER / name).read_bytes()).decode().splitlines()


def _without_others(lines: list[str], students: Collection[str]) -> list[str]:
    """All but the events of other students; what is nobody's, such as a mission, stays.

    The first event of a subject says whose it is. Its others go with it, so that no sequence has a
    gap.
    """
    kept: list[str] = []
    owners: dict[tuple[str, str], str | None] = {}
    for line in lines:
        event = orjson.loads(line)
        subject = EVENT_TYPES[event["type"]].entity, event["subject"]
        owner = owners.setdefault(subject, event["data"].get("student_id"))
        if owner is None or owner in students:
            kept.append(line)
    return kept
