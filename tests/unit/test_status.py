"""What the status says of types and sources that are not known."""

from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from homeroom.cli.status_tables import render
from homeroom.operations.status.publishers import (
    ConflictingEvents,
    PassedOverEvents,
    TopicSource,
    new_sources,
)
from homeroom.operations.status.status import SystemStatus


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("class.creted.v1", "class.created.v1"),
        ("class.created", "class.created.v1"),
        ("class.created.v2", "class.created.v1"),
        ("Class.Created.v1", "class.created.v1"),
        ("planet.seen.v1", None),
    ],
)
def test_the_type_that_may_be_meant_is_named(name: str, suggestion: str | None) -> None:
    of_type = PassedOverEvents.of({"topic": "classes", "type": name, "events": 1})
    assert (of_type.did_you_mean, of_type.is_known) == (suggestion, False)


def shown(stored: dict[str, object]) -> str:
    console = Console(width=400)
    with console.capture() as capture:
        console.print(render(SystemStatus(passed_over=(PassedOverEvents.of(stored),))))
    return capture.get()


def test_the_newest_event_of_a_type_is_shown_with_what_may_be_meant() -> None:
    stored = {"topic": "classes", "type": "class.creted.v1", "events": 2, "subject": "C-1",
              "partition": 3, "offset": 77}  # fmt: skip
    text = shown(stored)
    assert "the newest of C-1 at classes:3:77" in text
    assert "did you mean `class.created.v1`?" in text


def test_a_type_that_is_known_by_now_wants_a_rebuild() -> None:
    text = shown({"topic": "classes", "type": "class.created.v1", "events": 2})
    assert "`homeroom rebuild` applies them" in text
    assert "did you mean" not in text


def test_the_newest_event_of_a_number_given_twice_is_shown_with_both_ids() -> None:
    kind = ConflictingEvents(
        "classes", "class.updated.v1", 1_200, "C-1", 7, "late", "early", partition=3, offset=77
    )
    console = Console(width=400)
    with console.capture() as capture:
        console.print(render(SystemStatus(sequence_conflicts=(kind,) * 11)))
    text = capture.get()
    assert "13,200 events came with a number that another event has" in text
    assert (
        "  1,200  class.updated.v1 in classes; the newest at classes:3:77: number 7 of C-1" in text
    )
    assert "belongs to the event early, not to late" in text
    assert "and 1 more types" in text


def test_who_publishes_on_a_topic_of_others_for_the_first_time_is_shown_for_a_week() -> None:
    now = datetime.now(UTC)
    days = {"/first": 400, "/second": 399.5, "/old": 8, "/new": 6, "/newest": 0}
    known = [
        TopicSource("people", source, now - timedelta(days=ago), 3, 77)
        for source, ago in days.items()
    ]
    # All of a topic that has just begun.
    known += [TopicSource("exams", f"/{n}", now - timedelta(minutes=n), 0, n) for n in range(3)]
    assert [one.source for one in new_sources(known)] == ["/new", "/newest"]
    console = Console(width=400)
    with console.capture() as capture:
        console.print(render(SystemStatus(sources=(*known, *[known[4]] * 10))))
    text = capture.get()
    assert "12 sources published on a topic of others for the first time, in the last" in text
    assert f"  /new in people, since {known[3].since:%Y-%m-%d %H:%M} (people:3:77)" in text
    assert "and 2 more sources" in text
