"""Records that are good but for a few changes, and records that are nothing at all."""

import json
from typing import Any

from hypothesis import strategies as st

from homeroom.engine.decoding.envelope import ATTRIBUTES
from homeroom.engine.log.records import StoredRecord
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.model.contract import TYPES
from tests.support.bad_envelopes import INPUTS
from tests.support.feed import record
from tests.support.good_input import KINDS, Good

CATALOG = read_model(Settings()).catalog
TOPICS = st.sampled_from(CATALOG.topics)
SUBJECTS = [f"K{number}" for number in range(9)]
# Fields that are stored under another name.
WIRE_NAMES = {
    (name, column): field
    for name, type_ in TYPES.items()
    for field, column in zip((f.name for f in type_.fields), type_.columns, strict=True)
}
# Few subjects and low numbers, so that records meet each other.
GOODS = st.builds(
    Good, st.sampled_from(KINDS), st.sampled_from(["K1", "K2", "-"]), st.integers(1, 5)
)

texts = st.text(max_size=20) | st.sampled_from(
    ["", "\x00", "a\x00b", "\ud83d", "\ude00x", "NaN", "\\u0000", "x" * 10_001, "K1", "K1/S1",
     "2026-01-02T03:04:05Z", "0001-01-01T00:00:00-23:59", "9999-12-31T23:59:59.999999+23:59",
     "2016-12-31T23:59:60Z", "1", "0", "exam.created.v1", "exam.x", "text/xml"]
)  # fmt: skip
numbers = st.integers() | st.floats() | st.sampled_from(
    [0, -0.0, 1, 100, 100.00000000000001, 5e-324, 1e308, 2**31, -(2**31), 2**63, 2**64, 10**400]
)  # fmt: skip
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
header_values = (
    st.none()
    | st.binary(max_size=40)
    | texts.map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.sampled_from([b"1.0", b"application/cloudevents+json", b"application/json", b"9" * 5_000])
)
names = st.sampled_from(
    ["content-type", "ce_traceparent", "\udcff", *(f"ce_{a}" for a in ATTRIBUTES)]
)
headers = st.lists(st.tuples(names | st.text(max_size=8), header_values), max_size=12)
timestamps = st.integers(-(2**63), 2**63 - 1)
keys = st.none() | st.binary(max_size=10) | st.sampled_from([b"K1", b"K1/S1", b"x" * 500])


def _json(value: Any) -> bytes:
    """JSON, and NaN, Infinity and half characters as careless publishers write them."""
    return json.dumps(value).encode()


nothing = st.builds(
    StoredRecord, TOPICS, st.just(0), st.just(0), timestamps, keys,
    st.none() | st.binary(max_size=60) | values.map(_json), headers.map(tuple),
)  # fmt: skip


times = st.builds(
    "{}-{:02}-{:02}T{:02}:{}:{:02}{}".format,
    st.sampled_from(["0000", "0001", "2026", "9999"]), st.integers(1, 12), st.integers(2, 31),
    st.integers(0, 24), st.sampled_from(["00", "59"]), st.integers(0, 60),
    st.sampled_from(["Z", "z", ".1234567Z", "+23:59", "-23:59", "+16:00", "-15:59", "+24:00", ""]),
)  # fmt: skip
ids = st.sampled_from(["K1", "T1", "-", "x" * 64, "x" * 65, "T\x00", ""])
words = st.sampled_from(["exam", "draft", "beginner", "teacher", "exam\x00", "x", "free", "high",
                         "deadline"])  # fmt: skip
# For each type of column what it takes, and what is only just too much for it.
TYPED = {
    "text": texts,
    "text[]": st.lists(texts, max_size=3),
    "timestamptz": times,
    "numeric": numbers,
    "integer": numbers,
    "jsonb": st.dictionaries(texts, st.booleans(), max_size=3),
    'varchar(64) COLLATE "C"': ids,
    'varchar(64)[] COLLATE "C"': st.lists(ids, max_size=3),
    'varchar(32) COLLATE "C"': words,
    'varchar(3) COLLATE "C"': st.sampled_from(["EUR", "EURO", "eur", "E\x00R", ""]),
    'varchar(10) COLLATE "C"': st.sampled_from(["2026-01-02", "2026-02-30", "0000-01-01", "x", ""]),
    "boolean": st.booleans() | numbers,
}
TAME = {
    "text": "a", "text[]": ["a"], "timestamptz": "2026-01-02T03:04:05Z", "numeric": 1, "integer": 1,
    "jsonb": {"a": True}, 'varchar(64) COLLATE "C"': "T1", 'varchar(64)[] COLLATE "C"': ["T1"],
    'varchar(3) COLLATE "C"': "EUR", 'varchar(10) COLLATE "C"': "2026-01-02", "boolean": True,
}  # fmt: skip


@st.composite
def any_event(draw: st.DrawFn) -> StoredRecord:
    """An event of any type, good but for a field or two; most often its subject's first."""
    event_type = draw(st.sampled_from(CATALOG.event_types))
    entity = event_type.entity
    second = "2026-01-02" if entity.key_names[-1].endswith("_on") else "S1"
    subject = "/".join((draw(st.sampled_from(SUBJECTS)), second, "email")[: len(entity.key)])
    told = dict(zip(entity.key_names, subject.split("/"), strict=True))
    kinds = {column.name: column.sql_type for column in entity.columns}
    odd = draw(st.sets(st.sampled_from(event_type.fields), max_size=2))
    data = {
        WIRE_NAMES.get((event_type.name, name), name): draw(
            TYPED[kinds[name]] if name in odd else _tame(kinds[name])
        )
        for name in event_type.fields if name not in told
    }  # fmt: skip
    sequence = draw(st.sampled_from([1, 1, 1, 2]))
    return record(entity.topic, event_type.name, subject, sequence, _json(told | data))


def _tame(sql_type: str) -> st.SearchStrategy[Any]:
    return st.just(TAME[sql_type]) if sql_type in TAME else words


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in a value another may stand, at any depth."""
    found = [path]
    if isinstance(value, dict):
        for name, inner in value.items():
            found += _paths(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found += _paths(inner, (*path, number))
    return found


def _replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    changed = value.copy()
    changed[path[0]] = _replaced(value[path[0]], path[1:], by)
    return changed


@st.composite
def mutated_values(draw: st.DrawFn, good: StoredRecord) -> StoredRecord:
    """A value of the JSON replaced, a name added or one left out."""
    value = json.loads(good.value or b"{}")
    path = draw(st.sampled_from(_paths(value)))
    changed = _replaced(value, path, draw(values))
    if isinstance(changed, dict) and draw(st.booleans()):
        changed[draw(texts)] = draw(values)
    if isinstance(changed, dict) and changed and draw(st.booleans()):
        del changed[draw(st.sampled_from(sorted(changed)))]
    return good._replace(value=_json(changed))


@st.composite
def mutated_bytes(draw: st.DrawFn, good: StoredRecord) -> StoredRecord:
    """The value cut off, a byte of it changed, or some put in."""
    value = good.value or b""
    at = draw(st.integers(0, len(value)))
    put = draw(st.binary(max_size=4) | st.sampled_from([b"\\ud800", b"\\u0000", b"NaN", b"[" * 99]))
    rest = draw(st.sampled_from([value[at:], value[at + len(put) :], b""]))
    return good._replace(value=value[:at] + put + rest)


@st.composite
def mutated_headers(draw: st.DrawFn, good: StoredRecord) -> StoredRecord:
    """A header left out, doubled, changed or moved."""
    changed = list(good.headers)
    at = draw(st.integers(0, len(changed) - 1))
    name, value = changed[at]
    what = draw(st.sampled_from(["drop", "double", "replace", "rename", "move"]))
    if what == "drop":
        del changed[at]
    elif what == "double":
        changed.append((name, draw(st.just(value) | header_values)))
    elif what == "move":
        changed.reverse()
    else:
        changed[at] = (draw(names), value) if what == "rename" else (name, draw(header_values))
    return good._replace(headers=tuple(changed))


@st.composite
def mutated(draw: st.DrawFn) -> StoredRecord:
    """A good record in one of the two modes, with up to three things wrong."""
    good = draw(GOODS)
    made = draw(st.sampled_from([good.record(), good.envelope()]))
    made = made._replace(timestamp=draw(timestamps))
    for _ in range(draw(st.integers(0, 3))):
        how = draw(st.sampled_from([mutated_values, mutated_bytes, mutated_headers, None]))
        if how is None:
            made = made._replace(key=draw(keys), topic=draw(TOPICS))
        elif made.headers:
            made = _mutate(draw, how, made)
    return made


def _mutate(draw: st.DrawFn, how: Any, made: StoredRecord) -> StoredRecord:
    try:
        return draw(how(made))
    except (ValueError, RecursionError):
        # Not JSON any more: that is enough.
        return made


listed = st.builds(
    lambda given, key, sequence: given.make(Good(given.kind, key, sequence)),
    st.sampled_from(list(INPUTS.values())), st.sampled_from(SUBJECTS), st.integers(1, 2),
)  # fmt: skip
records = nothing | any_event() | any_event() | mutated() | mutated() | listed
