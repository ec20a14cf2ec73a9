"""`homeroom kit check` says of a real topic what is wrong with its events, and where."""

import asyncio
import itertools
import json
import signal
import subprocess
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson
import pytest
from aiokafka import AIOKafkaProducer

from homeroom.engine.ordering.rule import resolve
from homeroom.local.components import Components
from homeroom.operations.topic_check import judge as judging
from homeroom.operations.topic_check.findings import FaultKind
from homeroom.operations.topic_check.judge import TopicJudge
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options, partition_of
from tests.support.commands import homeroom, start
from tests.support.feed import record
from tests.support.ingesting import PARTITIONS, event, make_topics
from tests.support.strength import at_full_strength
from tests.support.waiting import wait_for


class Sent(NamedTuple):
    """A record to publish. ``key`` and ``partition``: others than those that it should have."""

    event: dict[str, Any]
    key: bytes | None = None
    partition: int | None = None
    value: bytes | None = None


@pytest.fixture
def settings(components: Components, topic_prefix: str) -> Settings:
    """No database is needed."""
    brokers = components.kafka_bootstrap_servers
    settings = Settings(kafka_bootstrap_servers=brokers, topic_prefix=topic_prefix)
    asyncio.run(make_topics(settings, "people"))
    return settings


def publish(settings: Settings, *records: Sent) -> list[str]:
    """Publishes them one after the other; returns where each is, as `partition:offset`."""
    return asyncio.run(_publish(settings, records))


async def _publish(settings: Settings, records: tuple[Sent, ...]) -> list[str]:
    places = []
    async with AIOKafkaProducer(**client_options(settings)) as producer:
        for sent in records:
            key = sent.event["subject"].encode() if sent.key is None else sent.key
            value = orjson.dumps(sent.event["data"]) if sent.value is None else sent.value
            partition = partition_of(key, PARTITIONS) if sent.partition is None else sent.partition
            headers = [(f"ce_{n}", v.encode()) for n, v in sent.event.items() if n != "data"]
            made = await producer.send_and_wait(
                f"{settings.topic_prefix}people", value, key, partition, headers=headers
            )
            places.append(f"{made.partition}:{made.offset}")
    return places


def check(settings: Settings, *options: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the report."""
    done = homeroom(settings, "kit", "check", "--topic", "people", "--json", *options)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def found(report: dict[str, Any]) -> dict[str, tuple[int, list[str]]]:
    """How often each kind was found, and where its examples are."""
    return {
        finding["kind"]: (
            finding["count"],
            [f"{one['partition']}:{one['offset']}" for one in finding["examples"]],
        )
        for finding in report["findings"]
    }


def test_a_topic_in_order_has_nothing_odd(settings: Settings) -> None:
    publish(settings, *(Sent(event(f"T-{n}", k)) for k in (1, 2, 3) for n in range(5)))
    code, report = check(settings)
    assert (code, report["findings"]) == (0, [])
    assert (report["records"], report["events"], report["subjects"]) == (15, 15, 5)
    done = homeroom(settings, "kit", "check", "--topic", "people")
    assert done.stdout == (
        "people: 15 records in 3 partitions, 15 events of 5 subjects, of which 0 wait.\n"
        "Nothing is odd.\n"
    )


def test_each_mistake_is_counted_and_shown(settings: Settings) -> None:
    def another(subject: str, number: int, **data: Any) -> dict[str, Any]:
        one = event(subject, number)
        return one | {"data": one["data"] | data}

    right = partition_of(b"T-elsewhere", PARTITIONS)
    exam = event("E-1", type="exam.deleted.v1", data={"exam_id": "E-1"})
    records = {
        "not_an_event": [Sent({n: v for n, v in event("T-1").items() if n != "id"})],
        "wrong_topic": [Sent(exam)],
        "wrong_key": [Sent(event("T-key"), key=b"another")],
        "invalid_data": [Sent(another("T-data", 1, name=7)), Sent(event("T-json"), value=b"{")],
        "no_first_event": [Sent(event("T-first", 1, type="teacher.updated.v1"))],
        "unknown_type": [Sent(event("T-type", 1, type="teacher.registred.v1"))],
        "partitioner": [Sent(event("T-elsewhere"), partition=(right + 1) % PARTITIONS)],
        "unknown_field": [Sent(another("T-field", 1, nick="A", naem="B"))],
        "duplicate": [Sent(event("T-again"))],
        "conflict": [
            Sent(another("T-again", 1, name="Bea")),
            Sent(event("T-again", 2, id="other")),
            Sent(event("T-again", 5, id="other")),
        ],
    }
    publish(settings, *(Sent(event("T-again", n)) for n in (1, 2, 5)))
    places = {kind: publish(settings, *some) for kind, some in records.items()}
    publish(settings, Sent(event("T-data", 2)), Sent(event("T-hole", 1)))
    ahead = publish(settings, *(Sent(event("T-hole", n)) for n in (4, 5, 7)))
    code, report = check(settings)
    assert code == 1
    told = found(report)
    # A number whose event is refused is no hole, though later events wait for it as well.
    count, where = told.pop("hole")
    assert count == 2 + 3
    assert ahead[0] in where
    details = {
        finding["kind"]: [one["detail"] for one in finding["examples"]]
        for finding in report["findings"]
    }
    assert "2 to 3, 6 of teacher T-hole is missing; events that wait: 3." in details["hole"]
    unknown = told.pop("unknown_type")
    assert unknown[0] == 2
    assert places["unknown_type"][0] in unknown[1]
    assert "Did you mean `teacher.registered.v1`?" in details["unknown_type"][0]
    # Partitions are read side by side.
    count, where = told.pop("unknown_field")
    assert (count, sorted(where)) == (2, sorted(places["unknown_field"]))
    assert "naem. Did you mean `name`?" in details["unknown_field"][0]
    for kind, (count, where) in told.items():
        assert (count, sorted(where)) == (len(where), sorted(places[kind])), kind
    assert {*told} | {"unknown_type", "unknown_field"} == {*places}
    assert report["waiting"] == 1 + 1 + 3
    shown = homeroom(settings, "kit", "check", "--topic", "people", "--examples", "1")
    assert shown.returncode == 1
    assert "Events with a number that another event of their subject has: 3 (conflict, wrong)" in (
        shown.stdout
    )
    assert f"  at {places['conflict'][0]} T-again: " in shown.stdout


@at_full_strength
def test_what_is_odd_and_harmless_is_wrong_only_where_that_is_asked_for(settings: Settings) -> None:
    publish(settings, *[Sent(event("T-twice"))] * 2)
    code, report = check(settings)
    assert (code, report["wrong"], [*found(report)]) == (0, False, ["duplicate"])
    assert check(settings, "--strict")[0] == 1


def test_in_a_sparse_topic_numbers_may_be_left_out(settings: Settings) -> None:
    publish(settings, *(Sent(event("T-sparse", n)) for n in (1, 7, 7, 3)))
    publish(settings, Sent(event("T-sparse", 7, id="other")))
    sparse = settings.model_copy(update={"sparse_topics": "people"})
    code, report = check(sparse)
    assert code == 1
    assert {kind: count for kind, (count, _) in found(report).items()} == {
        "duplicate": 1,
        "conflict": 2,
    }


def test_an_unknown_topic_is_named(settings: Settings) -> None:
    done = homeroom(settings, "kit", "check", "--topic", "poeple")
    assert done.returncode == 1
    assert "Did you mean `people`?" in done.stderr
    done = homeroom(settings, "kit", "check", "--topic", "exams")
    assert done.returncode == 1
    assert f"Kafka has no topic {settings.topic_prefix}exams" in done.stderr


@pytest.fixture
def watching(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    arguments = ("kit", "check", "--topic", "people", "--follow")
    process = start(settings, *arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    yield process
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_what_comes_is_watched_until_ctrl_c(
    settings: Settings, watching: subprocess.Popen[str]
) -> None:
    """Which event is the first that it sees, nobody knows; so more and more come."""
    assert watching.stdout is not None
    lines: list[str] = []
    numbers = iter(range(1, 10_000))

    def seen() -> bool:
        number = next(numbers)
        publish(settings, Sent(event(f"T-{number}", 3, data={})))
        code = watching.poll()
        assert code is None, code
        return bool(select_line(watching, lines))

    wait_for(seen)
    assert lines[0].startswith("invalid_data at ")
    watching.send_signal(signal.SIGINT)
    rest = watching.stdout.read()
    assert watching.wait() == 1
    assert "What was there before was not read" in rest
    assert "(invalid_data, wrong)" in rest


def select_line(process: subprocess.Popen[str], lines: list[str]) -> list[str]:
    """The lines so far, with the next one if there is one already."""
    import select

    assert process.stdout is not None
    if select.select([process.stdout], [], [], 0)[0]:
        lines.append(process.stdout.readline())
    return lines


@at_full_strength
def test_watching_ends_when_its_time_is_over(settings: Settings) -> None:
    publish(settings, Sent(event("T-before", 1)), Sent(event("T-before", 3)))
    code, report = check(settings, "--seconds", "0")
    assert (code, report["records"], report["whole"]) == (0, 0, False)
    code, report = check(settings, "--seconds", "0.1", "--from-start")
    assert (code, report["records"], [*found(report)]) == (1, 2, ["hole"])


def test_what_waits_behind_a_hole_is_not_looked_at_for_each_event(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at = 0

    def counted(subject: Any, waiting: Any, *more: Any) -> Any:
        nonlocal looked_at
        looked_at += len(waiting)
        return resolve(subject, waiting, *more)

    def see(sequence: int, verb: str = "updated") -> None:
        data = {"teacher_id": "T1", "name": "Ada", "email": None, "organization_id": None}
        found = record("people", f"teacher.{verb}.v1", "T1", sequence, data)
        judge.see(found._replace(offset=next(offsets)))

    monkeypatch.setattr(judging, "resolve", counted)
    offsets = itertools.count()
    judge = TopicJudge(read_model(Settings()).catalog, "people", 1, whole=True)
    see(1, "registered")
    for _ in range(2):
        for sequence in range(3, 200):
            see(sequence)
    findings = {one.kind: one.count for one in judge.report().findings}
    assert findings == {FaultKind.HOLE: 1, FaultKind.DUPLICATE: 197}
    assert judge.report().waiting == 197
    see(2)
    see(2)
    findings = {one.kind: one.count for one in judge.report().findings}
    assert findings == {FaultKind.DUPLICATE: 198}
    assert judge.report().waiting == 0
    assert looked_at == 197
