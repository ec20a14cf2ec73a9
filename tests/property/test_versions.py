"""A log with several versions of a type makes the tables that the newest version alone makes."""

import asyncio
from collections import Counter
from typing import Any, NamedTuple

from hypothesis import event, given
from hypothesis import strategies as st

from homeroom.engine.decoding.batch import make_batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.records import Move, Partition, StoredRecord
from homeroom.operations.verifying.verify import verify
from homeroom_kit.contract import EVENT_TYPES
from tests.property.arena import Arena
from tests.support.contents import contents
from tests.support.feed import record
from tests.support.strength import examples

CREATED = {
    "organization_id": None, "created_by": "T1", "assigned_teachers": ["T1"], "class_id": None,
    "title": "Algebra", "subject": "Maths", "kind": "exam", "total_questions": 10,
    "total_marks": 100, "duration_minutes": None, "created_at": "2026-01-02T03:04:05Z",
}  # fmt: skip
OLD, NEW = "exam.scheduled.v1", "exam.scheduled.v2"
PARTITION = Partition("exams", 0)


class Said(NamedTuple):
    """An event of an exam: its type, and its data besides the key."""

    exam: str
    sequence: int
    type: str
    data: dict[str, Any]

    def record(self, offset: int) -> StoredRecord:
        data = {"exam_id": self.exam, **self.data}
        # An event is the same one in either version.
        event_id = f"{self.exam}/{self.sequence}".encode()
        return record(
            "exams", self.type, self.exam, self.sequence, data, offset=offset, ce_id=event_id
        )

    def in_the_newest_version(self) -> "Said":
        if self.type != OLD:
            return self
        return self._replace(
            type=NEW, data={"starts_at": self.data["scheduled_at"], "ends_at": None}
        )


@st.composite
def logs(draw: st.DrawFn) -> list[Said]:
    """Events of some exams in any order, some twice; not every exam was created."""
    days = st.integers(1, 28).map(lambda day: f"2026-03-{day:02}T09:00:00Z")
    steps = st.one_of(
        st.builds(lambda day: (OLD, {"scheduled_at": day}), days),
        st.builds(
            lambda day, end: (NEW, {"starts_at": day, "ends_at": end}), days, st.none() | days
        ),
        st.sampled_from([("exam.created.v1", CREATED), ("exam.cancelled.v1", {})]),
    )
    said = [
        Said(exam, number, *step)
        for exam in ("E1", "E2", "E3")
        for number, step in enumerate(
            [("exam.created.v1", CREATED), *draw(st.lists(steps, max_size=6))], 1
        )
        if number > 1 or draw(st.integers(0, 4))
    ]
    again = draw(st.lists(st.sampled_from(said), max_size=3)) if said else []
    return draw(st.permutations([*said, *again]))


async def _apply(arena: Arena, log: list[Said], size: int) -> None:
    arena.empty()
    arena.database.execute(
        "INSERT INTO positions (topic, partition, next_offset) VALUES ('exams', 0, 0)"
    )
    decoder = Decoder(arena.model.catalog)
    records = [said.record(offset) for offset, said in enumerate(log)]
    for start in range(0, len(records), size):
        taken = records[start : start + size]
        moves = {PARTITION: Move(start, start + len(taken))}
        await arena.members[0].writer.apply(make_batch(decoder, taken, moves))


@examples()
@given(logs(), st.integers(1, 10))
def test_a_log_with_both_versions_equals_one_with_the_newest_alone(
    arena: Arena, runner: asyncio.Runner, log: list[Said], size: int
) -> None:
    counts = Counter(said.type for said in log)
    event(f"both versions: {bool(counts[OLD] and counts[NEW])}")
    runner.run(_apply(arena, log, size))
    mixed = contents(arena.database_url)
    assert [compared for compared in verify(arena.database_url) if compared.differs] == []
    runner.run(_apply(arena, [said.in_the_newest_version() for said in log], size))
    newest = contents(arena.database_url)
    for tables in (mixed, newest):
        # What waits is stored as it was sent: subject, sequence and place are compared.
        tables["waiting"] = [row[:6] for row in tables["waiting"]]
        # A writer knows which it has noted, and is used again.
        del tables["sources"]
    assert mixed == newest


def test_there_are_two_versions_of_the_type_that_is_tried() -> None:
    assert EVENT_TYPES[OLD].upcast is not None
    assert EVENT_TYPES[OLD].upcast.to is EVENT_TYPES[NEW]
