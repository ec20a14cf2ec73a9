"""A student's logs, recorded over HTTP, show in the dashboard of whoever waits for them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from homeroom.api import tokens
from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.commands import Service, Tables, homeroom
from tests.support.habits import (
    assert_in_order,
    habit,
    log_of,
    many_logs,
    publish,
    read_log,
    student,
)
from tests.support.strength import at_full_strength

PATH = "/api/v1/student/habits/logs"


class Student:
    """A student's phone."""

    def __init__(self, service: Service, settings: Settings, student_id: str) -> None:
        self._service = service
        self.token = tokens.issue(settings, student_id, "student")

    def send(self, *logs: object) -> httpx.Response:
        """Tried again for as long as numbers are being brought level, as the answer says."""

        def answered() -> httpx.Response | None:
            answer = self._service.post(
                PATH, {"logs": logs}, {"Authorization": f"Bearer {self.token}"}
            )
            return None if answer.status_code == 503 else answer

        answer = wait_for(answered)
        assert answer is not None
        return answer

    def results(self, *logs: object) -> list[tuple[str, str]]:
        answer = self.send(*logs)
        assert answer.status_code == 200, answer.text
        return [(result["id"], result["status"]) for result in answer.json()["results"]]

    def dashboard(self, position: str) -> Any:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Homeroom-Wait-For": position,
            "Homeroom-Wait-Seconds": "10",
        }
        answer = self._service.get("/api/v1/student/dashboard", {}, headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def ada(projected: Settings, service: Service) -> Student:
    """A student with two habits, whom the tables know; and another student with one."""
    events = [
        student("S-ada"),
        habit("H-read", "S-ada"),
        habit("H-run", "S-ada"),
        student("S-bob"),
        habit("H-bob", "S-bob"),
    ]
    position = await publish(projected, events)
    made = Student(service, projected, "S-ada")
    made.dashboard(position)
    return made


def days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).date().isoformat()


def streak(dashboard: Any) -> int:
    return int(next(_values(dashboard, "habit_streak")))


def _values(told: Any, name: str) -> Any:
    if isinstance(told, dict):
        if name in told:
            yield told[name]
        for value in told.values():
            yield from _values(value, name)


async def test_logs_show_as_soon_as_they_are_waited_for(
    ada: Student, projected: Settings, tables: Tables
) -> None:
    logs = [log_of(f"day-{n}", "H-read", days_ago(n)) for n in range(3)]
    answer = ada.send(*logs)
    assert answer.status_code == 200, answer.text
    assert {result["status"] for result in answer.json()["results"]} == {"recorded"}
    position = answer.headers["Homeroom-Position"]
    assert streak(ada.dashboard(position)) == 3

    again = ada.send(*logs)
    assert {result["status"] for result in again.json()["results"]} == {"duplicate"}
    assert again.headers["Homeroom-Position"] == position

    later = datetime.now(UTC).isoformat()
    corrected = log_of("corrected", "H-read", days_ago(1), done=False, recorded_at=later)
    answer = ada.send(corrected, log_of("late", "H-read", days_ago(1)))
    assert [r["status"] for r in answer.json()["results"]] == ["recorded", "superseded"]
    assert streak(ada.dashboard(answer.headers["Homeroom-Position"])) == 1

    last = assert_in_order(await read_log(projected, "coaching", "habit_log"))
    assert last[f"H-read/{days_ago(1)}"] == 2
    assert last == {
        f"{h}/{d}": n for h, d, n in tables.rows("habit_log", "habit_id, logged_on, sequence")
    }


def test_another_students_habit_does_not_exist(ada: Student) -> None:
    others, nobodys = ada.send(log_of("x", "H-bob"), log_of("y", "H-none")).json()["results"]
    assert others["status"] == "rejected"
    assert others["error"] == nobodys["error"]


def test_a_wrong_token_records_nothing(ada: Student, projected: Settings, service: Service) -> None:
    assert ada
    teacher = tokens.issue(projected, "S-ada", "teacher")
    for token, status in ((teacher, 403), ("nonsense", 401)):
        answer = service.post(
            PATH, {"logs": [log_of("z", "H-run")]}, {"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == status
        assert set(answer.json()) == {"error"}
    assert service.post(PATH, {"logs": []}, {}).status_code == 401


def test_five_hundred_logs_of_a_week_offline_are_one_request(ada: Student, tables: Tables) -> None:
    logs = many_logs(["H-run"], 500, "offline")
    answer = ada.send(*logs)
    assert {result["status"] for result in answer.json()["results"]} == {"recorded"}
    ada.dashboard(answer.headers["Homeroom-Position"])
    runs = [h for (h,) in tables.rows("habit_log", "habit_id") if h == "H-run"]
    assert len(runs) == 500


@at_full_strength
def test_an_operator_has_numbers_brought_level(ada: Student, projected: Settings) -> None:
    said = homeroom(projected, "outbox", "level")
    assert said.returncode == 0, said.stderr
    assert "Commands are refused until sequence numbers" in said.stdout
    assert ada.results(log_of("after", "H-run", "2022-01-01")) == [("after", "recorded")]
