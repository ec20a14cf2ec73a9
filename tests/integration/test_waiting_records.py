"""Of what waits only what is needed is loaded: values that no later event sets, dead letters."""

from typing import Any

import pytest

from homeroom.engine.log.records import Reason, StoredRecord
from homeroom.engine.log.trace_context import trace_id
from homeroom.engine.ordering import waiting
from tests.support.feed import Feed, record

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01".encode()
DESCRIBED = {
    "class_id": None, "subject": "Maths", "kind": "exam", "total_questions": 3,
    "total_marks": 10, "duration_minutes": None,
}  # fmt: skip


def exam(verb: str, key: str, sequence: int, **data: Any) -> StoredRecord:
    return record("exams", f"exam.{verb}.v1", key, sequence, {"exam_id": key, **data})


def created(key: str) -> StoredRecord:
    return exam(
        "created", key, 1, **DESCRIBED, title="first", organization_id=None, created_by="T-1",
        assigned_teachers=["T-1"], created_at="2026-01-02T12:00:00Z",
    )  # fmt: skip


def updated(key: str, sequence: int) -> StoredRecord:
    return exam("updated", key, sequence, **DESCRIBED, title=f"{key} {sequence}")


@pytest.mark.parametrize("loaded_bytes_max", [1, waiting.LOADED_BYTES_MAX])
async def test_each_column_has_the_value_of_the_last_event_that_sets_it(
    feed: Feed, monkeypatch: pytest.MonkeyPatch, loaded_bytes_max: int
) -> None:
    monkeypatch.setattr(waiting, "LOADED_BYTES_MAX", loaded_bytes_max)
    for key in ("E-1", "E-2"):
        await feed.apply(
            [
                updated(key, 2),
                exam("teachers_assigned", key, 3, assigned_teachers=["T-2", key]),
                exam("scheduled", key, 4, scheduled_at="2026-02-03T08:00:00Z"),
                updated(key, 5),
                exam("started", key, 7),
            ]
        )
    # What arrives has its values, and stands among what waited.
    await feed.apply([created("E-1"), exam("completed", "E-1", 6), created("E-2")])
    found = await feed.rows(
        "SELECT exam_id, title, assigned_teachers, status, scheduled_at::date::text, created_by, "
        "sequence FROM exam ORDER BY 1"
    )
    assert found == [
        ("E-1", "E-1 5", ["T-2", "E-1"], "active", "2026-02-03", "T-1", 7),
        ("E-2", "E-2 5", ["T-2", "E-2"], "scheduled", "2026-02-03", "T-1", 5),
    ]
    assert await feed.rows("SELECT key, sequence FROM waiting") == [("E-2", 7)]


async def test_what_this_code_refuses_by_now_becomes_a_dead_letter_with_its_whole_record(
    feed: Feed,
) -> None:
    traced = updated("E-1", 3)
    traced = traced._replace(headers=(*traced.headers, ("ce_traceparent", TRACEPARENT)))
    await feed.apply([updated("E-1", 2), traced, updated("E-1", 4)])
    await feed.rows("UPDATE waiting SET value = '{\"title\": 5}' WHERE sequence = 3 RETURNING 1")

    applied = await feed.apply([created("E-1")])

    (letter,) = applied.dead_letters
    assert (letter.reason, letter.place and letter.place.sequence) == (Reason.INVALID_DATA, 3)
    # As its line in the log has it.
    assert (letter.record.offset, trace_id(letter.record)) == (1, TRACE)
    kept = "SELECT sequence, convert_from(value, 'UTF8'), record_key, cardinality(headers), is_cut"
    assert await feed.rows(f"{kept} FROM dead_letters WHERE closed_as IS NULL") == [
        (3, '{"title": 5}', b"E-1", 2 * len(traced.headers), False)
    ]
    assert await feed.rows("SELECT title, sequence FROM exam") == [("E-1 2", 2)]
    await feed.apply([updated("E-1", 3)])
    assert await feed.rows("SELECT title, sequence FROM exam") == [("E-1 4", 4)]
    assert await feed.rows("SELECT closed_as FROM dead_letters") == [("superseded",)]
