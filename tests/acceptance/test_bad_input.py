"""Whatever is published, it holds up no subject but its own, and no worker."""

import asyncio
import json
import signal
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from homeroom.engine.log.records import StoredRecord
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.acceptance.bad_histories import HISTORIES, WHOLE, Left
from tests.support.bad_envelopes import INPUTS
from tests.support.commands import STOP_SECONDS, Tables, running, succeed
from tests.support.feed import record
from tests.support.good_input import KINDS, Good
from tests.support.raw_names import has_raw_names, send_raw

Position = tuple[str, int, int]


@dataclass(frozen=True)
class Run:
    """One run of a worker over all histories: where they stand, and what became of the worker."""

    positions: dict[str, set[Position]]
    alive: bool
    exit_code: int
    said: list[dict[str, Any]]


def good(name: str) -> Good:
    """The subject of a history."""
    return Good(HISTORIES[name].kind, f"K{list(HISTORIES).index(name)}")


def teacher(key: str, sequence: int) -> StoredRecord:
    """An event of another subject, between all that is bad."""
    verb = "updated" if sequence > 1 else "registered"
    data = {"teacher_id": key, "name": f"Ada {sequence}", "email": None, "organization_id": None}
    return record("people", f"teacher.{verb}.v1", key, sequence, data)


def turns() -> Iterator[tuple[str, StoredRecord]]:
    """All records in the order of publishing: every subject's first, every subject's second, …"""
    histories = {name: history.records(good(name)) for name, history in HISTORIES.items()}
    for number, turn in enumerate(zip_longest(*histories.values()), start=1):
        for name, made in zip(histories, turn, strict=True):
            if made is not None:
                yield name, made
            yield "", teacher(f"T-{good(name).key}", number)


TURNS = max(len(history.records(good(name))) for name, history in HISTORIES.items())


async def send(
    producer: AIOKafkaProducer, topic: str, partition: int, made: StoredRecord
) -> "asyncio.Future[Any]":
    if has_raw_names(made):
        return await send_raw(producer, topic, partition, made)
    headers = list(made.headers)
    return await producer.send(topic, made.value, made.key, partition, headers=headers)


async def publish(settings: Settings) -> dict[str, set[Position]]:
    """Publishes every record as it is, a subject in one partition; where each history stands."""
    sent = []
    async with AIOKafkaProducer(**client_options(settings), max_request_size=2**21) as producer:
        for name, made in turns():
            to = settings.topic_prefix + made.topic, len(name) % settings.topic_partitions
            sent.append((name, await send(producer, *to, made)))
        positions: dict[str, set[Position]] = defaultdict(set)
        for name, future in sent:
            where = await future
            positions[name].add((where.topic, where.partition, where.offset))
    return positions


@pytest.fixture(scope="module")
def run(prepared: Settings, tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Run:
    log = tmp_path_factory.mktemp("worker") / "log"
    # Batches are halved again and again here; on a machine with much to do that takes its time.
    patient = prepared.model_copy(update={"session_timeout_seconds": 120})
    with log.open("w") as file, running(patient, "worker", log=file) as worker:
        positions = asyncio.run(publish(prepared))
        tables.wait_until_applied(sum(map(len, positions.values())))
        alive = worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        return Run(positions, alive, worker.wait(STOP_SECONDS), lines(log))


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def by_subject(tables: Tables, table: str, columns: str) -> dict[tuple[str, str], list[Any]]:
    """The rows of one of the tables beside the entities."""
    found = defaultdict(list)
    for entity, key, *values in tables.rows(table, f"entity, key, {columns}"):
        found[entity, key].append(tuple(values))
    return found


def reached(tables: Tables) -> dict[tuple[str, str], int]:
    """The sequence of every row."""
    found = {}
    for kind in KINDS:
        for *key, sequence in tables.rows(kind.entity, ", ".join((*kind.key, "sequence"))):
            found[kind.entity, "/".join(key)] = sequence
    return found


def test_every_kind_ends_as_its_letter_or_as_what_it_is_and_its_place_is_kept(
    run: Run, tables: Tables
) -> None:
    """Letters, what waits behind them, holes and marks of incomplete rows, of each history."""
    sequences = reached(tables)
    waiting = by_subject(tables, "waiting", "sequence")
    holes = by_subject(tables, "gaps", "first_sequence, last_sequence, waiting")
    incomplete = by_subject(tables, "incomplete", "has_row")
    letters = letters_by_history(run, tables)
    wrong = {}
    for name, history in HISTORIES.items():
        subject = good(name).place[:2]
        found = Left(
            sequences.get(subject, 0),
            tuple(sorted((letter[:3] for letter in letters[name]), key=str)),
            tuple(sequence for (sequence,) in waiting[subject]),
            tuple((first, last) for first, last, _ in holes[subject]),
        )
        marked = [(bool(found.reached),)] if history.left.incomplete else []
        if found != history.left or incomplete[subject] != marked:
            wrong[name] = (found, incomplete[subject])
    assert wrong == {}
    assert sum(map(len, letters.values())) == len(tables.rows("dead_letters"))


def letters_by_history(run: Run, tables: Tables) -> dict[str, list[tuple[Any, ...]]]:
    """Reason, place, as what it is closed, and detail of each letter."""
    names = {at: name for name, positions in run.positions.items() for at in positions}
    found = defaultdict(list)
    for *at, reason, sequence, closed_as, detail in tables.rows(
        "dead_letters", "topic, partition, offset, reason, sequence, closed_as, detail"
    ):
        found[names[tuple(at)]].append((reason, sequence, closed_as, detail))
    return found


def test_every_letter_tells_its_publisher_what_is_wrong(run: Run, tables: Tables) -> None:
    letters = letters_by_history(run, tables)
    wrong = {
        (name, words): [letter[3] for letter in letters[name]]
        for name, history in HISTORIES.items()
        for words in history.told
        if not all(words in letter[3] for letter in letters[name])
    }
    assert wrong == {}
    assert all(letters[name] for name, given in INPUTS.items() if given.reason)
    assert letters[""] == []


def test_what_is_passed_over_is_counted(run: Run, tables: Tables, prepared: Settings) -> None:
    assert run.alive
    first_unknown = sum("unknown first" in name for name in WHOLE)
    exams = f"{prepared.topic_prefix}exams"
    assert tables.rows("passed_over", "topic, type, events") == [
        (exams, "Prüfung", 1),
        (exams, "exam.created.v2", 1),
        (exams, "exam.sung.v1", 1 + first_unknown),
        (exams, "planet.seen.v1", 1),
    ]


def test_every_other_subject_goes_on(run: Run, tables: Tables) -> None:
    assert run.alive
    taught = [("T-" + good(name).key, f"Ada {TURNS}", TURNS) for name in HISTORIES]
    assert tables.rows("teacher", "teacher_id, name, sequence") == sorted(taught)


def test_a_teacher_who_is_named_twice_counts_once(run: Run, tables: Tables) -> None:
    assert run.alive
    twice = good("a teacher named twice").key
    rows = tables.rows("teacher_exams", "exam_id, teacher_id")
    assert [row for row in rows if row[0] == twice] == [(twice, "T1"), (twice, "T2")]


def test_the_tables_equal_their_definitions(run: Run, prepared: Settings) -> None:
    assert run.alive
    succeed(prepared, "verify")


def test_the_worker_goes_on_without_a_restart_and_ends_when_told(run: Run) -> None:
    assert run.alive
    assert run.exit_code == 0
    events = [line["event"] for line in run.said]
    assert events.count("worker started") == 1
    assert {line["event"] for line in run.said if line["level"] != "info"} <= {
        # The test's was copied from another one.
        "database is a copy, or was promoted",
        "the owner's login is used",
        "dead letter", "more dead letters",
    }  # fmt: skip
