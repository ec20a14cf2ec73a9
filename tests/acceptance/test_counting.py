"""Counts as a teacher means them: who is in a class now, and what they handed in."""

import json
from collections import Counter
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.model.contract import TYPES
from tests.support.commands import Service
from tests.support.strength import at_full_strength

NOON = "2026-03-01T12:00:00Z"
# What events say that nothing here depends on.
USUAL: dict[str, Any] = {
    "id": None, "time": NOON, "text": "Algebra", "integer": 1, "flags": {}, "score": 50,
}  # fmt: skip


class School:
    """Publishes events in their subjects' order, and asks for answers that have them all."""

    def __init__(self, settings: Settings, service: Service, teacher_id: str) -> None:
        self.teacher_id = teacher_id
        self._settings = settings
        self._service = service
        self._numbers: Counter[tuple[str, str]] = Counter()
        self._reached: dict[tuple[str, int], int] = {}

    async def publish(self, *events: tuple[str, str, dict[str, Any]]) -> None:
        """Type without its version, key, and what of its data matters."""
        async with AIOKafkaProducer(**client_options(self._settings)) as producer:
            for name, key, given in events:
                type_ = TYPES[f"{name}.v1"]
                self._numbers[type_.entity, key] += 1
                headers = {
                    "specversion": "1.0", "id": f"{name}/{key}/{self._numbers[type_.entity, key]}",
                    "source": "/tests", "type": type_.name, "subject": key, "time": NOON,
                    "sequence": f"{self._numbers[type_.entity, key]}",
                }  # fmt: skip
                data = dict(zip(type_.key, key.split("/"), strict=True))
                data |= {f.name: USUAL[f.kind] for f in type_.fields} | given
                sent = await producer.send_and_wait(
                    f"{self._settings.topic_prefix}{type_.topic}", json.dumps(data).encode(),
                    key.encode(), headers=[
                        *((f"ce_{n}", v.encode()) for n, v in headers.items()),
                        ("content-type", b"application/json"),
                    ],
                )  # fmt: skip
                self._reached[sent.topic, sent.partition] = sent.offset

    def answer(self, path: str) -> Any:
        """An answer that rests on everything published."""
        positions = ",".join(f"{t}:{p}:{offset}" for (t, p), offset in self._reached.items())
        waiting = {"Homeroom-Wait-For": positions, "Homeroom-Wait-Seconds": "10"}
        answer = self._service.ask(self.teacher_id, path, **waiting)
        assert answer.status_code == 200, answer.text
        return answer

    def data(self, path: str) -> Any:
        return self.answer(path).json()["data"]

    def students(self) -> tuple[int, int, int]:
        """How many: of the class, of the assignment's class, of the teacher."""
        (class_,) = self.data("classes/recent")["classes"]
        (assignment,) = self.data("assignments/recent")["assignments"]
        numbers = {self.data("stats")["totalStudents"]}
        numbers.add(self.data("navigation-counts")["students"])
        (of_teacher,) = numbers
        return class_["totalStudents"], assignment["totalStudents"], of_teacher

    def handed_in(self) -> tuple[int, int]:
        """Submissions, of how many students."""
        (assignment,) = self.data("assignments/recent")["assignments"]
        return assignment["totalSubmissions"], assignment["totalStudents"]


@pytest.fixture
async def school(projected: Settings, service: Service, request: pytest.FixtureRequest) -> School:
    """A teacher with one class of two students and one assignment for it."""
    x = str(abs(hash(request.node.name)))
    school = School(projected, service, f"T-{x}")
    own = {"teacher_id": school.teacher_id, "organization_id": None}
    await school.publish(
        ("teacher.registered", school.teacher_id, {"name": "Ada"}),
        ("class.created", f"C{x}", own),
        ("assignment.created", f"A{x}", {"created_by": school.teacher_id, "class_id": f"C{x}"}),
        ("enrollment.started", f"C{x}/S1{x}", {}),
        ("enrollment.started", f"C{x}/S2{x}", {}),
    )
    assert school.students() == (2, 2, 2)
    return school


def named(school: School, *parts: str) -> str:
    """``C``, ``A``, ``S1`` and ``S2`` are those of the school."""
    return "/".join(f"{part}{school.teacher_id.removeprefix('T-')}" for part in parts)


async def test_a_deactivated_student_counts_nowhere_until_registered_again(school: School) -> None:
    student = named(school, "S1")
    await school.publish(("student.registered", student, {}))
    assert school.students() == (2, 2, 2)
    await school.publish(("student.deactivated", student, {}))
    assert school.students() == (1, 1, 1)
    await school.publish(("student.updated", student, {}))
    assert school.students() == (1, 1, 1)
    await school.publish(("student.registered", student, {}))
    assert school.students() == (2, 2, 2)


@at_full_strength
async def test_submissions_are_counted_of_who_is_in_the_class_now(school: School) -> None:
    one, two = named(school, "A", "S1"), named(school, "A", "S2")
    await school.publish(
        ("submission.received", one, {}),
        ("submission.received", two, {}),
        ("submission.received", named(school, "A", "S3"), {}),
        ("submission.graded", one, {"graded_by": school.teacher_id}),
    )
    assert school.handed_in() == (2, 2)
    await school.publish(("enrollment.ended", named(school, "C", "S1"), {"reason": None}))
    assert school.handed_in() == (1, 1)
    # The work that the teacher has done stays.
    assert school.data("navigation-counts")["grades"] == 1
    await school.publish(("enrollment.started", named(school, "C", "S1"), {}))
    assert school.handed_in() == (2, 2)
    await school.publish(
        ("student.registered", named(school, "S2"), {}),
        ("student.deactivated", named(school, "S2"), {}),
    )
    assert school.handed_in() == (1, 1)
    await school.publish(("submission.withdrawn", one, {}))
    assert school.handed_in() == (0, 1)
    # Without a class there is nobody to count among: all that are not withdrawn.
    await school.publish(("class.deleted", named(school, "C"), {}))
    assert school.handed_in() == (2, 0)
    await school.publish(("assignment.updated", named(school, "A"), {"class_id": None}))
    assert school.handed_in() == (2, 0)


@pytest.mark.parametrize(
    ("name", "key", "bad", "marked"),
    [
        ("enrollment.started", ("C", "S3"), {"enrolled_at": "yesterday"},
         {"stats", "navigation-counts", "classes/recent", "assignments/recent"}),
        ("submission.received", ("A", "S3"), {"submitted_at": None}, {"assignments/recent"}),
        # Nobody knows yet whose it is.
        ("class.created", ("X",), {"name": None}, set()),
    ],
)  # fmt: skip
async def test_a_first_event_that_cannot_be_applied_marks_whom_its_key_names(
    school: School, name: str, key: tuple[str, ...], bad: dict[str, Any], marked: set[str]
) -> None:
    await school.publish((name, named(school, *key), bad))
    asked = ("stats", "navigation-counts", "classes/recent", "assignments/recent", "exams/recent")
    answers = {path: school.answer(path) for path in asked}
    assert {p for p, a in answers.items() if "Homeroom-Incomplete-Since" in a.headers} == marked
