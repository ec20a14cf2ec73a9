"""Random histories without gaps, full of values that a way through texts may break."""

import json
import random
from collections.abc import Iterator
from typing import Any

from homeroom.engine.log.records import StoredRecord
from tests.flink.feeding import structured
from tests.model.contract import BY_ENTITY, Type
from tests.property.histories import PARTITIONS, SUBJECTS, TOO_EARLY, data_of
from tests.support.feed import record

PIECES = (
    '"', "\\", "\\n", "\n", "\t", "\r", "\b", "\f", "\x01", "\x1f", "\\u0001", "\\\\u0002", "\x7f",
    "a", ",", "{}", "{", "}", "[", "]", "NULL", "null", "'", "''", ":", "=", " ", "😀", "é",
    "\u2028", "\ufeff", "%", "_", "$", "\\t", "true", "0000000000000000001=",
)  # fmt: skip
NUMBERS = (0, 0.1, 1 / 3, 33.333333333333336, 66.67, 99.99999999999999, 100, 100.0, 1e-7, 0.07)
TIMES = (
    "2026-03-01T09:05:00Z", "2026-03-01T09:05:00.1Z", "2026-03-01T09:05:00.123456789Z",
    "2026-03-01t23:59:59.999999+14:00", "2026-02-28T23:59:59-11:30", "2016-12-31T23:59:60Z",
"0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z",
    "2024-02-29T00:00:00z",
)  # fmt: skip


def history(seed: int, *, rounds: int = 5, bad: float = 0.15) -> list[StoredRecord]:
    """Good events of every subject, each number once, and what is passed over or is no event.

    ``bad``: of how many there is one that cannot be read before.
    """
    rng = random.Random(seed)
    return [r for subject in SUBJECTS if subject != TOO_EARLY
            for r in _of_subject(*subject, rng.randrange(rounds), bad, rng)]  # fmt: skip


def _of_subject(
    entity: str, key: str, further: int, bad: float, rng: random.Random
) -> Iterator[StoredRecord]:
    types = BY_ENTITY[entity]
    for number in range(1, further + 2):
        type_ = types[0] if number == 1 else rng.choice(types)
        made = _made(type_, key, number, rng)
        if number > 1 and rng.random() < 0.1:
            # A version that nobody knows yet takes a number, and changes nothing.
            yield _headed(made, "ce_type", f"{type_.name[:-1]}9".encode())
            continue
        if rng.random() < bad:
            yield _bad(made, rng)
        yield structured(made) if rng.random() < 0.2 else made


def _made(type_: Type, key: str, number: int, rng: random.Random) -> StoredRecord:
    data = data_of(type_, key, rng)
    for field in type_.fields:
        if data[field.name] is not None:
            data[field.name] = _odd(field.kind, data[field.name], rng)
    if type_.entity == "assessment":
        data["score"] = min(data["score"], data["max_score"])
    value = json.dumps(data, ensure_ascii=rng.random() < 0.5).encode()
    return record(
        type_.topic, type_.name, key, number, value, partition=rng.randrange(PARTITIONS),
        time=rng.choice(TIMES), timestamp=1_774_699_200_000,
    )  # fmt: skip


def _odd(kind: str, usual: Any, rng: random.Random) -> Any:
    if kind == "text" and rng.random() < 0.6:
        return _text(rng)
    if kind == "texts":
        return [_text(rng) for _ in range(rng.randrange(4))]
    if kind == "flags":
        return {_text(rng): rng.random() < 0.5 for _ in range(rng.randrange(3))}
    if kind == "score":
        return rng.choice(NUMBERS)
    return rng.choice(TIMES) if kind == "time" and rng.random() < 0.5 else usual


def _text(rng: random.Random) -> str:
    return "".join(rng.choice(PIECES) for _ in range(rng.randrange(6)))


def _bad(good: StoredRecord, rng: random.Random) -> StoredRecord:
    """The same number in a record that is no event: what comes in its place counts."""
    data = json.loads(good.value or b"{}")
    return rng.choice((
        good._replace(value=b"[]"), good._replace(value=b'{"x":'), good._replace(value=None),
        good._replace(value=b"{}"), good._replace(key=b"C9"), good._replace(key=None),
        _headed(good, "ce_time", b"2026-02-30T00:00:00Z"), _headed(good, "ce_sequence", b"1.5"),
        _headed(good, "ce_specversion", b"0.3"), _headed(good, "content-type", b"text/plain"),
        _headed(good, "ce_id", b"\xff"),
        good._replace(value=json.dumps({**data, **_broken(data, rng)}).encode()),
    ))  # fmt: skip


def _broken(data: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The key, made another one."""
    name = rng.choice([n for n in data if n.endswith("_id")][:1])
    return {name: "x" * 65}


def _headed(given: StoredRecord, name: str, value: bytes) -> StoredRecord:
    return given._replace(headers=tuple((n, value if n == name else v) for n, v in given.headers))
