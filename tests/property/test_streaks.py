"""Streaks, against days walked backwards: from midnight to midnight, with no event in between.

Goals due have another number on each day, so that each shows which day it is.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from tests.model import student as model
from tests.model import student_days
from tests.property.students import StudentReader
from tests.support.strength import examples
from tests.support.students import Students

ME, THEM = "S1", "S2"
HABITS = ("H1", "H2", "H3")
ZONES = (
    None, "", "Mars/Olympus", "UTC", "Pacific/Kiritimati", "Pacific/Niue", "Pacific/Apia",
    "America/St_Johns", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe",
)  # fmt: skip
# Days with 23 hours, with 25, with 23.5 (Lord Howe), the day that Apia never had, a leap day, the
# turn of a year, and one like any other.
DAYS = tuple(
    date.fromisoformat(text)
    for text in (
        "2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01", "2026-10-04", "2011-12-30",
        "2024-02-29", "2026-01-01", "2026-07-15",
    )
)  # fmt: skip
TICK = timedelta(microseconds=1)
LONGEST = 9

# Of a habit: by days before and after the middle one, whether it was done; each log's student.
logs = st.dictionaries(
    st.integers(-LONGEST, 3), st.tuples(st.sampled_from((True, True, True, False)),
                                        st.sampled_from((ME,) * 7 + (THEM,))),
    min_size=LONGEST // 2,
)  # fmt: skip
habits = st.lists(st.tuples(logs, st.booleans()), min_size=1, max_size=len(HABITS))


def midnights(zone: str | None, middle: date) -> Iterator[datetime]:
    """The last and the first moment around each midnight of some days, and some between."""
    there = ZoneInfo(zone) if zone in student_days.KNOWN_ZONES else UTC
    for days in range(-1, 4):
        day = middle + timedelta(days=days)
        midnight = datetime(day.year, day.month, day.day, tzinfo=there).astimezone(UTC)
        yield from (midnight - TICK, midnight, midnight + timedelta(hours=11, minutes=7))


def hold(
    students: Students, zone: str | None, middle: date,
    drawn: list[tuple[dict[int, tuple[bool, str]], bool]],
) -> model.Rows:  # fmt: skip
    told_rows: list[tuple[str, dict[str, Any]]] = [
        ("student", {"student_id": ME, "time_zone": zone})
    ]
    for habit_id, (of_habit, stopped) in zip(HABITS, drawn, strict=False):
        habit = {"habit_id": habit_id, "student_id": ME, "stopped": stopped, "name": habit_id}
        told_rows.append(("habit", habit))
        for days, (done, who) in of_habit.items():
            on = (middle + timedelta(days=days)).isoformat()
            log = {"habit_id": habit_id, "logged_on": on, "student_id": who, "done": done}
            told_rows.append(("habit_log", log))
    for days in range(-2, 5):
        due_on = (middle + timedelta(days=days)).isoformat()
        told_rows += [
            ("goal", {"goal_id": f"{days}-{n}", "student_id": ME, "due_on": due_on})
            for n in range(days + 3)
        ]
    return students.hold(*told_rows)


ALL_DONE = dict.fromkeys(range(-LONGEST, 4), (True, ME))


@examples()
@given(drawn=habits, zone=st.sampled_from(ZONES), middle=st.sampled_from(DAYS))
@example(drawn=[(ALL_DONE | {-1: (True, THEM)}, False)], zone="UTC", middle=DAYS[2])
@example(drawn=[(ALL_DONE, False)], zone="Pacific/Kiritimati", middle=DAYS[8])
@example(drawn=[(ALL_DONE, False)], zone="Pacific/Niue", middle=DAYS[8])
@example(drawn=[(ALL_DONE, False)], zone="Europe/Berlin", middle=DAYS[1])
@example(
    drawn=[({-4: (True, ME), -3: (True, ME), -2: (True, ME)}, False)], zone=None, middle=DAYS[0]
)
def test_streaks_and_goals_due_are_what_walking_backwards_over_the_days_says_at_any_moment(
    students: Students, drawn: Any, zone: str | None, middle: date
) -> None:
    rows = hold(students, zone, middle, drawn)
    reader = StudentReader(students.connection, ME, None)
    for now in midnights(zone, middle):
        shown = reader.dashboard(now)
        expected = model.dashboard(rows, ME, now, None)
        assert shown["today_summary"] == expected["today_summary"], now
        assert shown["quick_actions"] == expected["quick_actions"], now
