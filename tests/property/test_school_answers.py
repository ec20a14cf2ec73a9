"""Whoever is a member of whichever school: an answer holds what the rules say, and no more."""

import asyncio
import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.api import tokens
from homeroom.api.app import create_app
from homeroom.settings import Settings
from tests.model import schools as model
from tests.support.strength import examples, pick
from tests.support.students import NOON, Row, Students

SECRET = "the tests' own key, longer than 32 bytes"
SCHOOLS, TEACHERS = ("O1", "O2", "7"), ("T1", "T2", "9")
CLASSES, STUDENTS = [*map(str, range(1, 7))], [f"S{n}" for n in range(1, 8)]
ZONES = (None, "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Niue", "Mars/Olympus")
RANGES = ("today", "week", "month")
# Around the ends of days, weeks and months of zones near and far; the first of March is a Sunday.
MOMENTS = [NOON + timedelta(hours=h) for h in (
    -24 * 60, -24 * 35, -24 * 28, -24 * 7, -6 * 24 - 12, -36, -25, -13, -12, -11, -2, -1, 0, 1, 2,
    10, 11, 12, 13, 22, 23, 24, 36, 24 * 7, 24 * 29, 24 * 31)]  # fmt: skip
Told = tuple[str, Row]


def rows_of(rng: random.Random) -> Iterator[Told]:
    """Rows as events may have left them; memberships are made by steps of their own."""

    def some(*of: Any) -> Any:
        return rng.choice(of)

    at = lambda: rng.choice(MOMENTS)  # noqa: E731
    for who in TEACHERS[:2]:
        yield "teacher", {"teacher_id": who, "name": who, "email": f"{who}@x"}
    for n, id_ in enumerate(SCHOOLS):
        name = some(f"School {id_}", "School")
        yield "school", {"school_id": id_, "name": name, "time_zone": ZONES[rng.randrange(5)],
                         "closed": n == 1 and rng.random() < 0.2}  # fmt: skip
    for who in STUDENTS[:6]:
        gone = rng.random() < 0.15
        yield "student", {"student_id": who, "name": some("Ada", who), "deactivated": gone}
    for id_ in CLASSES:
        yield "class", {"class_id": id_, "teacher_id": some(*TEACHERS), "name": some("Art", id_),
                        "organization_id": some(None, *SCHOOLS, *SCHOOLS), "subject": "Maths",
                        "deleted": rng.random() < 0.1}  # fmt: skip
        for who in rng.sample(STUDENTS, 4):
            ended = at() if rng.random() < 0.2 else None
            yield "enrollment", {"class_id": id_, "student_id": who, "enrolled_at": at(),
                                 "ended_at": ended}  # fmt: skip
    for n in range(30):
        starts = at()
        status = some("scheduled", "active", "completed", "completed", "cancelled")
        yield "session", {"session_id": f"X{n}", "class_id": some("gone", *CLASSES),
                          "organization_id": some(None, *SCHOOLS, *SCHOOLS),
                          "teacher_id": some(*TEACHERS), "title": f"Lesson {n}",
                          "starts_at": starts, "ends_at": starts + timedelta(hours=1),
                          "status": status, "notes": some(None, "Well done")}  # fmt: skip
        for who in rng.sample(STUDENTS, 2):
            yield "attendance", {"session_id": f"X{n}", "student_id": who,
                                 "present": rng.random() < 0.7}  # fmt: skip
    for n in range(60):
        yield "assessment", {"assessment_id": str(n), "student_id": some(*STUDENTS),
                             "teacher_id": some(*TEACHERS), "school_id": some(*SCHOOLS),
                             "class_id": some(*CLASSES), "title": f"Test {n}", "kind": "quiz",
                             "score": some(0, 1, 2.5, 5, 7), "max_score": some(7, 8.5, 30),
                             "assessed_at": at(), "skills": []}  # fmt: skip
    for who in STUDENTS:
        for id_ in rng.sample(CLASSES, 2):
            yield "progress", {"student_id": who, "class_id": id_, "teacher_id": some(*TEACHERS),
                               "school_id": some(*SCHOOLS), "level": some("A1", "B2"),
                               "completion": some(0, 33.25, 50, 100),
                               "skills_mastered": rng.sample(["sums", "add", "Ünï"], 2),
                               "updated_at": at()}  # fmt: skip
    for n in range(25):
        amount = Decimal(some("25.50", "0.01", "9999999999999.99"))
        yield "payment", {"payment_id": f"P{n}", "teacher_id": some(*TEACHERS), "amount": amount,
                          "school_id": some(*SCHOOLS), "currency": some("EUR", "EUR", "USD"),
                          "earned_at": at(), "processed_at": some(None, at())}  # fmt: skip
    for n in range(30):
        yield "notification", {"notification_id": f"N{n}", "teacher_id": some(None, *TEACHERS),
                               "school_id": some(None, *SCHOOLS), "kind": "new_student",
                               "expires_at": some(None, at())}  # fmt: skip
        told = {"notification_id": f"N{n}", "teacher_id": some(*TEACHERS)}
        yield "notification_receipt", told | some({"read_at": at()}, {"dismissed_at": at()}, {})


def memberships(rng: random.Random) -> list[Row]:
    """Grants, revocations and grants anew, in the order in which they are applied."""
    steps = []
    for _ in range(rng.randint(25, 60)):
        role = "teacher" if rng.random() < 0.7 else rng.choice(("student", "admin"))
        who = rng.choice(TEACHERS if role != "student" else STUDENTS)
        revoked = NOON if rng.random() < 0.35 else None
        steps.append({"school_id": rng.choice(SCHOOLS), "user_id": who, "role": role,
                      "revoked_at": revoked})  # fmt: skip
    return steps


@pytest.fixture
def client(students_url: str) -> Iterator[tuple[asyncio.Runner, httpx.AsyncClient, Settings]]:
    settings = Settings(database_url=students_url, jwt_secret=SECRET)
    app = create_app(settings, clock=lambda: NOON)
    made = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://homeroom")
    with asyncio.Runner() as runner:
        lifespan = app.router.lifespan_context(app)
        runner.run(lifespan.__aenter__())
        yield runner, made, settings
        runner.run(made.aclose())
        runner.run(lifespan.__aexit__(None, None, None))


@examples()
@given(seed=st.integers(0, 2**32 - 1))
def test_each_answer_holds_what_the_rules_allow_whatever_becomes_of_memberships(
    students: Students,
    client: tuple[asyncio.Runner, httpx.AsyncClient, Settings],
    seed: int,
) -> None:
    rng = random.Random(seed)
    held = [*rows_of(rng)]
    steps = memberships(rng)
    for end in sorted({*rng.sample(range(len(steps)), pick(quick=2, thorough=4)), len(steps)}):
        rows = students.hold(*held, *(("membership", step) for step in steps[:end]))
        _check(rows, *client, rng.choice(RANGES))


def _check(
    rows: Any, runner: asyncio.Runner, client: httpx.AsyncClient, settings: Settings, word: str
) -> None:
    for who in TEACHERS:
        headers = {"Authorization": f"Bearer {tokens.issue(settings, who, 'teacher')}"}
        for school_id in (None, *SCHOOLS, "O-none"):
            asked = {"date_range": word} | ({"school_id": school_id} if school_id else {})
            path = "/api/teachers/dashboard/"
            answer = runner.run(client.get(path, params=asked, headers=headers))
            expected = model.dashboard(rows, who, school_id, word, NOON)
            if expected is None:
                assert (answer.status_code, answer.json()) == (
                    403, {"error": "Access denied to this school"},
                )  # fmt: skip
            else:
                assert answer.status_code == 200, answer.text
                assert answer.json() == expected, (who, school_id, word)
