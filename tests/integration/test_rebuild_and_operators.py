"""What operators ask of a rebuild while it runs, and what becomes of what it decides."""

import asyncio
import contextlib
import re
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer

from homeroom import readmodel
from homeroom.cli import rebuild as commands
from homeroom.database import connect
from homeroom.engine.generations.generation import ReadModel, without_history
from homeroom.engine.generations.group import own_group
from homeroom.engine.generations.registry import stored_plan
from homeroom.engine.log.reader import Span
from homeroom.engine.log.records import Partition
from homeroom.errors import ConsumerStalled, NotLive, PositionLost, RebuildRefused
from homeroom.operations.generations import drop, remove
from homeroom.operations.migrating.topics import prepare_topics
from homeroom.operations.rebuilding import record, swapping
from homeroom.operations.rebuilding.automatic import rebuild_if_needed
from homeroom.operations.rebuilding.dry_run import dry_run
from homeroom.operations.rebuilding.rebuild import Agree, rebuild
from homeroom.operations.rebuilding.record import (
    ProgressListener,
    RebuildOptions,
    RebuildStatus,
    read_status,
)
from homeroom.operations.rebuilding.rollback import rollback
from homeroom.operations.rebuilding.whole_log import LogState, check_whole
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.errors import HomeroomError
from tests.property.memory_log import MemoryLog, read_from, unprefixed
from tests.support.commands import succeed
from tests.support.strength import at_full_strength, thinned
from tests.support.templates import prepare
from tests.support.terminal import on_terminal
from tests.support.waiting import wait_for, wait_for_async

from .test_dead_letters import registered, teacher
from .test_not_computable import LONG, NARROW, WIDE

RECORDS = [registered("T1"), teacher("T1", 2), registered("T2"), teacher("T2", 2, name=LONG)]


@pytest.fixture(autouse=True)
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A definition that PostgreSQL cannot compute leads through every phase."""
    monkeypatch.setattr(ReadModel, "check", lambda _: None)


@pytest.fixture
def plain(settings: Settings) -> Settings:
    return unprefixed(settings)


@pytest.fixture
def made(plain: Settings) -> ReadModel:
    return ReadModel(read_model(plain).catalog, {"name_lengths": NARROW})


@pytest.fixture
def database(plain: Settings, made: ReadModel) -> Iterator[Any]:
    """A prepared database, whose live generation nobody has fed yet."""
    prepare(plain, made)
    with psycopg.connect(plain.require_database(), autocommit=True) as connection:
        yield connection


def build(
    settings: Settings, made: ReadModel, *, listener: ProgressListener = lambda *_: None,
    agree: Agree = lambda _: None, **options: Any,
) -> tuple[str, str]:  # fmt: skip
    with read_from(MemoryLog.of_one_partition(RECORDS), ReadModel(made.catalog, {})):
        return rebuild(settings, made, RebuildOptions(**options), listener, agree, hands_over=False)


def live(database: Any) -> str:
    return str(database.execute("SELECT schema FROM homeroom.live").fetchone()[0])


def status_of(database: Any) -> RebuildStatus:
    status = read_status(database)
    assert status is not None
    return status


@contextlib.contextmanager
def beside(work: Any, *arguments: Any, url: str, **more: Any) -> Iterator[Future[Any]]:
    """Work in a thread, which goes on where an operator had it pause and the block has ended."""
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work, *arguments, **more)
        try:
            yield working
        finally:
            with contextlib.suppress(HomeroomError):
                record.ask(url, None)


@pytest.mark.parametrize(
    "phase", thinned(["applying", "catching up", "swapping"], lambda phase: phase == "catching up")
)
def test_a_rebuild_waits_in_whichever_phase_it_is_paused(
    plain: Settings, made: ReadModel, database: Any, phase: str
) -> None:
    url = plain.require_database()
    asked = threading.Event()

    def listen(at: str, _done: int, _total: int | None) -> None:
        if at == phase and not asked.is_set():
            asked.set()
            record.ask(url, "pause")

    with beside(build, plain, made, listener=listen, url=url) as building:
        wait_for(lambda: building.done() or (asked.is_set() and status_of(database).is_paused))
        assert not building.done()
        assert (status_of(database).phase, live(database)) == (phase, "g0001")
        record.ask(url, None)
        assert building.result(60) == ("g0002", "swapped")
    assert live(database) == "g0002"


def roll_back(settings: Settings, made: ReadModel, agree: Any = lambda *_: None) -> tuple[str, str]:
    with read_from(MemoryLog.of_one_partition(RECORDS), ReadModel(made.catalog, {})):
        return rollback(settings, made, 60, 0.0, lambda _: None, agree)


def test_who_rolls_back_a_moment_after_somebody_else_does_not_go_forward_again(
    plain: Settings, made: ReadModel, database: Any
) -> None:
    build(plain, made)
    named: list[tuple[str, str]] = []

    def meanwhile(*names: str) -> None:
        named.append((names[0], names[1]))
        roll_back(plain, made)

    with pytest.raises(RebuildRefused, match="g0001 has just become live: there is nothing to do"):
        roll_back(plain, made, meanwhile)
    assert (named, live(database)) == ([("g0002", "g0001")], "g0001")

    def another(*_: str) -> None:
        build(plain, made)

    with pytest.raises(RebuildRefused, match=r"g0001 is not live any more, g0003 has just become"):
        roll_back(plain, made, another)
    assert live(database) == "g0003"


def test_the_question_of_a_rollback_names_both_generations(
    plain: Settings, made: ReadModel, database: Any
) -> None:
    build(plain, made)
    done = on_terminal(plain, "rollback", columns=100, answers="n\n")
    assert "Leave g0002, and make g0001 live again?" in done.stdout
    assert (done.returncode, live(database)) == (1, "g0002")


def test_what_was_compared_with_one_generation_is_not_swapped_against_another(
    plain: Settings, made: ReadModel, database: Any
) -> None:
    build(plain, made)

    def meanwhile(_: Any) -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(roll_back, plain, made).result()

    with pytest.raises(NotLive, match="g0002"):
        build(plain, made, agree=meanwhile)
    assert live(database) == "g0001"
    # Once more, it is compared with what is live by now.
    assert build(plain, made) == ("g0003", "swapped")


@pytest.mark.parametrize(
    "error", [ConsumerStalled("people", 0, 1, 2), PositionLost(), TimeoutError()]
)
def test_a_swap_is_told_at_once_and_whatever_fails_behind_it(
    plain: Settings, made: ReadModel, database: Any, monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:  # fmt: skip
    told: list[tuple[str, ...]] = []

    async def fail(*_: object) -> bool:
        told.append(("handing over",))
        raise error

    monkeypatch.setattr(swapping, "_hand_over", fail)
    with read_from(MemoryLog.of_one_partition(RECORDS), ReadModel(made.catalog, {})):
        done = rebuild(
            plain, made, RebuildOptions(), lambda *_: None, lambda _: None,
            swapped=lambda name: told.append((name,)),
        )  # fmt: skip
        assert done == ("g0002", "swapped")
        rollback(plain, made, 60, 0.0, lambda _: None, swapped=lambda *names: told.append(names))
    behind = ("handing over",)
    assert told == [("g0002",), behind, ("g0001", "g0002"), behind]
    assert live(database) == "g0001"


@at_full_strength
async def test_a_log_that_does_not_answer_keeps_nobody_waiting_behind_a_swap(
    settings: Settings, made: ReadModel, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = unprefixed(settings)
    await asyncio.to_thread(build, plain, made)
    monkeypatch.setattr(swapping, "HAND_OVER_SECONDS_MAX", 3.0)
    silent = MemoryLog.of_one_partition(RECORDS)

    asked = asyncio.Event()

    async def never(_: object) -> dict[Any, Any]:
        asked.set()
        await asyncio.Event().wait()
        return {}

    monkeypatch.setattr(silent, "bounds", never)
    async with await connect(plain.require_database(), "tests") as connection:
        left = await own_group(connection, "", "g0001")
    async with working(settings, left), asyncio.timeout(30):
        with read_from(silent, ReadModel(made.catalog, {})):
            assert not await swapping.hand_over(plain, made, "g0002", "g0001")
    assert asked.is_set()
    assert live(database) == "g0002"


@contextlib.asynccontextmanager
async def working(settings: Settings, group: str) -> AsyncIterator[None]:
    """Somebody is a member of a generation's group."""
    topic = f"{settings.topic_prefix}people"
    await prepare_topics(settings, [topic])
    consumer = AIOKafkaConsumer(
        topic, group_id=group, bootstrap_servers=settings.kafka_bootstrap_servers
    )
    await consumer.start()
    try:
        await wait_for_async(consumer.assignment, 30)
        yield
    finally:
        await consumer.stop()


# What the older contract below lacks of topics that it reads. It has no topic `payments` at all.
NEW = [
    "the entity student is new", "the entity teacher has changed",
    "the event type student.deactivated.v1 is new", "the event type student.registered.v1 is new",
    "the event type student.updated.v1 is new", "the event type teacher.time_zone_chosen.v1 is new",
]  # fmt: skip


@pytest.fixture
def older(made: ReadModel) -> ReadModel:
    """Another contract: teachers have a column less, and there are no students and payments."""
    known = made.catalog
    teacher_of_before = known.entity_by_name["teacher"]
    narrower = replace(teacher_of_before, columns=teacher_of_before.columns[:-1])
    entities = tuple(
        narrower if one is teacher_of_before else one
        for one in known.entities if one.name != "student" and one.topic != "payments"
    )  # fmt: skip
    names = {one.name for one in entities}
    types = tuple(
        one for one in known.event_types
        if one.entity.name in names and one.name != "teacher.time_zone_chosen.v1"
    )  # fmt: skip
    return ReadModel(replace(known, entities=entities, event_types=types), made.definitions)


def test_from_the_live_entities_nothing_is_made_that_they_have_no_history_of(
    plain: Settings, made: ReadModel, older: ReadModel
) -> None:
    prepare(plain, older)
    from_live = RebuildOptions(source="live")
    with psycopg.connect(plain.require_database(), autocommit=True) as database:
        for begin in (
            partial(build, plain, made, source="live"), partial(dry_run, plain, made, from_live),
        ):  # fmt: skip
            with pytest.raises(RebuildRefused, match=re.escape("; ".join(NEW))):
                begin()
        assert (status_of(database).outcome, live(database)) == ("refused", "g0001")
        cut = LogState({Partition("people", 0): Span(3, 9)}, {Partition("people", 0): None})
        missing = without_history(stored_plan(database, "g0001"), made)
        with pytest.raises(RebuildRefused, match=f"before of what is new: {'; '.join(missing)}"):
            check_whole(cut, {}, missing=missing)
        accepted = build(plain, made, source="live", accept_differences=True)
        assert accepted == ("g0003", "swapped")
        # The other way round nothing is lost.
        assert build(plain, older, source="live") == ("g0004", "swapped")


def test_what_was_refused_keeps_its_limit_until_an_operator_decides(
    plain: Settings, made: ReadModel, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(plain, made)
    changed = ReadModel(made.catalog, {"name_lengths": WIDE})
    monkeypatch.setattr(commands, "configured", lambda: plain)
    monkeypatch.setattr(readmodel, "read_model", lambda _: changed)

    def typed(**options: Any) -> None:
        with read_from(MemoryLog.of_one_partition(RECORDS), ReadModel(made.catalog, {})):
            commands.run_rebuild(RebuildOptions(**options), yes=True, as_json=False)

    for options in ({"changed_max": 0.001}, {}):
        with pytest.raises(RebuildRefused, match="of the rows differ, more than may"):
            typed(**options)
        said = succeed(plain, "rebuild", "status")
        assert "g0003: comparing. Nothing was swapped: 100.000% of the rows differ" in said
        assert "Its limit is 0.100% of the rows, unless another one is given." in said
    seen = status_of(database).beat_at
    with pytest.raises(RebuildRefused, match=r"g0003 waits for an operator\. Nothing was swapped"):
        rebuild_if_needed(plain, changed)
    # Nothing was compared again.
    assert (status_of(database).beat_at, live(database)) == (seen, "g0002")
    typed(changed_max=1.0)
    assert live(database) == "g0003"


@at_full_strength
def test_a_worker_that_goes_on_with_an_interrupted_rebuild_keeps_its_limit(
    plain: Settings, made: ReadModel, database: Any
) -> None:
    build(plain, made)
    changed = ReadModel(made.catalog, {"name_lengths": WIDE})

    def interrupted(_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(plain, changed, agree=interrupted, changed_max=0.001)
    log = MemoryLog.of_one_partition(RECORDS)
    more = pytest.raises(RebuildRefused, match="of the rows differ, more than may")
    with read_from(log, ReadModel(made.catalog, {})), more:
        rebuild_if_needed(plain, changed)
    assert live(database) == "g0002"


def test_what_a_rollback_left_no_worker_makes_again_by_itself(
    plain: Settings, made: ReadModel, database: Any
) -> None:
    changed = ReadModel(made.catalog, {"name_lengths": WIDE})
    build(plain, changed)
    notes: list[str] = []
    with read_from(MemoryLog.of_one_partition(RECORDS), ReadModel(made.catalog, {})):
        rollback(plain, changed, 3_600, 0.0, notes.append)
        assert re.fullmatch(
            r"Workers of the version that made g0002 end when it is not kept any more, at .* UTC: "
            r"start workers of the version that made g0001 before\.", notes[-1],
        )  # fmt: skip
        assert remove(plain.require_database(), "g0002") is False
        drop(database, "g0002")
        with pytest.raises(RebuildRefused, match="A rollback left the tables of this version"):
            rebuild_if_needed(plain, changed)
        assert live(database) == "g0001"
        # What an operator builds is wanted again.
        build(plain, changed)
        build(plain, made)
        drop(database, "g0003")
        rebuild_if_needed(plain, changed)
    assert live(database) == "g0005"
