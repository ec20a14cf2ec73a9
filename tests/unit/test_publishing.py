"""What an event must be before it is published, and which lines of a file are refused."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from homeroom.progress_bars import Lines
from homeroom_kit.errors import HomeroomError, InvalidEvents
from homeroom_kit.publishing.events import OutgoingEvent, check, record
from homeroom_kit.publishing.files import check_file, lines, opened, parse
from homeroom_kit.publishing.publisher import Published

GRADED = OutgoingEvent(
    type="submission.graded.v1",
    source="/services/assignments",
    id="submission.graded/a-1/s-1/2",
    subject="a-1/s-1",
    sequence=2,
    time="2026-01-02T03:04:05+01:00",
    data={
        "assignment_id": "a-1",
        "student_id": "s-1",
        "score": 78,
        "graded_by": None,
        "graded_at": "2026-01-02T02:04:05Z",
    },
)


def line(**changes: Any) -> dict[str, Any]:
    """The event above in structured form, with changes; None leaves an attribute out."""
    attributes = {
        "specversion": "1.0",
        **{name: getattr(GRADED, name) for name in ("id", "source", "type", "time", "subject")},
        "sequence": "2",
        "datacontenttype": "application/json",
        "data": GRADED.data,
        **changes,
    }
    return {name: value for name, value in attributes.items() if value is not None}


def test_a_record_is_a_cloud_event_in_binary_mode() -> None:
    made = record(GRADED)
    assert made.topic == "assignments"
    assert made.key == b"a-1/s-1"
    assert made.value == (
        b'{"assignment_id":"a-1","student_id":"s-1","score":78,"graded_by":null,'
        b'"graded_at":"2026-01-02T02:04:05Z"}'
    )
    assert dict(made.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": b"submission.graded/a-1/s-1/2",
        "ce_source": b"/services/assignments",
        "ce_type": b"submission.graded.v1",
        "ce_time": b"2026-01-02T03:04:05+01:00",
        "ce_subject": b"a-1/s-1",
        "ce_sequence": b"2",
        "content-type": b"application/json",
    }


def test_a_record_carries_the_trace_it_belongs_to() -> None:
    parent = f"00-{'a' * 32}-{'b' * 16}-01"
    event = replace(GRADED, traceparent=parent)
    check(event)
    assert ("ce_traceparent", parent.encode()) in record(event).headers


def test_an_event_as_the_contract_says_passes() -> None:
    check(GRADED)
    check(replace(GRADED, sequence=2**63 - 1))
    check(replace(GRADED, data={**GRADED.data, "unknown": "field"}))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"type": "submission.eaten.v1"}, "no event type 'submission.eaten.v1'"),
        ({"type": "submission.graded.v2"}, "no event type"),
        ({"id": ""}, "^id: "),
        ({"id": "a\x00b"}, "^id: "),
        ({"source": ""}, "^source: "),
        ({"source": "not a uri"}, "^source: "),
        ({"subject": ""}, "^subject: "),
        ({"subject": "a-1"}, "subject: 'a-1' is not the data's assignment_id/student_id"),
        ({"subject": "s-1/a-1"}, "'s-1/a-1' is not"),
        ({"sequence": 0}, "^sequence: "),
        ({"sequence": 2**63}, "^sequence: "),
        ({"sequence": 1.5}, "^sequence: "),
        ({"sequence": True}, "^sequence: "),
        ({"time": "2026-01-02T03:04:05"}, "^time: .*RFC 3339"),
        ({"time": "2026-01-02"}, "^time: "),
        ({"time": "2026-02-30T00:00:00Z"}, "^time: "),
        ({"traceparent": "00-1-2-3"}, "^traceparent: "),
        ({"data": {}}, "^data.assignment_id: Field required"),
        ({"data": {**GRADED.data, "score": 101}}, "^data.score: "),
        ({"data": {**GRADED.data, "score": "78"}}, "^data.score: "),
        ({"data": {**GRADED.data, "padding": "x" * 3_000_000}}, "^data: 3,000,"),
        ({"data": {**GRADED.data, "when": object()}}, "^data: "),
    ],
)
def test_an_event_that_is_not_so_is_refused_with_its_reason(
    changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidEvents, match=reason):
        check(replace(GRADED, **changes))


@pytest.mark.parametrize("sequence", ["2", "0002", 2])
def test_a_sequence_is_digits_or_a_number(sequence: object) -> None:
    assert parse(orjson.dumps(line(sequence=sequence))).sequence == 2


@pytest.mark.parametrize(
    "content_type", [None, "application/json", "Application/JSON; charset=utf-8", "text/json"]
)
def test_data_are_json(content_type: str | None) -> None:
    parse(orjson.dumps(line(datacontenttype=content_type)))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"{", "^not JSON"),
        (b'{"score": NaN}', "^not JSON"),
        (b"[]", "^not a JSON object"),
        (orjson.dumps(line(specversion="0.3")), "^specversion: "),
        (orjson.dumps(line(specversion=None)), "^specversion: Field required"),
        (orjson.dumps(line(sequence="two")), "^sequence: "),
        (orjson.dumps(line(sequence="-1")), "^sequence: "),
        (orjson.dumps(line(sequence="٢")), "^sequence: "),
        (orjson.dumps(line(sequence="9" * 5_000)), "^sequence: "),
        (orjson.dumps(line(datacontenttype="text/xml")), "^datacontenttype: "),
        (orjson.dumps(line(data="{}")), "^data: "),
        (orjson.dumps(line(data=None)), "^data: Field required"),
        (orjson.dumps(line(time=None, id=None)), "^id: Field required; time: Field required"),
    ],
)
def test_a_line_that_is_no_cloud_event_is_refused(text: bytes, reason: str) -> None:
    with pytest.raises(InvalidEvents, match=reason):
        parse(text)


def file_of(*each: dict[str, Any] | bytes) -> io.BytesIO:
    return io.BytesIO(
        b"".join(e if isinstance(e, bytes) else orjson.dumps(e) + b"\n" for e in each)
    )


def test_blank_lines_are_no_events_but_count_as_lines() -> None:
    file = file_of(b"\n", line(), b"  \r\n", line(sequence="3", id="later"), b"\n")
    assert check_file(file) == (2, {"assignments"})
    assert [number for number, _ in lines(file)] == [2, 4]


def test_refused_lines_are_counted_and_the_first_ten_explained() -> None:
    file = file_of(line(), *[b"\n", b"{\n"] * 12)
    with pytest.raises(InvalidEvents) as refused:
        check_file(file)
    said = str(refused.value).splitlines()
    assert said[0] == "12 of 13 lines are refused, so nothing was published:"
    assert [text.split(":")[0].strip() for text in said[1:11]] == [
        f"line {number}" for number in range(3, 22, 2)
    ]
    assert said[11].strip() == "… and 2 more"


def test_sequences_of_a_subject_ascend_in_a_file() -> None:
    file = file_of(line(), line(sequence="1", id="earlier"))
    with pytest.raises(InvalidEvents, match="line 2: sequence: 1 of submission a-1/s-1 comes aft"):
        check_file(file)


def test_a_sequence_has_one_event() -> None:
    file = file_of(line(), line(data={**GRADED.data, "score": 12}))
    with pytest.raises(InvalidEvents, match="line 2: sequence: 2 of submission a-1/s-1 was anoth"):
        check_file(file)


def test_the_same_event_may_stand_in_a_file_twice() -> None:
    assert check_file(file_of(line(), line(sequence=2)))[0] == 2


def test_equal_keys_of_two_entities_are_two_subjects() -> None:
    def registered(kind: str, **fields: Any) -> dict[str, Any]:
        data = {f"{kind}_id": "x", "name": "X", "email": None, **fields}
        return line(type=f"{kind}.registered.v1", subject="x", sequence=1, id=kind, data=data)

    student = dict.fromkeys(("track_id", "cohort", "mentor_id", "time_zone"))
    file = file_of(
        registered("teacher", organization_id=None),
        registered("student", **student, consents={}),
    )
    assert check_file(file) == (2, {"people"})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(HomeroomError, match=r"none\.jsonl cannot be read"),
        opened(tmp_path / "none.jsonl"),
    ):
        pass


def test_standard_input_can_be_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    class Stdin:
        buffer = Pipe(b"one\ntwo\n")

    monkeypatch.setattr("sys.stdin", Stdin())
    with opened("-") as file:
        assert list(lines(file)) == list(lines(file)) == [(1, b"one\n"), (2, b"two\n")]


def test_positions_are_what_a_reader_may_wait_for() -> None:
    published = Published(3, {("exams", 1): 7, ("classes", 0): 4})
    assert published.wait_for == "classes:0:4,exams:1:7"


def test_progress_without_a_terminal_is_a_line_now_and_then() -> None:
    clock = iter([0.0, 1.0, 10.0, 11.0, 20.0, 21.0])
    said: list[str] = []
    bar = Lines("publish", None, "events", said.append, clock=lambda: next(clock))
    for done in (10, 1_000, 1_100, 2_000, 2_000):
        bar(done, 2_000)
    assert said == [
        "publish: 1,000 of 2,000 events, 100/s, 10 s left",
        "publish: 2,000 of 2,000 events, 100/s, 20.0 s",
    ]
