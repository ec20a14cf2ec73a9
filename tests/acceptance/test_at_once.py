"""Operators and processes that act at once, a moment apart, or without the brokers."""

import contextlib
import dataclasses
import time
from collections.abc import Iterator

import psycopg
import pytest

from homeroom.engine.generations.registry import registered
from homeroom.errors import RebuildUnderWay
from homeroom.operations import generations
from homeroom.operations.rebuilding import record
from homeroom.settings import Settings
from homeroom_kit.errors import HomeroomError
from tests.acceptance.test_rebuild import publish, rebuilt
from tests.acceptance.test_rebuild_live import Traffic
from tests.support.commands import Tables, homeroom, running, succeed, tables_of
from tests.support.strength import at_full_strength, pick

ROLLBACKS = pick(quick=3, thorough=12)


@pytest.fixture
def tables(settings: Settings) -> Iterator[Tables]:
    succeed(settings, "migrate")
    with tables_of(settings) as found:
        yield found


@pytest.mark.usefixtures("tables")
def test_a_dry_run_from_live(settings: Settings) -> None:
    publish(settings, 300, seed=15)
    succeed(settings, "rebuild", "--from", "live", "--dry-run")


@at_full_strength
def test_rollback_under_traffic(settings: Settings, tables: Tables) -> None:
    end = publish(settings, 2_000, seed=15)
    with running(settings, "worker"):
        tables.wait_until_applied(end)
        rebuilt(settings)
        traffic = Traffic(settings)
        traffic.start()
        try:
            time.sleep(2)
            for _ in range(ROLLBACKS):
                succeed(settings, "rollback")
        finally:
            traffic.end()


@at_full_strength
@pytest.mark.usefixtures("tables")
def test_a_rebuild_that_has_just_ended_is_not_taken_over(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read before the lock may be old: A ends between B's look and B's lock."""
    url = settings.require_database()
    real = record.read_status
    lock = psycopg.connect(url, autocommit=True)
    lock.execute("SELECT pg_advisory_lock(%s)", (record.LOCK,))
    lock.execute(
        "INSERT INTO homeroom.rebuild (generation, options, phase, process) "
        "VALUES ('g0001', %s, 'swapping', 'A')",
        (record.RebuildOptions().stored(),),
    )

    def ends_then(connection: psycopg.Connection[object]) -> record.RebuildStatus | None:
        found = real(connection)  # type: ignore[arg-type]
        lock.execute("UPDATE homeroom.rebuild SET ended_at = now(), outcome = 'swapped'")
        lock.execute("SELECT pg_advisory_unlock_all()")
        return found

    def take() -> contextlib.AbstractContextManager[record.ActiveRebuild]:
        return record.ActiveRebuild.take(
            url, record.RebuildOptions(), lambda _: "g0002", lambda *_: None
        )

    monkeypatch.setattr(record, "read_status", ends_then)
    with pytest.raises(RebuildUnderWay, match="A rebuild runs already"), take():
        raise AssertionError("what had ended was taken over")
    monkeypatch.undo()
    with take() as run:
        assert run.generation == "g0002"
    lock.close()


def test_abort_does_not_say_that_it_dropped_what_is_live(
    settings: Settings, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = settings.require_database()
    tables.connection.execute(
        "INSERT INTO homeroom.rebuild (generation, options, phase, process, ended_at, outcome) "
        "VALUES ('g0001', '{}', 'swapping', 'A', now(), 'swapped')"
    )

    def a_moment_before(connection: psycopg.Connection[tuple[object, ...]]) -> record.RebuildStatus:
        found = record.read_status(connection)
        assert found is not None
        return dataclasses.replace(found, ended_at=None, outcome=None)

    monkeypatch.setattr(record, "_unfinished", a_moment_before)
    with pytest.raises(HomeroomError, match="Too late"):
        record.abort(url, 5)


def test_dropping_the_previous_generation_beside_a_rollback_leaves_the_live_one(
    settings: Settings, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    def a_moment_before(connection: psycopg.Connection[tuple[object, ...]]) -> list[object]:
        return [dataclasses.replace(g, state="previous") for g in registered(connection)]

    monkeypatch.setattr(generations, "registered", a_moment_before)
    with pytest.raises(HomeroomError, match="live"):
        generations.remove(settings.require_database(), "g0001")
    assert [g.state for g in registered(tables.connection)] == ["live"]


@at_full_strength
@pytest.mark.usefixtures("tables")
def test_without_brokers_it_says_so_and_leaves_nothing_unfinished(settings: Settings) -> None:
    away = settings.model_copy(update={"kafka_bootstrap_servers": "127.0.0.1:1"})
    done = homeroom(away, "rebuild")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Kafka does not answer" in done.stderr
    done = homeroom(away, "rebuild", "--dry-run")
    assert "Traceback" not in done.stderr
    assert "refused" in succeed(settings, "rebuild", "status")
