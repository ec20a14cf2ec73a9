"""What the status says of types that are not known."""

import pytest
from rich.console import Console

from homeroom.cli.status_tables import render
from homeroom.operations.status.publishers import ConflictingEvents, PassedOverEvents
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
