"""Random histories: what publishers might write, right or wrong, and what they meant by it."""

import random
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from homeroom.engine.log.records import Partition, StoredRecord
from tests.model.contract import BY_ENTITY, TYPES, Field, Type
from tests.model.log import Entry, Log, Place, heard
from tests.support.feed import record

PARTITIONS = 2
# When the first record is published: noon of 28 March 2026. What is dated on the 30th is too early.
BEGINNING = 1_774_699_200_000
TOO_EARLY = ("readiness", "T1/2026-03-30")
TEACHERS = ("T1", "T2", "T3")
# Days in a row before and around the moments at which dashboards are judged.
LOGS = " ".join(
    f"{habit}/2026-{day}"
    for habit, days in {
        "H1": "02-25 02-26 02-27 02-28 03-01 03-02", "H2": "02-28 03-01 03-02 03-27 03-28 03-29",
    }.items()
    for day in days.split()
)  # fmt: skip
SUBJECTS = tuple(
    (entity, key)
    for entity, keys in {
        "class": "C1 C2 C3", "enrollment": "C1/S1 C1/S2 C2/S1 C2/S2 C3/S1", "session": "X1",
        "exam": "E1 E2", "exam_result": "E1/S1 E1/S2 E2/S1", "assignment": "A1 A2",
        "submission": "A1/S1 A1/S2 A2/S1", "question_bank": "B1 B2", "question": "Q1 Q2 Q3",
        "batch": "L1 L2", "essay_association": "L1/Y1 L1/Y2 L1/Y3 L1/Y4 L2/Y1 L2/Y5 L3/Y1",
        # A teacher and a student that share a key are two subjects.
        "teacher": "T1 T2", "student": "T1 S1", "school": "O1", "membership": "O1/T1",
        "mission": "M1 M2 M3", "mission_progress": "M1/S1 M2/S1 M3/S1 M1/T1", "profile": "S1",
        "habit": "H1 H2", "habit_log": LOGS, "goal": "G1 G2 G3", "reflection": "R1 R2",
        "track": "K1 K2", "module": "U1 U2 U3", "module_progress": "U1/S1 U2/S1 U3/S1 U1/T1",
        "portfolio_item": "P1 P2 P3", "subscription": "S1 T1", "recommendation": "N1 N2 N3",
        "readiness": "S1/2026-02-22 S1/2026-02-27 S1/2026-03-01 T1/2026-03-29 T1/2026-03-30",
        "nudge": "S1/D1",
        "subject": "J1 J2", "class_assignment": "1 2 3", "subject_assignment": "1 2 3",
        "mark": "1 2",
        "notification": "F1 F2", "notification_receipt": "F1/T1 F2/T1 F3/T2",
        "notification_delivery": "F1/T1/websocket F1/T1/email",
        "attendance": "X1/S1 X1/S2", "assessment": "V1 V2 V3 V4 V5 V6 V7 V8",
        "progress": "S1/C1 S1/C2 S2/C1", "payment": "Y1 Y2 Y3",
    }.items()
    for key in keys.split()
)  # fmt: skip
SUBJECTS = (*SUBJECTS, ("membership", "O2/T1"), ("membership", "O1/S1"))
# Partitions were added once: these subjects live in two, in any order.
IN_TWO = frozenset(
    {("class", "C1"), ("enrollment", "C1/S1"), ("exam", "E1"), ("submission", "A1/S1")}
)
IDS = {
    "class_id": ("C1", "C2", "C3"), "question_bank_id": ("B1", "B2"), "track_id": ("K1", "K2"),
    "organization_id": (None, None, None, "O1", "O2"), "student_id": ("S1", "T1"),
    "recommended_track_id": ("K1", "K2"), "mission_id": ("M1", "M2", "M3", "M4"),
    "mentor_id": ("T1", "T2"), "assignment_id": ("A1", "A2"), "subject_id": ("J1", "J2"),
    "school_id": ("O1", "O2"), "session_id": ("X1", "X2"),
}  # fmt: skip
# What some languages write for never and for nothing, and a leap second.
EXTREMES = ("9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00Z", "2016-12-31T23:59:60Z")
TIMES = ("2020-01-01T09:05:00Z", "2099-06-01T00:30:00+02:00", "2099-06-01T13:30:00.25z",
         "2025-12-31T23:59:59-01:00", *EXTREMES)  # fmt: skip

# Around the moments at which students' dashboards are judged: 180 days, a week and a microsecond
# less before one, the moment itself and the microsecond after it, 48 hours later.
STUDENTS_TIMES = (
    "2025-10-01T01:00:00Z", "2025-09-02T00:30:00Z", "2026-02-22T00:30:00Z",
    "2026-02-22T00:30:00.000001Z", "2026-02-27T12:00:00+02:00", "2026-03-01T00:30:00Z",
    "2026-03-01T00:30:00.000001Z", "2026-03-03T00:30:00Z", "2026-03-28T12:00:00Z", *EXTREMES,
)  # fmt: skip
DAYS = ("2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-07", "2026-03-29")
ZONES = ("Pacific/Kiritimati", "Pacific/Niue", "Europe/Berlin", "America/St_Johns", "Mars/Olympus",
         "x" * 65, "../UTC", "")  # fmt: skip
# One of each that clients tell apart, and what is none.
BATCH_STATUSES = (
    "awaiting_content_validation", "ready_for_pipeline_execution", "processing_pipelines",
    "completed_successfully", "completed_with_failures", "cancelled", "failed_critically", "", "?",
)  # fmt: skip
TEXTS = {
    "time_zone": ZONES,
    "status": BATCH_STATUSES,
    "url": ("/missions/M1", "https://elsewhere.example/", "//elsewhere.example", ""),
}

Step = tuple[int, int, int]
SCHOOLS = ("class", "enrollment", "session", "exam", "exam_result", "assignment", "submission",
           "question_bank", "question", "school", "membership", "batch", "essay_association",
           "subject", "class_assignment", "subject_assignment", "mark", "attendance",
           "assessment", "progress", "payment", "notification", "notification_receipt",
           "notification_delivery")  # fmt: skip
OF_STUDENTS = [n for n, (entity, _) in enumerate(SUBJECTS) if entity not in SCHOOLS]

CLASSES = ("class", "enrollment", "student", "assignment", "submission")
OF_CLASSES = [n for n, (entity, _) in enumerate(SUBJECTS) if entity in CLASSES]
BATCHES = ("class", "batch", "essay_association")
OF_BATCHES = [n for n, (entity, _) in enumerate(SUBJECTS) if entity in BATCHES]

TEACHING = ("class", "enrollment", "student", "teacher", "membership", "subject",
            "class_assignment", "subject_assignment", "mark")  # fmt: skip
OF_TEACHING = [n for n, (entity, _) in enumerate(SUBJECTS) if entity in TEACHING]

SCHOOLS_TEACHERS = (*TEACHING[:5], "school", "session", "attendance", "assessment", "progress",
                    "payment")  # fmt: skip
OF_SCHOOLS_TEACHERS = [n for n, (entity, _) in enumerate(SUBJECTS) if entity in SCHOOLS_TEACHERS]


def _steps(subjects: Sequence[int]) -> st.SearchStrategy[list[Step]]:
    step = st.tuples(st.sampled_from(subjects), st.integers(0, 99), st.integers(0, 2**20))
    return st.lists(step, min_size=10, max_size=160)


# Some histories are students' alone, some those of classes and of who is in them, of who teaches
# them, or of batches of essays, so that enough happens to each of them.
steps = (
    _steps(range(len(SUBJECTS))) | _steps(OF_STUDENTS) | _steps(OF_CLASSES) | _steps(OF_TEACHING)
    | _steps(OF_BATCHES) | _steps(OF_SCHOOLS_TEACHERS)
)  # fmt: skip


@dataclass(frozen=True)
class Published:
    """A record in the log and what was meant by it."""

    record: StoredRecord
    entry: Entry


@dataclass
class History:
    """Publishers at work: turns steps into a log of several partitions."""

    sparse_topics: frozenset[str] = frozenset()
    log: list[Published] = field(default_factory=list)
    _next: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(lambda: 1))
    _ends: defaultdict[Partition, int] = field(default_factory=lambda: defaultdict(int))
    _withheld: list[Published] = field(default_factory=list)
    _clock: int = 0
    _made_events: int = 0

    def __post_init__(self) -> None:
        self._model = Log(sparse_topics=self.sparse_topics)

    @classmethod
    def of(
        cls, drawn: list[Step], fill: bool, sparse_topics: frozenset[str] = frozenset()
    ) -> "History":
        """``fill``: whether what was withheld is published after all, at the end."""
        history = cls(sparse_topics)
        for step in drawn:
            history._take(*step)
        while fill and history._withheld:
            history._publish(history._withheld.pop())
        return history

    def told(self) -> str:
        """The log in a line for each record."""
        entries = [published.entry for published in self.log]
        return "\n".join(
            f"{e.topic}:{e.partition}:{e.offset} {e.type} {tuple(e.place or ())} {e.reason or ''}"
            for e in entries
        )

    def by_partition(self) -> dict[Partition, list[Published]]:
        logs: dict[Partition, list[Published]] = {}
        for published in self.log:
            at = Partition(published.record.topic, published.record.partition)
            logs.setdefault(at, []).append(published)
        return logs

    def _take(self, subject_index: int, action: int, roll: int) -> None:
        rng = random.Random(roll)
        subject = SUBJECTS[subject_index]
        if action < 60:
            self._publish(self._good(subject, self._number(subject, rng), rng))
        elif action < 67:
            number = self._number(subject, rng)
            self._publish(self._bad(self._good(subject, number, rng), rng))
            self._withheld.append(self._good(subject, number, rng))
        elif action < 73:
            self._withheld.append(self._good(subject, self._number(subject, rng), rng))
        elif action < 81 and self._withheld:
            self._publish(self._withheld.pop(rng.randrange(len(self._withheld))))
        elif action < 85:
            unknown = self._unknown(subject, self._number(subject, rng), rng)
            if rng.random() < 0.3:
                # Somebody else takes the name, and the number is still to come.
                self._withheld.append(unknown)
                unknown = _elsewhere(unknown)
            self._publish(unknown)
        elif action < 86:
            self._publish(self._stranger(rng))
        elif action < 91 and self.log:
            self._publish(rng.choice(self.log))
        elif action < 94 and subject not in IN_TWO:
            self._publish(self._good(subject, self._used_number(subject, rng), rng))
        elif action < 97:
            self._publish(self._unplaced(self._good(subject, 1, rng), rng))
        else:
            old = rng.randint(1, self._next[subject])
            self._publish(self._bad(self._good(subject, old, rng), rng))

    def _number(self, subject: tuple[str, str], rng: random.Random) -> int:
        topic = BY_ENTITY[subject[0]][0].topic
        number = self._next[subject]
        if topic in self.sparse_topics:
            number += rng.choice((0, 0, 0, 5, 90))
        self._next[subject] = number + 1
        return number

    def _used_number(self, subject: tuple[str, str], rng: random.Random) -> int:
        """One for another event than the one that had it; or the next, which a letter may have."""
        known = self._model.subjects.get(subject)
        reached = known.reached if known else 0
        number = rng.randint(1, reached + 1)
        if known and reached and rng.random() < 0.5:
            # Those of which a second event is seen.
            number = rng.choice([reached, *known.waiting])
        return number

    def _publish(self, published: Published) -> None:
        """Puts a record at the end of its partition; control records leave gaps."""
        self._clock += 1
        given, entry = published.record, published.entry
        at = Partition(given.topic, given.partition)
        offset = self._ends[at]
        self._ends[at] = offset + (2 if self._clock % 7 == 0 else 1)
        timestamp = BEGINNING + self._clock * 1000
        placed = heard(replace(entry, offset=offset, published_at=timestamp))
        if placed.data is not None and entry.place and entry.place[:2] == TOO_EARLY:
            placed = replace(placed, reason="invalid_data", data=None)
        self._model.take(placed)
        # Some publishers give microseconds.
        told = timestamp * 1000 if self._clock % 11 == 0 else timestamp
        self.log.append(Published(given._replace(offset=offset, timestamp=told), placed))

    def _good(self, subject: tuple[str, str], number: int, rng: random.Random) -> Published:
        types = BY_ENTITY[subject[0]]
        first = number == 1 and rng.random() < 0.95
        type_ = types[0] if first else rng.choice(types)
        return self._made(type_, subject[1], number, data_of(type_, subject[1], rng), rng)

    def _made(
        self, type_: Type, key: str, number: int, data: dict[str, Any], rng: random.Random
    ) -> Published:
        time = f"2026-01-01T{rng.randrange(24):02d}:{rng.randrange(60):02d}:00Z"
        if rng.random() < 0.05:
            time = rng.choice(EXTREMES)
        partition = self._partition(type_.entity, key, rng)
        self._made_events += 1
        id_ = f"event {self._made_events}"
        made = record(
            type_.topic, type_.name, key, number, data,
            partition=partition, time=time, ce_id=id_.encode(),
        )  # fmt: skip
        place = Place(type_.entity, key, number)
        entry = Entry(type_.topic, partition, 0, 0, type_.name, time, place, data, id=id_)
        return Published(made, entry)

    def _partition(self, entity: str, key: str, rng: random.Random) -> int:
        """Where the numbers have holes, only the order of one partition says what is old."""
        if (entity, key) in IN_TWO and not self.sparse_topics:
            return rng.randrange(PARTITIONS)
        return zlib.crc32(key.encode()) % PARTITIONS

    def _bad(self, good: Published, rng: random.Random) -> Published:
        given, entry = good.record, good.entry
        kind = rng.choice(("invalid_data", "key_mismatch", "wrong_topic", "not_an_event"))
        if kind == "invalid_data":
            value = rng.choice((b"[]", b'{"x":', b"", None, b'"text"', b"{}"))
            given = given._replace(value=value)
        elif kind == "key_mismatch":
            given = given._replace(key=rng.choice((None, b"", b"C9", b"\xff")))
        elif kind == "wrong_topic":
            # Whatever else is wrong with it.
            also = self._bad(good, rng) if rng.random() < 0.3 else good
            return _elsewhere(Published(also.record, replace(also.entry, reason=kind, data=None)))
        else:
            name = rng.choice(("ce_id", "ce_time", "ce_source", "ce_specversion", "content-type"))
            worse = b"\x80" if name in {"ce_id", "ce_source"} else b"worse"
            given = _with_header(given, name, worse)
        return Published(given, replace(entry, reason=kind, data=None))

    def _unplaced(self, good: Published, rng: random.Random) -> Published:
        name, value = rng.choice((
            ("ce_subject", None), ("ce_subject", b"a/b/c/d"), ("ce_sequence", b"0"),
            ("ce_sequence", b"1.5"), ("ce_type", None), ("ce_type", b"\xff"),
        ))  # fmt: skip
        reason = "key_mismatch" if value == b"a/b/c/d" else "not_an_event"
        bad = replace(good.entry, reason=reason, place=None, data=None)
        return Published(_with_header(good.record, name, value), bad)

    def _unknown(self, subject: tuple[str, str], number: int, rng: random.Random) -> Published:
        """A type or a version that nobody here knows, of a known entity."""
        good = self._good(subject, number, rng)
        name = rng.choice((f"{subject[0]}.frobnicated.v1", f"{good.entry.type[:-1]}9"))
        assert name not in TYPES
        given = _with_header(good.record, "ce_type", name.encode())._replace(value=b"\xff")
        return Published(given, replace(good.entry, type=name, data=None))

    def _stranger(self, rng: random.Random) -> Published:
        topic = rng.choice(sorted({t.topic for t in TYPES.values()}))
        partition = rng.randrange(PARTITIONS)
        given = record(topic, "planet.seen.v1", "any thing", "none", b"", partition=partition)
        return Published(given, Entry(topic, partition, 0, 0, "planet.seen.v1"))


def _elsewhere(published: Published) -> Published:
    """The same on a topic that is not its entity's."""
    given, entry = published.record, published.entry
    assert entry.place
    topic = "exams" if BY_ENTITY[entry.place.entity][0].topic == "people" else "people"
    return Published(given._replace(topic=topic), replace(entry, topic=topic))


def _with_header(given: StoredRecord, name: str, value: bytes | None) -> StoredRecord:
    return given._replace(headers=tuple((n, value if n == name else v) for n, v in given.headers))


def data_of(type_: Type, key: str, rng: random.Random) -> dict[str, Any]:
    """What an event of this type says about a subject, by chance."""
    data: dict[str, Any] = dict(zip(type_.key, key.split("/"), strict=True))
    for field_ in type_.fields:
        null = field_.nullable and field_.name != "organization_id" and rng.random() < 0.25
        data[field_.name] = None if null else _value(type_.entity, field_, rng)
    if type_.entity == "assessment":
        data["score"] = min(data["score"], data["max_score"])
    return data


def _value(entity: str, field_: Field, rng: random.Random) -> Any:
    match field_.kind:
        case "id":
            return rng.choice(IDS.get(field_.name, TEACHERS))
        case "ids":
            some = IDS["mission_id"] if field_.name == "recommended_missions" else TEACHERS
            return [rng.choice(some) for _ in range(rng.randrange(4))]
        case "time":
            return rng.choice(TIMES if entity in SCHOOLS else STUDENTS_TIMES)
        case "integer":
            return rng.choice((-1, 0, 1.0, 45, 2**31 - 1))
        case "count":
            return rng.choice((0, 1, 45.0, 2**31 - 1))
        case "marks":
            return rng.choice((0, 0.01, 7.5, 29.99, 100, 100.0, 2**31 - 1))
        case "marks above 0":
            return rng.choice((0.01, 8.5, 100, 2**31 - 1))
        case "amount":
            return rng.choice(("0.00", "25.50", "9999999999999.99"))
        case "currency":
            return rng.choice(("EUR", "USD"))
        case "score":
            return rng.choice((0, 0.1, 0.5, 59.95, 66.67, 99.5, 100, 100))
        case "choice":
            return rng.choice(field_.choices)
        case "flags":
            return rng.choice(({}, {"photos": True, "résumé": False}, {"share_with_mentor": True}))
        case "flag":
            return rng.random() < 0.7
        case "day":
            return rng.choice(DAYS)
        case "texts":
            return rng.choice(([], ["b", "a", "b"], ['"', "{}", "NULL", ""]))
        case _:
            return rng.choice(TEXTS.get(field_.name, ("", "Algebra", 'tab\t"quote\\', "Ünï 😀")))
