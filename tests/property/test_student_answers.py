"""Whatever a student has: the four answers are what the rules say, at any moment."""

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.model import student as model
from tests.model.contract import BY_ENTITY
from tests.property.comparing import kinds_of, typed
from tests.property.histories import DAYS, data_of
from tests.property.students import STUDENTS, check_students
from tests.support.strength import examples
from tests.support.students import NOON, Students

# More than any list shows.
MISSIONS = [f"M{n}" for n in range(1, 16)]
LOGGED = "02-25 02-26 02-27 02-28 03-01 03-02 03-26 03-27 03-28"
KEYS: dict[str, list[str]] = {
    "teacher": ["T1", "T2"],
    "student": [*STUDENTS],
    "track": ["K1", "K2"],
    "mission": MISSIONS,
    "mission_progress": [f"{m}/{who}" for m in MISSIONS for who in STUDENTS],
    "module": [f"U{n}" for n in range(1, 5)],
    "module_progress": [f"U{n}/{who}" for n in range(1, 5) for who in STUDENTS],
    "profile": [*STUDENTS],
    "subscription": [*STUDENTS],
    "habit": ["H1", "H2", "H3", "H4"],
    "habit_log": [f"H{n}/2026-{d}" for n in range(1, 5) for d in LOGGED.split()],
    "goal": [f"G{n}" for n in range(8)],
    "reflection": [f"R{n}" for n in range(5)],
    "portfolio_item": [f"P{n}" for n in range(14)],
    "readiness": [f"{who}/{on}" for who in STUDENTS for on in ("2026-02-22", *DAYS)],
    "recommendation": [f"N{n}" for n in range(9)],
}  # fmt: skip


def rows_of(rng: random.Random) -> list[tuple[str, dict[str, Any]]]:
    """Rows as events may have left them: a creating one, and some of the others."""
    told = []
    for entity, keys in KEYS.items():
        share = rng.choice((0.3, 0.7, 1))
        some = [key for key in keys if rng.random() < share]
        told += [(entity, _row(entity, key, rng)) for key in some]
    return told


def _row(entity: str, key: str, rng: random.Random) -> dict[str, Any]:
    creating, *others = BY_ENTITY[entity]
    row: dict[str, Any] = {}
    few = 0.1 if entity in {"student", "teacher"} else 0.4
    for type_ in (creating, *(t for t in others if rng.random() < few)):
        row |= type_.stored(data_of(type_, key, rng)) | dict(type_.sets)
    for field in creating.fields:
        if field.name == "recommended_missions":
            row[field.name] = rng.choices(MISSIONS, k=rng.randrange(15))
    if entity == "mission_progress":
        row["updated_at"] = f"2026-01-01T{rng.randrange(3):02d}:00:00Z"
    kinds = kinds_of(entity)
    return {name: typed(kinds.get(name, ""), value) for name, value in row.items()}


@examples()
@given(seed=st.integers(0, 2**32 - 1))
def test_every_answer_of_every_student_is_what_the_rules_say(students: Students, seed: int) -> None:
    rows = students.hold(*rows_of(random.Random(seed)))
    check_students(students.connection, rows, NOON)


def _near_a_tie(rng: random.Random, who: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A student whose completion is at the middle between two tenths, or next to it."""
    track, modules = f"K-{who}", rng.randrange(2, 8)
    tie = Decimal(rng.randrange(1, 2_000, 2)) / 20
    apart = min(tie, 100 - tie) * rng.randrange(10) / 10
    beside = rng.choice((-1, 0, 0, 1)) * Decimal(10) ** -rng.choice((3, 15, 16, 17, 20, 25))
    percents = [tie] * modules
    percents[:2] = [tie + apart, max(Decimal(), tie - apart + beside)]
    yield "student", {"student_id": who, "track_id": track}
    for n, percent in enumerate(percents):
        yield "module", {"module_id": f"{who}-{n}", "track_id": track}
        own = {"module_id": f"{who}-{n}", "student_id": who}
        yield "module_progress", own | {"percent": min(percent, Decimal(100))}


@examples()
@given(seed=st.integers(0, 2**32 - 1))
def test_shares_are_rounded_once_as_their_fractions_are(students: Students, seed: int) -> None:
    rng = random.Random(seed)
    told: list[tuple[str, dict[str, Any]]] = []
    for number in range(40):
        who = f"S{number}"
        told += _near_a_tie(rng, who)
        for n in range(items := rng.randrange(30)):
            status = "approved" if rng.random() < items / 30 else "pending"
            told.append(("portfolio_item", {
                "item_id": f"{who}-{n}", "student_id": who, "status": status,
            }))  # fmt: skip
    rows = students.hold(*told)
    kept = students.connection.execute(
        "SELECT student_id, completion::float8, portfolio_health::float8 FROM student_overview"
    )
    for who, completion, health in kept.fetchall():
        body = model.dashboard(rows, who, NOON, None)
        right = body["curriculum"]["completion"], body["portfolio"]["health"]
        assert (completion, health) == right, (who, seed)
