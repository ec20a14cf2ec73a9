"""A good event, and everything that a publisher may do to it."""

from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from homeroom.engine.log.records import StoredRecord
from tests.support.feed import record

TIME = "2026-01-02T03:04:05Z"
STRUCTURED = b"application/cloudevents+json"
# What stands in JSON text in the place of what is written there as it is.
MARK = "@"


@dataclass(frozen=True)
class Kind:
    """An entity's creating event, which may come at any place: its type and its data."""

    topic: str
    type: str
    key: tuple[str, ...]
    data: dict[str, Any]

    @property
    def entity(self) -> str:
        return self.type.partition(".")[0]


EXAM = Kind(
    "exams", "exam.created.v1", ("exam_id",),
    {"organization_id": None, "created_by": "T1", "assigned_teachers": ["T1"], "class_id": None,
     "title": "Algebra", "subject": "Maths", "kind": "exam", "total_questions": 10,
     "total_marks": 100, "duration_minutes": None, "created_at": TIME},
)  # fmt: skip
RESULT = Kind(
    "exams", "exam_result.recorded.v1", ("exam_id", "student_id"),
    {"score": 1, "graded_by": None, "recorded_at": TIME},
)  # fmt: skip
STUDENT = Kind(
    "people", "student.registered.v1", ("student_id",),
    {"name": "Ada", "email": None, "track_id": None, "cohort": None, "mentor_id": None,
     "time_zone": None, "consents": {"photos": True}},
)  # fmt: skip
MISSION = Kind(
    "missions", "mission.published.v1", ("mission_id",),
    {"track_id": None, "title": "Algebra", "difficulty": "beginner", "competencies": ["sums"],
     "estimated_minutes": None, "published_at": TIME},
)  # fmt: skip
BANK = Kind(
    "question-banks", "question_bank.created.v1", ("question_bank_id",),
    {"organization_id": None, "created_by": "T1", "name": "Fractions", "subject": "Maths",
     "class_label": None, "status": "active", "created_at": TIME},
)  # fmt: skip
KINDS = (EXAM, RESULT, STUDENT, MISSION, BANK)


@dataclass(frozen=True)
class Good:
    """A good event of a subject; each method gives the record with one thing changed."""

    kind: Kind = EXAM
    key: str = "K1"
    sequence: int = 2
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        return "/".join((self.key, "S1")[: len(self.kind.key)])

    @property
    def place(self) -> tuple[str, str, int]:
        return self.kind.entity, self.subject, self.sequence

    @property
    def data(self) -> dict[str, Any]:
        named = zip(self.kind.key, self.subject.split("/"), strict=True)
        return dict(named) | self.kind.data | self.fields

    def at(self, sequence: int) -> "Good":
        return replace(self, sequence=sequence)

    def record(self, data: Any = None, **changed: bytes | None) -> StoredRecord:
        """Binary mode; ``changed``: headers (``content_type`` among them)."""
        return record(
            self.kind.topic, self.kind.type, self.subject, self.sequence,
            self.data if data is None else data, **changed,
        )  # fmt: skip

    def but(self, **fields: Any) -> StoredRecord:
        return self.record(self.data | fields)

    def without(self, name: str) -> StoredRecord:
        return self.record({n: v for n, v in self.data.items() if n != name})

    def raw(self, name: str, text: bytes) -> StoredRecord:
        """JSON text in place of a field's value."""
        return self.record(_marked(self.data | {name: MARK}, text))

    def value(self, value: bytes | None) -> StoredRecord:
        return self.record()._replace(value=value)

    def keyed(self, key: bytes | None) -> StoredRecord:
        return self.record()._replace(key=key)

    def twice(self, name: str, value: bytes = b"again") -> StoredRecord:
        made = self.record()
        return made._replace(headers=(*made.headers, (name, value)))

    def about(self, subject: str) -> StoredRecord:
        """As if the event were about another subject, in attribute and key."""
        said = subject.encode()
        return self.record(ce_subject=said)._replace(key=said)

    def envelope(self, text: bytes | None = None, **changed: Any) -> StoredRecord:
        """Structured mode; None leaves out; ``text`` is JSON in place of a value that is ``@``."""
        told = {
            "specversion": "1.0", "id": "1", "source": "/services/test", "type": self.kind.type,
            "time": TIME, "subject": self.subject, "sequence": str(self.sequence),
            "data": self.data,
        } | changed  # fmt: skip
        kept = {name: value for name, value in told.items() if value is not None}
        return self.structured(orjson.dumps(kept) if text is None else _marked(kept, text))

    def structured(self, value: bytes | None) -> StoredRecord:
        return self.record()._replace(headers=(("content-type", STRUCTURED),), value=value)


def _marked(value: Any, text: bytes) -> bytes:
    return orjson.dumps(value).replace(orjson.dumps(MARK), text)
