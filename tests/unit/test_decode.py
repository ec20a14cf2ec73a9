"""Whatever a record holds, it becomes an event, a letter with a reason, or is passed over."""

import math
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.engine.decode import Decoder
from homeroom.engine.envelope import ATTRIBUTES
from homeroom.engine.letters import _record_columns
from homeroom.engine.records import Event, Letter, PassedOver, StoredRecord
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.feed import record

DECODER = Decoder(read_model(Settings()).catalog)
CREATED: dict[str, Any] = {
    "exam_id": "E1", "organization_id": None, "created_by": "T1", "assigned_teachers": ["T1"],
    "class_id": None, "title": "Algebra", "subject": "Maths", "kind": "exam",
    "total_questions": 10, "total_marks": 100, "duration_minutes": None,
    "created_at": "2026-01-02T03:04:05Z",
}  # fmt: skip
RESULT = {"exam_id": "E1", "student_id": "S1", "score": 1, "graded_by": None,
          "recorded_at": "2026-01-02T03:04:05Z"}  # fmt: skip
HERE = ("exam", "E1", 1)


def exam(data: Any = CREATED, **changed: Any) -> StoredRecord:
    """A good `exam.created.v1` with some of it changed; `key` changes the record's key."""
    key = changed.pop("key", b"E1")
    topic = changed.pop("topic", "exams")
    value = data if isinstance(data, bytes | None) else orjson.dumps(data)
    return record(topic, "exam.created.v1", "E1", 1, value, **changed)._replace(key=key)


def but(**changed: Any) -> StoredRecord:
    """The good exam with fields of its data changed."""
    return exam(CREATED | changed)


def raw(field: str, text: bytes) -> StoredRecord:
    """The good exam with JSON text in place of a field's value."""
    value = orjson.dumps(CREATED | {field: "@"}).replace(b'"@"', text)
    return exam(value)


def envelope(**changed: Any) -> StoredRecord:
    """The good exam in structured mode; None leaves an attribute out."""
    told = {
        "specversion": "1.0", "id": "1", "source": "/s", "type": "exam.created.v1",
        "time": "2026-01-02T03:04:05Z", "subject": "E1", "sequence": "1", "data": CREATED,
    } | changed  # fmt: skip
    kept = {name: value for name, value in told.items() if value is not None}
    return structured(orjson.dumps(kept))


def structured(value: bytes | None) -> StoredRecord:
    return StoredRecord(
        "exams", 0, 0, 0, b"E1", value, (("content-type", b"application/cloudevents+json"),)
    )


def twice(name: str) -> StoredRecord:
    good = exam()
    return good._replace(headers=(*good.headers, (name, b"again")))


def consenting(name: bytes) -> StoredRecord:
    """A student with a consent of this name, as JSON text."""
    data = dict.fromkeys(["email", "track_id", "cohort", "mentor_id", "time_zone"])
    value = orjson.dumps(data | {"student_id": "S1", "name": "Ada", "consents": {"@": True}})
    return record("people", "student.registered.v1", "S1", 1, value.replace(b'"@"', name))


STUDENT = ("student", "S1", 1)
Bad = tuple[StoredRecord, str, str, tuple[str, str, int] | None]
BAD: dict[str, Bad] = {
    "bytes that are no UTF-8": (exam(b"\xff\xfe"), "invalid_data", "JSON", HERE),
    "bytes that are no JSON": (exam(b"{oops"), "invalid_data", "JSON", HERE),
    "no bytes": (exam(b""), "invalid_data", "JSON", HERE),
    "a tombstone": (exam(None), "invalid_data", "tombstone", HERE),
    "a list": (exam(b"[]"), "invalid_data", "object", HERE),
    "a text": (exam(b'"exam"'), "invalid_data", "object", HERE),
    "null": (exam(b"null"), "invalid_data", "object", HERE),
    "deep nesting": (raw("more", b"[" * 5000 + b"]" * 5000), "invalid_data", "recursion", HERE),
    "NaN": (raw("total_marks", b"NaN"), "invalid_data", "JSON", HERE),
    "NaN in a field that is ignored": (raw("more", b"NaN"), "invalid_data", "JSON", HERE),
    "Infinity": (raw("total_marks", b"-Infinity"), "invalid_data", "JSON", HERE),
    "a huge integer": (but(total_marks=2**31), "invalid_data", "total_marks", HERE),
    "an endless integer": (raw("total_marks", b"9" * 400), "invalid_data", "total_marks", HERE),
    "a fraction in place of an integer": (
        but(total_marks=1.5), "invalid_data", "total_marks", HERE),
    "a number in a string": (but(total_marks="100"), "invalid_data", "total_marks", HERE),
    "a boolean in place of a number": (but(total_marks=True), "invalid_data", "total_marks", HERE),
    "a number in place of a string": (but(title=5), "invalid_data", "title", HERE),
    "null where it may not be": (but(title=None), "invalid_data", "title", HERE),
    "a NUL character": (but(title="a\x00b"), "invalid_data", "title", HERE),
    "a lone surrogate": (raw("title", b'"\\ud800"'), "invalid_data", "surrogate", HERE),
    "a text that is too long": (but(title="x" * 10_001), "invalid_data", "title", HERE),
    "a list of 100,000": (
        but(assigned_teachers=["T1"] * 100_000), "invalid_data", "assigned_teachers", HERE),
    "null in a list": (but(assigned_teachers=[None]), "invalid_data", "assigned_teachers.0", HERE),
    "an odd id in a list": (
        but(assigned_teachers=["T 1"]), "invalid_data", "assigned_teachers", HERE),
    "an id of 65 characters": (but(created_by="x" * 65), "invalid_data", "created_by", HERE),
    "an empty id": (but(created_by=""), "invalid_data", "created_by", HERE),
    "an id that ends a line": (but(created_by="T1\n"), "invalid_data", "created_by", HERE),
    "the year 0": (but(created_at="0000-01-01T00:00:00Z"), "invalid_data", "created_at", HERE),
    "the year 10000": (but(created_at="10000-01-01T00:00:00Z"), "invalid_data", "created_at", HERE),
    "a time without an offset": (
        but(created_at="2026-01-01T00:00:00"), "invalid_data", "created_at", HERE),
    "a time as a number": (but(created_at=1_767_225_600), "invalid_data", "created_at", HERE),
    "30 February": (but(created_at="2026-02-30T00:00:00Z"), "invalid_data", "created_at", HERE),
    "a word that is not offered": (but(kind="oral"), "invalid_data", "kind", HERE),
    "a field that is left out": (
        exam({k: v for k, v in CREATED.items() if k != "class_id"}),
        "invalid_data", "class_id", HERE),
    "a score above 100": (
        record("exams", "exam_result.recorded.v1", "E1/S1", 3, RESULT | {"score": 100.5}),
        "invalid_data", "score", ("exam_result", "E1/S1", 3)),
    "another key": (exam(key=b"E2"), "key_mismatch", "key", HERE),
    "no key": (exam(key=None), "key_mismatch", "key", HERE),
    "a binary key": (exam(key=b"\xff"), "key_mismatch", "key", HERE),
    "another key in the data": (but(exam_id="E2"), "key_mismatch", "E2", HERE),
    "another topic": (exam(topic="people"), "wrong_topic", "exams", HERE),
    "no id": (exam(ce_id=None), "not_an_event", "ce_id", HERE),
    "an empty source": (exam(ce_source=b""), "not_an_event", "ce_source", HERE),
    "another specversion": (exam(ce_specversion=b"0.3"), "not_an_event", "1.0", HERE),
    "no time": (exam(ce_time=None), "not_an_event", "ce_time", HERE),
    "a date as time": (exam(ce_time=b"2026-01-02"), "not_an_event", "RFC 3339", HERE),
    "a time before all times": (
        exam(ce_time=b"0001-01-01T00:00:00+14:00"), "not_an_event", "time", HERE),
    "a leap second": (exam(ce_time=b"2016-12-31T23:59:60Z"), "not_an_event", "time", HERE),
    "a doubled id": (twice("ce_id"), "not_an_event", "twice", HERE),
    "a doubled subject": (twice("ce_subject"), "not_an_event", "twice", None),
    "a binary header": (exam(ce_source=b"\xff"), "not_an_event", "UTF-8", HERE),
    "a binary type": (exam(ce_type=b"\xff"), "not_an_event", "UTF-8", None),
    "no type": (exam(ce_type=None), "not_an_event", "ce_type", None),
    "a type with a NUL": (exam(ce_type=b"planet.\x00"), "not_an_event", "type", None),
    "an endless type": (exam(ce_type=b"planet." + b"x" * 9999), "not_an_event", "type", None),
    "no subject": (exam(ce_subject=None), "not_an_event", "ce_subject", None),
    "a subject with too many parts": (
        exam(ce_subject=b"E1/S1", key=b"E1/S1"), "key_mismatch", "E1/S1", None),
    "no sequence": (exam(ce_sequence=None), "not_an_event", "sequence", None),
    "sequence 0": (exam(ce_sequence=b"0"), "not_an_event", "sequence", None),
    "a negative sequence": (exam(ce_sequence=b"-1"), "not_an_event", "sequence", None),
    "a signed sequence": (exam(ce_sequence=b"+1"), "not_an_event", "sequence", None),
    "a fractional sequence": (exam(ce_sequence=b"1.0"), "not_an_event", "sequence", None),
    "a huge sequence": (exam(ce_sequence=b"9223372036854775808"), "not_an_event", "2^63", None),
    "an endless sequence": (exam(ce_sequence=b"9" * 9999), "not_an_event", "2^63", None),
    "digits of another script": (exam(ce_sequence="١".encode()), "not_an_event", "digits", None),
    "data that is not JSON by its content type": (
        exam(content_type=b"application/avro"), "not_an_event", "application/avro", HERE),
    "no headers": (exam()._replace(headers=()), "not_an_event", "type", None),
    "an empty envelope": (structured(b"{}"), "not_an_event", "type", None),
    "an envelope that is a list": (structured(b"[]"), "not_an_event", "object", None),
    "an envelope that is no JSON": (structured(b"{"), "not_an_event", "JSON", None),
    "an envelope that is a tombstone": (structured(None), "not_an_event", "tombstone", None),
    "an envelope without data": (envelope(data=None), "invalid_data", "data", HERE),
    "an envelope with a fractional sequence": (
        envelope(sequence=1.5), "not_an_event", "sequence", None),
    "an envelope with a sequence that is true": (
        envelope(sequence=True), "not_an_event", "true", None),
    "an envelope with an id that is a number": (envelope(id=7), "not_an_event", "`id`", HERE),
    "an envelope of XML": (envelope(datacontenttype="text/xml"), "not_an_event", "text/xml", HERE),
    "an envelope with data in base64": (
        envelope(data=None, data_base64="e30="), "not_an_event", "data_base64", HERE),
    "an envelope whose id is half a character": (
        structured((envelope(id="@").value or b"").replace(b'"@"', b'"\\ud83d"')),
        "not_an_event", "`id`", HERE),
    "a batch of events": (
        exam(content_type=b"application/cloudevents-batch+json"), "not_an_event", "batch", HERE),
    "the hour 24": (exam(ce_time=b"2026-01-01T24:00:00Z"), "not_an_event", "RFC 3339", HERE),
    "a NUL in a map's key": (consenting(b'"a\\u0000b"'), "invalid_data", "consents.a", STUDENT),
    "half a character in a map's key": (
        consenting(b'"a\\ud83d"'), "invalid_data", "surrogate", STUDENT),
    "an envelope with bottomless data": (
        structured(orjson.dumps({
            "specversion": "1.0", "id": "1", "source": "/s", "type": "exam.created.v1",
            "time": "2026-01-02T03:04:05Z", "subject": "E1", "sequence": 1,
        })[:-1] + b',"data":' + b"[" * 900 + b"]" * 900 + b"}"),
        "invalid_data", "a list", HERE),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_record_is_a_letter_with_its_reason_and_in_its_place(kind: str) -> None:
    given_, reason, told, place = BAD[kind]
    letter = DECODER.decode(given_)
    assert isinstance(letter, Letter)
    assert letter.reason == reason
    assert told.lower() in letter.detail.lower()
    assert len(letter.detail) <= 1_000
    found = letter.place
    assert (found and (found.entity.name, found.subject, found.sequence)) == place


GOOD: dict[str, StoredRecord] = {
    "binary mode": exam(),
    "structured mode": envelope(),
    "a sequence as a JSON integer": envelope(sequence=1),
    "leading zeros": exam(ce_sequence=b"00001"),
    "no content type": exam()._replace(
        headers=tuple(h for h in exam().headers if h[0] != "content-type")
    ),
    "a content type with a charset": exam(content_type=b"application/json; charset=utf-8"),
    "fields that nobody knows": but(more={"a": [1]}),
    "the same teacher twice": but(assigned_teachers=["T1", "T1"]),
    "half a character in a field that nobody knows": raw("more", b'"\\ud83d"'),
    "half a character in a name that nobody knows": exam(
        orjson.dumps(CREATED | {"@": 1}).replace(b'"@"', b'"\\ud83d"')
    ),
    "half a character in an envelope's unknown field": structured(
        (envelope(data=CREATED | {"more": "@"}).value or b"").replace(b'"@"', b'"\\ud83d"')
    ),
    "a NUL in a field that nobody knows": but(more="\x00"),
    "the greatest offset": but(created_at="2026-01-01T00:00:00+23:59"),
    "NaN as a word": but(title="NaN and Infinity"),
    "headers that nobody knows": exam(trace=b"\xff"),
    "a header without a value": exam(ce_traceparent=None),
}


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_record_is_an_event(kind: str) -> None:
    event = DECODER.decode(GOOD[kind])
    assert isinstance(event, Event)
    assert (event.subject, event.sequence, event.type and event.type.name) == (
        "E1", 1, "exam.created.v1",
    )  # fmt: skip


def test_an_unknown_version_of_a_known_entity_is_passed_over_and_takes_its_place() -> None:
    passed = DECODER.decode(exam(b"\xff", ce_type=b"exam.created.v2"))
    assert isinstance(passed, PassedOver)
    assert passed.event is not None
    assert (passed.event.subject, passed.event.sequence, passed.event.type) == ("E1", 1, None)


def test_an_unknown_entity_is_passed_over_and_takes_no_place() -> None:
    passed = DECODER.decode(exam(b"\xff", ce_type=b"planet.seen.v1", ce_subject=None))
    assert passed == PassedOver("planet.seen.v1", None)


def test_an_unknown_type_without_a_readable_place_is_a_letter() -> None:
    assert isinstance(DECODER.decode(exam(ce_type=b"exam.sung.v1", ce_sequence=None)), Letter)


NAMES = st.sampled_from(
    [
        "content-type",
        *(f"ce_{name}" for name in ATTRIBUTES),
    ]
)
VALUES = st.none() | st.binary(max_size=40) | st.text(max_size=20).map(lambda t: t.encode()) | (
    st.sampled_from([b"1", b"1.0", b"E1", b"E1/S1", b"exam.created.v1", b"exam.x",
                     b"2026-01-02T03:04:05Z",
                     b"application/cloudevents+json", b"application/json"])
)  # fmt: skip
HEADERS = st.lists(st.tuples(NAMES | st.text(max_size=8), VALUES), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8)
    | st.floats().filter(math.isfinite),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([*CREATED, "data", "type", "sequence", "subject", "datacontenttype"]),
        inner,
        max_size=5),
    max_leaves=12,
)  # fmt: skip
DATA = st.none() | st.binary(max_size=60) | JSON.map(
    lambda value: orjson.dumps(value, default=str, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
    if not _is_huge(value) else b"1" * 400
)  # fmt: skip


def _is_huge(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(_is_huge(v) for v in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, int) and not -(2**63) <= value < 2**64


def _decoded_and_kept(given_: StoredRecord) -> None:
    decoded = DECODER.decode(given_)
    assert isinstance(decoded, Event | Letter | PassedOver)
    if isinstance(decoded, Letter):
        assert decoded.detail
        assert "\x00" not in decoded.detail
    _record_columns(given_)


@given(HEADERS, st.none() | st.binary(max_size=10), DATA, st.integers(-(2**63), 2**63 - 1))
def test_no_headers_and_no_bytes_make_decoding_raise(
    headers: list[tuple[str, bytes | None]], key: bytes | None, value: bytes | None, timestamp: int
) -> None:
    _decoded_and_kept(StoredRecord("exams", 0, 0, timestamp, key, value, tuple(headers)))


@given(st.data())
def test_one_wrong_thing_in_a_good_record_does_not_make_decoding_raise(data: st.DataObject) -> None:
    good = data.draw(st.sampled_from([exam(), envelope()]))
    headers = list(good.headers)
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(headers) - 1))
        headers[at] = (headers[at][0], data.draw(VALUES))
    field = data.draw(st.sampled_from([*CREATED, "data", "sequence", "subject", "type"]))
    value = orjson.loads(good.value or b"{}")
    value[field] = data.draw(JSON.filter(lambda v: not _is_huge(v)))
    _decoded_and_kept(good._replace(headers=tuple(headers), value=orjson.dumps(value)))
