"""What the demo invents of schools."""

from collections import Counter
from datetime import date

import pytest

from homeroom.local.demo.schools import STUDENTS_MIN, TOPICS, Schools
from homeroom.local.demo.students import students_of_year
from homeroom_kit.publishing.events import check


@pytest.mark.parametrize("end", [date(2026, 3, 1), date(2028, 2, 29)])
def test_its_events_satisfy_the_contract_and_are_as_many_as_it_says(end: date) -> None:
    schools = Schools(end, students_of_year(None))
    events = [*schools]
    assert len(events) == len(schools)
    assert [*schools] == events
    for event in events:
        check(event)
    assert len({(event.source, event.id) for event in events}) == len(events)
    numbers = Counter[tuple[str, str]]()
    for event in events:
        place = event.type.partition(".")[0], event.subject
        numbers[place] += 1
        assert event.sequence == numbers[place]
    students = {e.data["student_id"] for e in events if e.type == "enrollment.started.v1"}
    assert students <= students_of_year(None)
    types = {event.type for event in events}
    assert {"session.notes_added.v1", "attendance.recorded.v1", "assessment.given.v1",
            "progress.updated.v1", "payment.processed.v1"} <= types  # fmt: skip
    assert len(TOPICS) == 4


def test_nobody_is_twice_at_a_school_where_students_are_few() -> None:
    few = sorted(students_of_year(None))[:STUDENTS_MIN]
    events = [*Schools(date(2026, 3, 1), few)]
    assert len(events) == len(Schools(date(2026, 3, 1), few))
    granted = [e.subject for e in events if e.type == "membership.granted.v1"]
    assert len(set(granted)) == len(granted)
    assert {e.sequence for e in events if e.type == "enrollment.started.v1"} == {1}
