"""The same for the attributes of events, and for what is only unusual."""

import base64

import orjson

from homeroom.engine.log.records import StoredRecord
from tests.support import bad_input
from tests.support.bad_input import FOREVER, HALF, Input, Place, good, kept, lost
from tests.support.good_input import MARK, MISSION, RESULT, STUDENT, Good


def in_base64(good: Good) -> str:
    return base64.b64encode(orjson.dumps(good.data)).decode()


ATTRIBUTES = ("specversion", "id", "source", "type", "time", "subject", "sequence")
# Without these nobody knows where the record would have stood.
PLACING = {"type", "subject", "sequence"}


def renamed(g: Good, old: str, new: str) -> StoredRecord:
    """The headers under other names."""
    made = g.record()
    return made._replace(headers=tuple((n.replace(old, new), v) for n, v in made.headers))


MISSING = {
    f"{what} {name}": (lost if name in PLACING else kept)(
        lambda g, name=name, value=value: g.record(**{f"ce_{name}": value}),
        f"`{name}`", f"ce_{name}", said,
    )
    for name in ATTRIBUTES
    for what, value, said in (("no", None, "missing"), ("an empty", b"", "empty"))
}  # fmt: skip
DOUBLED = {
    f"a doubled {name}": (lost if name in PLACING else kept)(
        lambda g, name=name: g.twice(f"ce_{name}"), f"ce_{name}", "twice")
    for name in ATTRIBUTES
}  # fmt: skip
BINARY = {
    f"a binary {name}": (lost if name in PLACING else kept)(
        lambda g, name=name: g.record(**{f"ce_{name}": b"\xff\x00"}),
        f"ce_{name} is b'\\xff\\x00'", "not UTF-8")
    for name in ATTRIBUTES
}  # fmt: skip
SEQUENCES = {
    f"the sequence {name}": lost(
        lambda g, text=text: g.record(ce_sequence=text),
        "sequence is", text.decode()[:20], "decimal digits", "2^63 - 1")
    for name, text in {
        "0": b"0", "-1": b"-1", "+2": b"+2", "2.0": b"2.0", "2e0": b"2e0", "0x2": b"0x2",
        "2_0": b"2_0", "with a space before it": b" 2", "with a space behind it": b"2 ",
        "2^63": b"9223372036854775808", "of 5,000 digits": FOREVER, "in words": b"two",
        "in digits of another script": "٢".encode(), "as a raised digit": "²".encode(),
    }.items()
}  # fmt: skip
ENVELOPES = {
    "another specversion": kept(lambda g: g.record(ce_specversion=b"0.3"), "'0.3'", "only 1.0"),
    "specversion 1.0.1": kept(lambda g: g.record(ce_specversion=b"1.0.1"), "'1.0.1'", "only 1.0"),
    "a date as ce_time": kept(lambda g: g.record(ce_time=b"2026-01-02"), "time is", "RFC 3339"),
    "ce_time without an offset": kept(
        lambda g: g.record(ce_time=b"2026-01-02T03:04:05"), "time is", "with an offset"),
    "ce_time in the hour 24": kept(
        lambda g: g.record(ce_time=b"2026-01-01T24:00:00Z"), "time is", "24:00", "RFC 3339"),
    "ce_time in a leap second at another hour": kept(
        lambda g: g.record(ce_time=b"2016-12-31T22:59:60Z"), "22:59:60", "a time that exists"),
    "ce_time on 30 February": kept(
        lambda g: g.record(ce_time=b"2026-02-30T00:00:00Z"), "02-30", "a time that exists"),
    "ce_time in the year 0": kept(
        lambda g: g.record(ce_time=b"0000-01-01T00:00:00Z"), "0000", "0001 to 9999"),
    "ce_time in the year 10000": kept(
        lambda g: g.record(ce_time=b"10000-01-01T00:00:00Z"), "10000", "RFC 3339"),
    "ce_time before all times": kept(
        lambda g: g.record(ce_time=b"0001-01-01T00:00:00+14:00"), "0001", "a time that exists"),
    "a content type that is not JSON": kept(
        lambda g: g.record(content_type=b"application/avro"), "'application/avro'", "only JSON"),
    "an empty content type": kept(lambda g: g.record(content_type=b""), "content type", "JSON"),
    "a doubled content type": kept(lambda g: g.twice("content-type"), "content-type", "twice"),
    "a binary content type": kept(lambda g: g.record(content_type=b"\xff"), "content-type"),
    "a batch of events": kept(
        lambda g: g.record(content_type=b"application/cloudevents-batch+json"),
        "cloudevents-batch", "one event in a record"),
    "a bad event with a header whose name is no UTF-8": kept(
        lambda g: g.record()._replace(
            headers=(*g.record(ce_id=None).headers, ("gr\udcf6\udcdfe, found nowhere", b"1"))),
        "ce_id", "missing"),
    "no headers": lost(
        lambda g: g.record()._replace(headers=()), "`type`", "missing", "there are: none"),
    "headers of HTTP": lost(
        lambda g: renamed(g, "_", "-"), "`type`", "missing", "a header 'ce-type'", "be ce_type"),
    "headers of another protocol": lost(
        lambda g: renamed(g, "ce_", "cloudEvents:"), "'cloudEvents:type'", "be ce_type"),
    "headers without a prefix": lost(
        lambda g: renamed(g, "ce_", ""), "a header 'type'", "be ce_type"),
    "one header in capitals": kept(
        lambda g: renamed(g, "ce_time", "CE_TIME"), "`time`", "'CE_TIME'", "be ce_time"),
    "headers of somebody else": lost(
        lambda g: g.record()._replace(headers=(("traceparent", b"00"),)),
        "there are: 'traceparent'", "application/cloudevents+json"),
    "a tombstone without headers": lost(
        lambda g: g.record()._replace(headers=(), value=None), "`type`", "(a tombstone)"),
    "a schema registry's bytes without headers": lost(
        lambda g: g.record()._replace(headers=(), value=b"\x00\x00\x00\x00\x07{}"),
        "`type`", "schema registry", "(schema 7)"),
    "an unknown type with a NUL": lost(
        lambda g: g.record(ce_type=b"planet.\x00"), "type is", "NUL"),
    "an unknown type that is endless": lost(
        lambda g: g.record(ce_type=b"planet." + b"x" * 9_999), "type is", "at most 200 characters"),
    "an unknown version of an odd subject": lost(
        lambda g: g.record(ce_type=b"exam.created.v2", ce_subject=b"K 1")._replace(key=b"K 1"),
        "'K 1'", "exam_id is needed", "1 to 64 characters"),
    "an envelope that is no JSON": lost(lambda g: g.structured(b"{"), "envelope", "not JSON"),
    "an envelope behind a byte order mark": lost(
        lambda g: g.structured(b"\xef\xbb\xbf{}"), "not JSON", "a byte order mark (EF BB BF)"),
    "an envelope of a schema registry": lost(
        lambda g: g.structured(b"\x00\x00\x00\x00\x07{}"), "not JSON", "schema registry"),
    "an envelope that is no UTF-8": lost(lambda g: g.structured(b"\xff"), "envelope", "not JSON"),
    "an envelope that is a list": lost(lambda g: g.structured(b"[]"), "JSON object", "a list"),
    "an envelope that is a text": lost(lambda g: g.structured(b'"a"'), "JSON object", "'a'"),
    "an envelope that is null": lost(lambda g: g.structured(b"null"), "JSON object", "null"),
    "an envelope that is empty": lost(lambda g: g.structured(b""), "envelope", "not JSON"),
    "an envelope without attributes": lost(lambda g: g.structured(b"{}"), "`type`", "missing"),
    "an envelope that is a tombstone": lost(lambda g: g.structured(None), "tombstone", "needed"),
    "an envelope that is nested too deeply": lost(
        lambda g: g.envelope(b"[" * 3_000 + b"]" * 3_000, data=MARK), "envelope", "depth"),
    "an envelope that is nested too deeply, with half a character": lost(
        lambda g: g.envelope(b"[" * 99_999 + b"]" * 99_999, data=MARK, a="\\ud83d"), "deep"),
    "an envelope whose sequence is a fraction": lost(
        lambda g: g.envelope(sequence=2.5), "sequence is 2.5", "decimal digits"),
    "an envelope whose sequence is true": lost(
        lambda g: g.envelope(sequence=True), "sequence is true", "decimal digits"),
    "an envelope whose sequence is a list": lost(
        lambda g: g.envelope(sequence=[2]), "sequence is a list", "decimal digits"),
    "an envelope whose subject is a number": lost(
        lambda g: g.envelope(subject=2), "`subject` is 2", "text is needed"),
    "an envelope whose type is an object": lost(
        lambda g: g.envelope(type={}), "`type` is an object", "text is needed"),
    "an envelope whose id is a number": kept(
        lambda g: g.envelope(id=7), "`id` is 7", "text is needed"),
    "an envelope whose id is half a character": kept(
        lambda g: g.envelope(HALF, id=MARK), "`id`", "text is needed"),
    "an envelope whose subject is half a character": lost(
        lambda g: g.envelope(HALF, subject=MARK), "`subject`", "text is needed"),
    "an envelope of XML": kept(
        lambda g: g.envelope(datacontenttype="text/xml"), "'text/xml'", "only JSON"),
    "an envelope whose content type is a number": kept(
        lambda g: g.envelope(datacontenttype=5), "`datacontenttype` is 5", "text is needed"),
    "an envelope with data in what is no base64": kept(
        lambda g: g.envelope(data=None, data_base64="{}"), "`data_base64`", "base64 is needed"),
    "an envelope with data that is a number in place of base64": kept(
        lambda g: g.envelope(data=None, data_base64=7), "`data_base64` is 7", "base64 is needed"),
    "an envelope with data twice": kept(
        lambda g: g.envelope(data_base64=in_base64(g)), "`data_base64`", "both"),
    "an envelope with data in base64 that is no JSON": Input(
        lambda g: g.envelope(data=None, data_base64="e30t"), "invalid_data", Place.KEPT, ("JSON",)),
    "an envelope of XML in base64": kept(
        lambda g: g.envelope(data=None, data_base64=in_base64(g), datacontenttype="text/xml"),
        "'text/xml'", "only JSON"),
    "a value that only speaks of structured mode": lost(
        lambda g: g.value(b'["specversion"]')._replace(headers=()), "`type`", "missing"),
    "an envelope without data": Input(
        lambda g: g.envelope(data=None), "invalid_data", Place.KEPT, ("no data", "is needed")),
    "an envelope whose data is a text": Input(
        lambda g: g.envelope(data="{}"), "invalid_data", Place.KEPT, ("an object", 'found "{}"')),
    "an envelope whose data is nested deeply": Input(
        lambda g: g.envelope(b"[" * 900 + b"]" * 900, data=MARK), "invalid_data", Place.KEPT,
        ("an object", "found a list")),
    "an envelope with a wrong field": Input(
        lambda g: g.envelope(b"9" * 30, data=g.data | {"total_questions": MARK}),
        "invalid_data", Place.KEPT,
        ("data.total_questions",)),
    "an envelope with half a character in a text": Input(
        lambda g: g.envelope(HALF, data=g.data | {"title": MARK}), "invalid_data", Place.KEPT,
        ("data.title", "no half of a surrogate pair")),
}  # fmt: skip
GOOD = {
    "as it should be": good(lambda g: g.record()),
    "structured mode": good(lambda g: g.envelope()),
    "data in base64": good(lambda g: g.envelope(data=None, data_base64=in_base64(g))),
    "data in base64 that says it is JSON": good(
        lambda g: g.envelope(
            data=None, data_base64=in_base64(g), datacontenttype="application/json")),
    "data in base64 that is null": good(lambda g: g.envelope(data_base64=None)),
    "a sequence as a JSON integer": good(lambda g: g.envelope(sequence=g.sequence)),
    "leading zeros": good(lambda g: g.record(ce_sequence=b"00002")),
    "no content type": good(lambda g: g.record(content_type=None)),
    "a content type with a charset": good(
        lambda g: g.record(content_type=b"Application/JSON; charset=utf-8")),
    "a field that nobody knows": good(lambda g: g.but(more={"a": [1, {"b": None}]})),
    "a NUL in a field that nobody knows": good(lambda g: g.but(more="\x00", **{"\x00": 1})),
    "half a character in a field that nobody knows": good(lambda g: g.raw("more", HALF)),
    "half a character in a name that nobody knows": good(
        lambda g: g.raw("more", b"{" + HALF + b":1}")),
    "half a character in an envelope that nobody reads": good(lambda g: g.envelope(HALF, a=MARK)),
    "half a character in an envelope's data that nobody reads": good(
        lambda g: g.envelope(HALF, data=g.data | {"more": MARK})),
    "NaN as a word": good(lambda g: g.but(title="NaN and Infinity")),
    "the same teacher twice": good(lambda g: g.but(assigned_teachers=["T1", "T1", "T2"])),
    "a list of 1,000": good(lambda g: g.but(assigned_teachers=[f"T{n}" for n in range(1_000)])),
    "10,000 characters": good(lambda g: g.but(title="😀" * 10_000)),
    "control characters": good(lambda g: g.but(title="\x01\t\n\x7f\\")),
    "the greatest integer": good(lambda g: g.but(total_questions=2**31 - 1)),
    "a whole number with a fraction of zero": good(lambda g: g.raw("total_questions", b"10.0")),
    "a whole number with an exponent": good(lambda g: g.raw("duration_minutes", b"1e1")),
    "half points": good(lambda g: g.but(total_marks=7.5)),
    "an envelope's whole number with an exponent": good(
        lambda g: g.envelope(b"1e1", data=g.data | {"total_questions": MARK})),
    "an envelope's sequence with a fraction of zero": good(
        lambda g: g.envelope(b"%d.0" % g.sequence, sequence=MARK)),
    "the smallest score": good(lambda g: g.raw("score", b"5e-324"), RESULT),
    "a score below zero that is none": good(lambda g: g.raw("score", b"-0.0"), RESULT),
    "the greatest offset": good(lambda g: g.but(created_at="2026-01-01T00:00:00+23:59")),
    "the smallest offset": good(lambda g: g.but(created_at="2026-01-01t00:00:00.1234567-23:59")),
    "the earliest time": good(lambda g: g.but(created_at="0001-01-01T00:00:00Z")),
    "the latest time": good(lambda g: g.but(created_at="9999-12-31T23:59:59.9999999Z")),
    "a leap second": good(lambda g: g.but(created_at="2016-12-31T23:59:60Z")),
    "ce_time in the earliest second": good(lambda g: g.record(ce_time=b"0001-01-01T00:00:00Z")),
    "ce_time in a leap second": good(lambda g: g.record(ce_time=b"2016-12-31T18:59:60-05:00")),
    "an empty list": good(lambda g: g.but(competencies=[]), MISSION),
    "names of every sort in a map": good(
        lambda g: g.but(consents={"": True, "😀": False, '"\\': True}), STUDENT),
    "headers that nobody knows": good(lambda g: g.twice("trace", b"\xff")),
    "a header whose name is no UTF-8": good(lambda g: g.twice("gr\udcf6\udcdfe, found nowhere")),
    "a header without a value": good(lambda g: g.record(ce_traceparent=None)),
    "a version that nobody knows": good(
        lambda g: g.record(ce_type=b"exam.created.v2")._replace(value=b"\xff")),
    "a verb that nobody knows": good(lambda g: g.record(ce_type=b"exam.sung.v1")),
    "an entity that nobody knows": Input(
        lambda g: g.record(ce_type=b"planet.seen.v1"), None, Place.LOST),
    "a type of no form": Input(lambda g: g.record(ce_type="Prüfung".encode()), None, Place.LOST),
}  # fmt: skip
INPUTS: dict[str, Input] = {
    **bad_input.ALL, **MISSING, **DOUBLED, **BINARY, **SEQUENCES, **ENVELOPES, **GOOD,
}  # fmt: skip
