"""Kinds of input that are wrong, or only look wrong, and what becomes of each.

Each is what a publisher sends as a subject's second event.
"""

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

import orjson

from homeroom.engine.log.records import StoredRecord
from tests.support.good_input import BANK, EXAM, MISSION, RESULT, STUDENT, Good, Kind

HALF = b'"\\ud83d"'
FOREVER = b"9" * 5_000


class Place(Enum):
    """What becomes of the place of the record in its subject's sequence."""

    TAKEN = "applied or passed over: later events go on"
    KEPT = "a letter's own: later events wait behind it"
    LOST = "not read in the record: later events wait behind a hole"


class Input(NamedTuple):
    """A kind of input. ``told``: what its letter's detail must say; no ``reason``: no letter."""

    make: Callable[[Good], StoredRecord]
    reason: str | None
    place: Place
    told: tuple[str, ...] = ()
    kind: Kind = EXAM


def invalid(make: Callable[[Good], StoredRecord], *told: str, kind: Kind = EXAM) -> Input:
    return Input(make, "invalid_data", Place.KEPT, told, kind)


def mismatch(make: Callable[[Good], StoredRecord], *told: str, place: Place = Place.KEPT) -> Input:
    return Input(make, "key_mismatch", place, (*told, "must be equal"))


def kept(make: Callable[[Good], StoredRecord], *told: str) -> Input:
    """No event, at a place that can be read all the same."""
    return Input(make, "not_an_event", Place.KEPT, told)


def lost(make: Callable[[Good], StoredRecord], *told: str, kind: Kind = EXAM) -> Input:
    """No event, and nobody knows where it would have stood."""
    return Input(make, "not_an_event", Place.LOST, told, kind)


def good(make: Callable[[Good], StoredRecord], kind: Kind = EXAM) -> Input:
    return Input(make, None, Place.TAKEN, (), kind)


BYTES = {
    "bytes that are no UTF-8": invalid(lambda g: g.value(b"\xff\xfe\x00"), "JSON"),
    "bytes that are no UTF-8 within a text": invalid(lambda g: g.raw("title", b'"\xe9"'), "JSON"),
    "UTF-16": invalid(
        lambda g: g.value(orjson.dumps(g.data).decode().encode("utf-16")), "UTF-16 (FF FE)"
    ),
    "UTF-16 without a mark": invalid(
        lambda g: g.value(orjson.dumps(g.data).decode().encode("utf-16-be")), "looks like UTF-16"
    ),
    "UTF-32": invalid(
        lambda g: g.value(orjson.dumps(g.data).decode().encode("utf-32")), "UTF-32 (FF FE 00 00)"
    ),
    "a schema registry's bytes": invalid(
        lambda g: g.value(b"\x00\x00\x00\x01\x02" + orjson.dumps(g.data)),
        "schema registry",
        "(schema 258)",
        "JSON alone",
    ),
    "gzip": invalid(lambda g: g.value(b"\x1f\x8b\x08\x00"), "gzip", "let the producer"),
    "a byte order mark": invalid(
        lambda g: g.value(b"\xef\xbb\xbf" + orjson.dumps(g.data)),
        "a byte order mark (EF BB BF)",
        "JSON without it",
    ),
    "bytes that are no JSON": invalid(lambda g: g.value(b"{oops"), "JSON", "line 1 column 2"),
    "JSON that ends early": invalid(lambda g: g.value(orjson.dumps(g.data)[:-9]), "JSON", "EOF"),
    "two JSON values": invalid(lambda g: g.value(b"{}{}"), "JSON", "trailing"),
    "no bytes": invalid(lambda g: g.value(b""), "not JSON", "It is empty"),
    "a tombstone": invalid(lambda g: g.value(None), "no data", "tombstone", "is needed"),
    "a list": invalid(lambda g: g.value(b"[]"), "data: ", "an object", "found a list"),
    "a text": invalid(lambda g: g.value(b'"exam"'), "data: ", "an object", 'found "exam"'),
    "a number": invalid(lambda g: g.value(b"7"), "data: ", "an object", "found 7"),
    "null": invalid(lambda g: g.value(b"null"), "data: ", "an object", "found null"),
    "deep nesting": invalid(lambda g: g.raw("more", b"[" * 5_000 + b"]" * 5_000), "recursion"),
    "bottomless nesting": invalid(lambda g: g.value(b"[" * 1_000_000), "recursion"),
    "NaN": invalid(lambda g: g.raw("total_marks", b"NaN"), "not JSON"),
    "NaN in a field that is ignored": invalid(lambda g: g.raw("more", b"NaN"), "not JSON"),
    "Infinity": invalid(lambda g: g.raw("score", b"Infinity"), "not JSON", kind=RESULT),
    "minus Infinity": invalid(lambda g: g.raw("total_marks", b"-Infinity"), "not JSON"),
}
TEXTS = {
    "a NUL in a text": invalid(lambda g: g.but(title="a\x00b"), "data.title", "no NUL"),
    "half a character in a text": invalid(
        lambda g: g.raw("title", HALF), "data.title", "no half of a surrogate pair"),
    "a NUL in a map's name": invalid(
        lambda g: g.but(consents={"a\x00b": True}), "data.consents.a", "no NUL", kind=STUDENT),
    "half a character in a map's name": invalid(
        lambda g: g.raw("consents", b"{" + HALF + b":true}"),
        "data.consents", "no half of a surrogate pair", kind=STUDENT),
    "a NUL in a list's text": invalid(
        lambda g: g.but(competencies=["a", "\x00"]), "data.competencies.1", "no NUL", kind=MISSION),
    "half a character in a list's text": invalid(
        lambda g: g.raw("competencies", b"[" + HALF + b"]"),
        "data.competencies.0", "no half of a surrogate pair", kind=MISSION),
    "a NUL in an id": invalid(
        lambda g: g.but(created_by="T\x001"), "data.created_by", "A-Z a-z 0-9 _ -", "T\\u00001"),
    "a NUL in a word": invalid(lambda g: g.but(kind="exam\x00"), "data.kind", "'exam' or 'quiz'"),
    "a number in place of a text": invalid(
        lambda g: g.but(title=5), "data.title", "valid string", "found 5"),
    "null in place of a text": invalid(
        lambda g: g.but(title=None), "data.title", "valid string", "found null"),
    "10,001 characters": invalid(
        lambda g: g.but(title="x" * 10_001), "data.title", "at most 10000 characters"),
    "a left-out field": invalid(lambda g: g.without("class_id"), "data.class_id", "required"),
    "no fields at all": invalid(lambda g: g.value(b"{}"), "data.exam_id", "data.title", "required"),
    "an id of 65 characters": invalid(
        lambda g: g.but(created_by="x" * 65), "data.created_by", "1 to 64 characters", "xxx"),
    "an empty id": invalid(lambda g: g.but(created_by=""), "data.created_by", "1 to 64", '""'),
    "an id with odd characters": invalid(
        lambda g: g.but(created_by="Tür 1"), "data.created_by", "A-Z a-z 0-9 _ -", '"Tür 1"'),
    "an id that ends a line": invalid(
        lambda g: g.but(created_by="T1\n"), "data.created_by", "A-Z a-z 0-9 _ -", '"T1\\n"'),
    "a number in place of an id": invalid(
        lambda g: g.but(created_by=1), "data.created_by", "valid string", "found 1"),
    "a word that is not offered": invalid(
        lambda g: g.but(kind="oral"), "data.kind", "'exam' or 'quiz'", 'found "oral"'),
    "another word that is not offered": invalid(
        lambda g: g.but(status="Active"), "data.status", "'archived'", '"Active"', kind=BANK),
    "a number in place of a word": invalid(
        lambda g: g.but(difficulty=1), "data.difficulty", "'beginner'", "found 1", kind=MISSION),
}  # fmt: skip
NUMBERS = {
    "an integer beyond 32 bits": invalid(
        lambda g: g.but(total_questions=2**31), "data.total_questions", "2147483647", "2147483648"),
    "a count below 0": invalid(
        lambda g: g.but(total_questions=-1), "data.total_questions", "from 0", "found -1"),
    "minutes below 0": invalid(
        lambda g: g.but(duration_minutes=-100), "data.duration_minutes", "from 0", "found -100"),
    "an integer beyond 64 bits": invalid(
        lambda g: g.but(total_questions=2**64 - 1), "data.total_questions", "2147483647"),
    "an integer of 400 digits": invalid(
        lambda g: g.raw("total_questions", b"9" * 400), "data.total_questions", "2147483647"),
    "an integer of 5,000 digits": invalid(
        lambda g: g.raw("total_questions", FOREVER), "JSON", "out of range"),
    "a fraction in place of an integer": invalid(
        lambda g: g.but(total_questions=1.5), "data.total_questions", "whole number", "found 1.5"),
    "a text in place of an integer": invalid(
        lambda g: g.but(total_questions="100"), "data.total_questions", "whole number", '"100"'),
    "a boolean in place of an integer": invalid(
        lambda g: g.but(total_questions=True), "data.total_questions", "whole number", "true"),
    "marks below 0": invalid(
        lambda g: g.but(total_marks=-0.5), "data.total_marks", "0", "found -0.5"),
    "marks beyond 32 bits": invalid(
        lambda g: g.but(total_marks=2**31), "data.total_marks", "2147483647", "found 2147483648"),
    "marks with three decimals": invalid(
        lambda g: g.but(total_marks=7.125), "data.total_marks", "two decimals", "found 7.125"),
    "a text in place of marks": invalid(
        lambda g: g.but(total_marks="7.5"), "data.total_marks", "valid number", 'found "7.5"'),
    "a score above 100": invalid(
        lambda g: g.but(score=100.5), "data.score", "100", "found 100.5", kind=RESULT),
    "a score below 0": invalid(
        lambda g: g.but(score=-0.01), "data.score", "0", "found -0.01", kind=RESULT),
    "a score beyond all numbers": invalid(
        lambda g: g.raw("score", b"1e400"), "data.score", "finite", kind=RESULT),
    "a text in place of a score": invalid(
        lambda g: g.but(score="80"), "data.score", "valid number", 'found "80"', kind=RESULT),
    "a boolean in place of a score": invalid(
        lambda g: g.but(score=True), "data.score", "valid number", "found true", kind=RESULT),
    "a number in place of a boolean": invalid(
        lambda g: g.but(consents={"a": 1}), "data.consents.a", "boolean", "found 1", kind=STUDENT),
    "null in place of a boolean": invalid(
        lambda g: g.but(consents={"a": None}), "data.consents.a", "boolean", "null", kind=STUDENT),
}  # fmt: skip
TIMES = {
    f"the time {text}": invalid(
        lambda g, text=text: g.but(created_at=text), "data.created_at", needed, f'found "{text}"')
    for text, needed in {
        "0000-01-01T00:00:00Z": "0001 to 9999",
        "0001-01-01T00:00:00+01:00": "a time that exists",
        "9999-12-31T23:59:59-01:00": "0001 to 9999 in UTC",
        "10000-01-01T00:00:00Z": "RFC 3339",
        "2026-02-30T00:00:00Z": "a time that exists",
        "2026-01-01T24:00:00Z": "RFC 3339",
        "2016-12-31T22:59:60Z": "a time that exists",
        "2026-01-01T00:00:00+24:00": "RFC 3339",
        "2026-01-01T00:00:00": "with an offset",
        "2026-01-01": "RFC 3339",
        "yesterday": "RFC 3339",
        "": "RFC 3339",
    }.items()
} | {
    "a number in place of a time": invalid(
        lambda g: g.but(created_at=1_767_225_600), "data.created_at", "RFC 3339", "1767225600"),
}  # fmt: skip
LISTS = {
    "a list of 1,001": invalid(
        lambda g: g.but(assigned_teachers=["T1"] * 1_001), "data.assigned_teachers", "1000"),
    "a list of 100,000": invalid(
        lambda g: g.but(assigned_teachers=["T1"] * 100_000),
        "data.assigned_teachers", "at most 1000", "100000"),
    "a map of 1,001": invalid(
        lambda g: g.but(consents={str(n): True for n in range(1_001)}),
        "data.consents", "at most 1000", kind=STUDENT),
    "null in a list": invalid(
        lambda g: g.but(assigned_teachers=["T1", None]),
        "data.assigned_teachers.1", "valid string", "found null"),
    "an odd id in a list": invalid(
        lambda g: g.but(assigned_teachers=["T 1"]), "data.assigned_teachers.0", '"T 1"'),
    "an object in place of a list": invalid(
        lambda g: g.but(assigned_teachers={}), "data.assigned_teachers", "array", "an object"),
    "a list in place of a map": invalid(
        lambda g: g.but(consents=[]), "data.consents", "an object", "found a list", kind=STUDENT),
    "null in place of a map": invalid(
        lambda g: g.but(consents=None), "data.consents", "an object", "found null", kind=STUDENT),
}  # fmt: skip
KEYS = {
    "no key": mismatch(lambda g: g.keyed(None), "record's key is null", "subject"),
    "an empty key": mismatch(lambda g: g.keyed(b""), "record's key is b''", "subject"),
    "another key": mismatch(lambda g: g.keyed(b"K2"), "record's key is b'K2'", "subject"),
    "a binary key": mismatch(lambda g: g.keyed(b"\xff\x00"), "key is b'\\xff\\x00'", "subject"),
    "a key in other letters": mismatch(lambda g: g.keyed(g.key.lower().encode()), "record's key"),
    "another key in the data": mismatch(
        lambda g: g.but(exam_id="K2"), "data's key (exam_id) is 'K2'", "subject"),
    "a subject with too many parts": mismatch(
        lambda g: g.about(f"{g.key}/S1"), "data's key (exam_id)", "/S1'", place=Place.LOST),
    "a subject that ends in a slash": mismatch(
        lambda g: g.about(f"{g.key}/"), "data's key (exam_id)", "/'", place=Place.LOST),
    "a subject of 65 characters": mismatch(
        lambda g: g.about("x" * 65), "data's key (exam_id)", "xxx", place=Place.LOST),
    "a subject with odd characters": mismatch(
        lambda g: g.about("Tür 1"), "data's key (exam_id)", "'Tür 1'", place=Place.LOST),
    "a subject with a NUL": mismatch(
        lambda g: g.about("K\x001"), "data's key (exam_id)", "'K\\x001'", place=Place.LOST),
    "a subject with too few parts": Input(
        lambda g: g.about(g.key), "key_mismatch", Place.LOST,
        ("data's key (exam_id/student_id)", "must be equal"), RESULT),
    "a known type on another topic": Input(
        lambda g: g.record()._replace(topic="people"), "wrong_topic", Place.LOST,
        ("exam.created.v1 belongs to the topic", "exams", "not to", "people")),
}  # fmt: skip
ALL = {**BYTES, **TEXTS, **NUMBERS, **TIMES, **LISTS, **KEYS}
