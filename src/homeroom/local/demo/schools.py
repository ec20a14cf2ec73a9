"""Two schools with one teacher, who has classes at both: all invented, but for the students' ids.

Its days are relative to the end of the students' year: sessions of four weeks before it and of two
behind it, so that the dashboard of a school shows something of everything.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle, islice
from typing import Any

from homeroom_kit.publishing.events import OutgoingEvent

TEACHER_ID = "T-SCHOOLS"
TOPICS = ("people", "classes", "progress", "payments")
BEGAN_AT = "2013-01-01T00:00:00Z"
DAYS_BEFORE, DAYS_BEHIND = range(-28, 0, 3), range(0, 14, 3)
STUDENTS_PER_CLASS, ASSESSMENTS_PER_STUDENT = 12, 5
MAX_SCORE = 20


@dataclass(frozen=True, slots=True)
class DemoSchool:
    """A school with its classes, by id and subject, and what a session there earns."""

    school_id: str
    name: str
    time_zone: str
    classes: Mapping[str, str]
    amount: str
    currency: str


SCHOOLS = (
    DemoSchool(
        "SCH-1", "Northgate College", "Europe/London",
        {"NG-ALG": "Algebra", "NG-STA": "Statistics"}, "42.50", "GBP",
    ),
    DemoSchool(
        "SCH-2", "Southbank Academy", "America/New_York",
        {"SB-ALG": "Algebra", "SB-GEO": "Geometry"}, "55.00", "USD",
    ),
)  # fmt: skip


STUDENTS_MIN = STUDENTS_PER_CLASS * max(len(school.classes) for school in SCHOOLS)
"""With fewer students, one would be in two classes of the same school."""


class Schools:
    """The events of the schools in an order in which services may publish them.

    ``end``: the last day of the students' year. ``students``: who may be in the classes, at least
    STUDENTS_MIN; where they are too few for all, some go to both schools. ``len`` counts the events
    without making any.
    """

    def __init__(self, end: date, students: Collection[str]) -> None:
        self._students = sorted(students)
        self._begin = datetime.combine(end, time(), UTC)
        self._sequences: Counter[str] = Counter()

    def __len__(self) -> int:
        classes = sum(len(school.classes) for school in SCHOOLS)
        held, planned = len(DAYS_BEFORE), len(DAYS_BEHIND)
        cancelled = sum(_is_cancelled(day) for day in DAYS_BEFORE)
        completed = held - cancelled
        paid = sum(_is_paid(day) and not _is_cancelled(day) for day in DAYS_BEFORE)
        # A class, what its students are and did, its sessions, and what became of them.
        of_class = 1 + STUDENTS_PER_CLASS * (3 + ASSESSMENTS_PER_STUDENT) + held + planned
        of_class += cancelled + completed * (2 + STUDENTS_PER_CLASS + 1) + paid
        return 1 + 2 * len(SCHOOLS) + classes * of_class

    def __iter__(self) -> Iterator[OutgoingEvent]:
        self._sequences.clear()
        yield self._event("teacher.registered.v1", TEACHER_ID, {
            "teacher_id": TEACHER_ID, "name": "Teacher of two schools",
            "email": "two.schools@example.org", "organization_id": None,
        })  # fmt: skip
        students = cycle(self._students)
        for school in SCHOOLS:
            yield from self._school(school)
            for class_id, subject in school.classes.items():
                members = [*islice(students, STUDENTS_PER_CLASS)]
                yield from self._class(school, class_id, subject, members)

    def _school(self, school: DemoSchool) -> Iterator[OutgoingEvent]:
        key = {"school_id": school.school_id}
        yield self._event("school.opened.v1", school.school_id, key | {
            "name": school.name, "time_zone": school.time_zone,
        })  # fmt: skip
        yield self._member(school, TEACHER_ID, "teacher")

    def _member(self, school: DemoSchool, user_id: str, role: str) -> OutgoingEvent:
        key = {"school_id": school.school_id, "user_id": user_id}
        told = key | {"role": role, "granted_at": BEGAN_AT}
        return self._event("membership.granted.v1", f"{school.school_id}/{user_id}", told)

    def _class(
        self, school: DemoSchool, class_id: str, subject: str, members: list[str]
    ) -> Iterator[OutgoingEvent]:
        yield self._event("class.created.v1", class_id, {
            "class_id": class_id, "organization_id": school.school_id, "teacher_id": TEACHER_ID,
            "name": f"{subject} at {school.name}", "code": class_id, "subject": subject,
            "created_at": BEGAN_AT,
        })  # fmt: skip
        for number, student_id in enumerate(members):
            key = {"class_id": class_id, "student_id": student_id}
            enrolled_at = self._at(number - 40, 9)
            yield self._member(school, student_id, "student")
            yield self._event("enrollment.started.v1", f"{class_id}/{student_id}", key | {
                "enrolled_at": enrolled_at,
            })  # fmt: skip
            yield from self._results(school, key, number)
        for number, day in enumerate((*DAYS_BEFORE, *DAYS_BEHIND), 1):
            yield from self._session(school, class_id, number, day, members)

    def _results(
        self, school: DemoSchool, key: Mapping[str, str], number: int
    ) -> Iterator[OutgoingEvent]:
        by = {"teacher_id": TEACHER_ID, "school_id": school.school_id}
        class_id, student_id = key["class_id"], key["student_id"]
        for test in range(1, ASSESSMENTS_PER_STUDENT + 1):
            assessment_id = f"{class_id}-{student_id}-{test}"
            yield self._event("assessment.given.v1", assessment_id, {
                "assessment_id": assessment_id, **key, **by, "title": f"Quiz {test}",
                "kind": "quiz", "score": (number * 3 + test * (number % 5 - 1)) % MAX_SCORE + 0.5,
                "max_score": MAX_SCORE, "assessed_at": self._at(7 * test - 38, 15),
                "skills": ["fractions"],
            })  # fmt: skip
        yield self._event("progress.updated.v1", f"{student_id}/{class_id}", {
            **key, **by, "level": "ABC"[number % 3], "completion": 5 * number + 20,
            "skills_mastered": ["fractions", "equations", "graphs"][: number % 4],
            "updated_at": self._at(-2, 16),
        })  # fmt: skip

    def _session(
        self, school: DemoSchool, class_id: str, number: int, day: int, members: list[str]
    ) -> Iterator[OutgoingEvent]:
        session_id = f"{class_id}-{number}"
        key = {"session_id": session_id}
        yield self._event("session.scheduled.v1", session_id, {
            **key, "class_id": class_id, "organization_id": school.school_id,
            "teacher_id": TEACHER_ID, "title": f"Lesson {number}",
            "starts_at": self._at(day, 14), "ends_at": self._at(day, 15),
        })  # fmt: skip
        if day >= 0:
            return
        if _is_cancelled(day):
            yield self._event("session.cancelled.v1", session_id, key | {"reason": "Snow"})
            return
        yield self._event("session.completed.v1", session_id, key)
        yield self._event("session.notes_added.v1", session_id, key | {"notes": "Went well"})
        for place, student_id in enumerate(members):
            yield self._event("attendance.recorded.v1", f"{session_id}/{student_id}", {
                **key, "student_id": student_id, "present": (place + number) % 6 > 0,
                "recorded_at": self._at(day, 15),
            })  # fmt: skip
        yield from self._payment(school, session_id, day)

    def _payment(self, school: DemoSchool, session_id: str, day: int) -> Iterator[OutgoingEvent]:
        yield self._event("payment.earned.v1", session_id, {
            "payment_id": session_id, "teacher_id": TEACHER_ID, "school_id": school.school_id,
            "session_id": session_id, "amount": school.amount, "currency": school.currency,
            "earned_at": self._at(day, 15),
        })  # fmt: skip
        if _is_paid(day):
            told = {"payment_id": session_id, "processed_at": self._at(day + 5, 8)}
            yield self._event("payment.processed.v1", session_id, told)

    def _at(self, day: int, hour: int) -> str:
        return f"{self._begin + timedelta(days=day, hours=hour):%Y-%m-%dT%H:%M:%SZ}"

    def _event(self, name: str, subject: str, data: Mapping[str, Any]) -> OutgoingEvent:
        entity = name.partition(".")[0]
        self._sequences[f"{entity} {subject}"] += 1
        sequence = self._sequences[f"{entity} {subject}"]
        return OutgoingEvent(
            type=name,
            source="/services/schools",
            id=f"{entity}/{subject}/{sequence}",
            subject=subject,
            sequence=sequence,
            time=self._at(-40, 0) if sequence == 1 else self._at(0, 0),
            data=dict(data),
        )


def _is_cancelled(day: int) -> bool:
    return day % 4 == 0


def _is_paid(day: int) -> bool:
    return day < -10
