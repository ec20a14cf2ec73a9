"""A student is nudged once per cause: a deadline, a streak, a review, a recommendation."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection, sql

from homeroom.commands import nudges
from homeroom.settings import Settings
from homeroom_kit.contract.nudges import NudgeDue
from tests.support.templates import prepare

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


class Tables:
    """The projections that nudges are found in, and what was said of them."""

    def __init__(self, url: str) -> None:
        self._owner = psycopg.connect(url, autocommit=True)
        self._owner.execute("SET search_path = g0001")
        self._owner.execute("SET timezone = 'UTC'")

    def insert(self, table: str, **values: Any) -> None:
        self._owner.execute(
            sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, values)),
                sql.SQL(", ").join(map(sql.Placeholder, values)),
            ),
            values,
        )

    def student(self, student_id: str = "S-1", time_zone: str = "UTC") -> None:
        self.insert("students", student_id=student_id, name="Ada", time_zone=time_zone)
        self._owner.execute(
            "INSERT INTO time_zones (time_zone, students) VALUES (%s, 1) ON CONFLICT DO NOTHING",
            (time_zone,),
        )

    def mission(self, mission_id: str = "M-1", student_id: str = "S-1", **values: Any) -> None:
        known = {"title": "Landing page", "difficulty": "beginner", "competencies": []}
        self.insert(
            "student_missions", mission_id=mission_id, student_id=student_id, **known | values
        )

    def recommendation(self, recommendation_id: str = "R-1", **values: Any) -> None:
        known = {
            "student_id": "S-1", "title": "Read this", "reason": "It helps", "url": "/tips/1",
            "mission_id": None, "priority": "high", "expires_at": None, "told_at": NOON,
        }  # fmt: skip
        self.insert(
            "student_recommendations", recommendation_id=recommendation_id, **known | values
        )

    def habit(
        self, first: str, last: str, *, habit_id: str = "H-1", stopped: bool = False,
        student_id: str = "S-1", done: bool = True,
    ) -> None:  # fmt: skip
        """A habit with a run of logged days."""
        self.insert(
            "student_habits", habit_id=habit_id, student_id=student_id, name="Reading",
            started_on="2026-01-01", stopped=stopped,
        )  # fmt: skip
        self.run(first, last, habit_id=habit_id, student_id=student_id, done=done)

    def run(
        self, first: str, last: str, *, habit_id: str = "H-1", student_id: str = "S-1",
        done: bool = True,
    ) -> None:  # fmt: skip
        self.insert(
            "habit_runs", habit_id=habit_id, first_day=first, last_day=last,
            student_id=student_id, done=done,
        )  # fmt: skip

    def said(self) -> list[dict[str, Any]]:
        """The data of each nudge, which are as the contract says."""
        rows = self._owner.execute(
            "SELECT event_id, type, subject, sequence, data FROM homeroom.outbox ORDER BY id"
        ).fetchall()
        for event_id, type_name, subject, sequence, data in rows:
            assert (type_name, sequence) == ("nudge.due.v1", 1)
            assert subject == f"{data['student_id']}/{data['nudge_id']}"
            assert event_id == data["nudge_id"]
            NudgeDue.model_validate(data)
        return [data for *_, data in rows]

    def lose_commands(self) -> None:
        """As a restore of an older backup does."""
        self._owner.execute("TRUNCATE homeroom.nudge, homeroom.outbox")

    def close(self) -> None:
        self._owner.close()


@pytest.fixture
def tables(settings: Settings) -> Iterator[Tables]:
    prepare(settings)
    made = Tables(settings.database_url)
    yield made
    made.close()


@pytest.fixture
async def connection(tables: Tables, settings: Settings) -> AsyncIterator[AsyncConnection[Any]]:
    assert tables
    async with await AsyncConnection.connect(settings.database_url, autocommit=True) as connection:
        await connection.execute("SET timezone = 'UTC'")
        yield connection


Connection = AsyncConnection[Any]


async def test_a_deadline_within_a_day_is_said_once(tables: Tables, connection: Connection) -> None:
    tables.student()
    tables.mission(status="in_progress", deadline_at=NOON + timedelta(hours=24))
    assert (await nudges.look(connection, NOON - timedelta(seconds=1))).appended == 0
    assert (await nudges.look(connection, NOON)).appended == 1
    assert (await nudges.look(connection, NOON + timedelta(hours=1))).appended == 0
    (said,) = tables.said()
    assert said.pop("nudge_id")
    assert said == {
        "student_id": "S-1",
        "kind": "deadline",
        "title": "“Landing page” is due within 24 hours",
        "url": "/missions/M-1",
        "deep_link": "och://missions/M-1",
        "due_at": "2026-03-11T12:00:00Z",
    }


@pytest.mark.parametrize(
    "values",
    [
        {"status": "pending", "deadline_at": NOON + timedelta(hours=1)},
        {"status": "in_progress", "deadline_at": NOON - timedelta(seconds=1)},
        {"status": "in_progress", "deadline_at": None},
        {"status": "approved", "decided_at": NOON - timedelta(hours=24)},
        {"status": "approved", "decided_at": NOON + timedelta(seconds=1)},
        {"status": "in_review", "decided_at": NOON},
        {"status": "in_progress", "deadline_at": NOON + timedelta(hours=1), "student_id": "S-2"},
    ],
)
async def test_what_nobody_must_be_told_is_not_said(
    tables: Tables, connection: Connection, values: dict[str, Any]
) -> None:
    """Among it history that is published late, and who is not registered."""
    tables.student()
    tables.mission(**values)
    assert (await nudges.look(connection, NOON)).appended == 0


async def test_a_review_is_said_and_another_one_of_the_mission_too(
    tables: Tables, connection: Connection
) -> None:
    tables.student()
    tables.mission(status="changes_requested", decided_at=NOON)
    await nudges.look(connection, NOON + timedelta(minutes=1))
    tables._owner.execute("UPDATE student_missions SET status = 'approved', decided_at = %s",
                          (NOON + timedelta(hours=2),))  # fmt: skip
    for _ in range(2):
        await nudges.look(connection, NOON + timedelta(hours=3))
    told = [(said["kind"], said["title"], said["due_at"]) for said in tables.said()]
    assert told == [
        ("review", "“Landing page” needs changes", "2026-03-10T12:00:00Z"),
        ("review", "“Landing page” was approved", "2026-03-10T14:00:00Z"),
    ]


EVENING = datetime(2026, 3, 10, 20, tzinfo=UTC)


async def test_a_streak_is_about_to_break_in_the_evening(
    tables: Tables, connection: Connection
) -> None:
    tables.student()
    tables.habit("2026-03-07", "2026-03-09")
    assert (await nudges.look(connection, EVENING - timedelta(seconds=1))).appended == 0
    for minutes in (0, 30, 200):
        await nudges.look(connection, EVENING + timedelta(minutes=minutes))
    (said,) = tables.said()
    assert said["title"] == "“Reading”: a streak of 3 days ends at midnight"
    assert (said["url"], said["deep_link"]) == ("/habits/H-1", "och://habits/H-1")
    assert said["due_at"] == "2026-03-11T00:00:00Z"
    # A day later it is another streak, of one day more.
    tables._owner.execute("UPDATE habit_runs SET last_day = '2026-03-10'")
    await nudges.look(connection, EVENING + timedelta(days=1))
    assert [one["due_at"] for one in tables.said()][1:] == ["2026-03-12T00:00:00Z"]


async def test_a_streak_that_is_safe_or_over_is_not_said(
    tables: Tables, connection: Connection
) -> None:
    tables.student()
    tables.habit("2026-03-07", "2026-03-10", habit_id="H-done-today")
    tables.habit("2026-03-07", "2026-03-09", habit_id="H-given-up-today")
    tables.run("2026-03-10", "2026-03-10", habit_id="H-given-up-today", done=False)
    tables.habit("2026-03-07", "2026-03-09", habit_id="H-stopped", stopped=True)
    tables.habit("2026-03-07", "2026-03-08", habit_id="H-broken")
    tables.habit("2026-03-07", "2026-03-09", habit_id="H-not-done", done=False)
    tables.habit("2026-03-07", "2026-03-09", habit_id="H-of-nobody", student_id="S-2")
    assert (await nudges.look(connection, EVENING)).appended == 0


async def test_what_was_recorded_today_and_is_not_in_the_tables_yet_is_not_missed(
    tables: Tables, connection: Connection
) -> None:
    tables.student()
    tables.habit("2026-03-07", "2026-03-09")
    tables._owner.execute(
        "INSERT INTO homeroom.habit_log_number (habit_id, logged_on, sequence, recorded_at, "
        "command_id) VALUES ('H-1', '2026-03-10', 1, now(), uuidv7())"
    )
    assert (await nudges.look(connection, EVENING)).appended == 0


async def test_a_habit_that_went_to_another_student_is_nobodys_streak(
    tables: Tables, connection: Connection
) -> None:
    tables.student()
    tables.student("S-2")
    tables.habit("2026-03-07", "2026-03-09")
    tables._owner.execute("UPDATE student_habits SET student_id = 'S-2', name = 'Theirs'")
    assert (await nudges.look(connection, EVENING)).appended == 0


async def test_evening_and_midnight_are_the_students_own(
    tables: Tables, connection: Connection
) -> None:
    """Clocks in New York go forward at 2 in the night to the 8th of March 2026."""
    places = ("America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Nowhere/At_All")
    for number, time_zone in enumerate(places):
        tables.student(f"S-{number}", time_zone)
        tables.habit("2026-03-01", "2026-03-07", habit_id=f"H-{number}", student_id=f"S-{number}")
    due: dict[str, str] = {}
    for hour in range(72):
        now = datetime(2026, 3, 7, tzinfo=UTC) + timedelta(hours=hour, minutes=30)
        before = len(tables.said())
        await nudges.look(connection, now)
        for said in tables.said()[before:]:
            due[said["student_id"]] = f"{now:%d %H:%M} {said['due_at']}"
    assert due == {
        "S-0": "09 00:30 2026-03-09T04:00:00Z",
        "S-1": "08 14:30 2026-03-08T18:30:00Z",
        "S-2": "08 06:30 2026-03-08T10:00:00Z",
        "S-3": "08 20:30 2026-03-09T00:00:00Z",
    }


async def test_after_a_restore_it_is_the_same_event_again(
    tables: Tables, connection: Connection
) -> None:
    tables.student()
    tables.mission(status="in_progress", deadline_at=NOON + timedelta(hours=3))
    await nudges.look(connection, NOON)
    before = tables.said()
    tables.lose_commands()
    await nudges.look(connection, NOON + timedelta(hours=1))
    assert tables.said() == before


async def test_many_at_once_come_in_parts(
    tables: Tables, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nudges, "NUDGES_MAX", 2)
    tables.student()
    for number in range(5):
        tables.mission(f"M-{number}", status="in_progress", deadline_at=NOON + timedelta(hours=1))
    looks = [await nudges.look(connection, NOON) for _ in range(4)]
    assert [look.appended for look in looks] == [2, 2, 1, 0]
    assert [look.more for look in looks] == [True, True, False, False]


async def test_looking_reads_by_index(tables: Tables, connection: Connection) -> None:
    """However many missions, runs and students there are."""
    tables._owner.execute(
        "INSERT INTO students (student_id, name, time_zone) "
        "SELECT 'S-' || n, 'Ada', 'UTC' FROM generate_series(1, 5000) AS n"
    )
    tables._owner.execute(
        "INSERT INTO student_missions (mission_id, student_id, title, difficulty, competencies, "
        "status, deadline_at, decided_at) SELECT 'M-' || n %% 7, 'S-' || n, 'x', 'beginner', '{}', "
        "(ARRAY['in_progress', 'approved'])[1 + n %% 2], "
        "%(now)s::timestamptz - n * interval '1 hour', "
        "%(now)s::timestamptz - n * interval '1 hour' FROM generate_series(1, 5000) AS n",
        {"now": NOON},
    )
    tables._owner.execute(
        "INSERT INTO habit_runs (habit_id, first_day, last_day, student_id, done) "
        "SELECT 'H-' || n, '2020-01-01', ('2020-01-01'::date + n)::text, 'S-' || n, true "
        "FROM generate_series(1, 5000) AS n"
    )
    tables._owner.execute("ANALYZE")
    parameters: dict[str, Any] = {
        "now": NOON, "until": NOON + nudges.AHEAD, "since": NOON - nudges.LATELY, "limit": 1_000,
        "days": ["2026-03-09"], "time_zones": ["UTC"], "yesterdays": ["2026-03-09"],
        "todays": ["2026-03-10"], "midnights": [NOON],
    }  # fmt: skip
    await connection.execute("SET search_path = g0001")
    for name in ("deadlines", "reviews", "streaks"):
        found = await connection.execute(b"EXPLAIN " + nudges.SQL[name], parameters)
        plan = "\n".join(line for (line,) in await found.fetchall())
        for table in ("students", "student_missions", "habit_runs"):
            assert f"Seq Scan on {table}" not in plan, plan


async def test_a_recommendation_of_high_priority_is_said_once(
    tables: Tables, connection: Connection
) -> None:
    tables.student()
    until = NOON + timedelta(days=3)
    tables.recommendation("R-1", mission_id="M-1", expires_at=until)
    tables.recommendation("R-2", url="https://elsewhere.example/tip")
    tables.recommendation("R-3", priority="medium")
    tables.recommendation("R-4", expires_at=NOON)
    # Of long ago, as when years of it are published.
    tables.recommendation("R-5", told_at=NOON - timedelta(days=2))
    assert (await nudges.look(connection, NOON)).appended == 2
    assert (await nudges.look(connection, NOON + timedelta(hours=1))).appended == 0
    first, second = tables.said()
    assert first | {"nudge_id": ""} == {
        "student_id": "S-1", "nudge_id": "", "kind": "recommendation", "title": "Read this",
        "url": "/tips/1", "deep_link": "och://missions/M-1", "due_at": "2026-03-13T12:00:00Z",
    }  # fmt: skip
    assert (second["url"], second["deep_link"]) == ("https://elsewhere.example/tip",) * 2
    assert second["due_at"] == "2026-03-10T12:00:00Z"
