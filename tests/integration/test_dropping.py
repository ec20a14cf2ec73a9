"""A generation is removed beside readers; whoever looks which there are does not wait for it."""

import threading
import time
from datetime import UTC, datetime

import psycopg
import pytest

from homeroom.database import connect_sync
from homeroom.engine.generations.creating import create_generation
from homeroom.engine.generations.registry import register, registered
from homeroom.errors import RebuildAborted, StillRead
from homeroom.operations import generations
from homeroom.operations.migrating.reader import READER
from homeroom.operations.rebuilding.record import ActiveRebuild, RebuildOptions, ask
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.errors import HomeroomError
from tests.support import wait_for
from tests.support.templates import prepare


def test_a_reader_that_idles_keeps_the_removal_waiting_and_nobody_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(settings)
    model = read_model(settings)
    monkeypatch.setattr(generations, "LOOK_SECONDS", 0.05)
    with (
        connect_sync(settings.database_url, "homeroom tests", autocommit=True) as looking,
        connect_sync(settings.database_url, "homeroom tests", autocommit=True) as dropping,
        psycopg.connect(settings.database_url) as reader,
    ):
        with looking.transaction():
            create_generation(looking, "g0002", model, READER)
            register(looking, "g0002", "as_of")
        reader.execute("SELECT FROM g0002.teachers")
        removal = threading.Thread(target=generations.drop, args=(dropping, "g0002"))
        removal.start()
        wait_for(lambda: waits(looking, dropping))
        looks: list[float] = []
        for _ in range(20):
            began = time.monotonic()
            assert "g0002" in {g.name for g in registered(looking)}
            looks.append(time.monotonic() - began)
        assert removal.is_alive()
        assert sorted(looks)[len(looks) // 2] < 1, looks
        reader.rollback()
        removal.join(60)
        assert not removal.is_alive()
        assert "g0002" not in {g.name for g in registered(looking)}


def test_who_reads_for_too_long_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(settings)
    monkeypatch.setattr(generations, "LOCK_SECONDS_MAX", 0.5)
    with (
        connect_sync(settings.database_url, "homeroom tests", autocommit=True) as dropping,
        psycopg.connect(settings.database_url, application_name="pg_dump") as reader,
    ):
        with dropping.transaction():
            create_generation(dropping, "g0002", read_model(settings), READER)
            register(dropping, "g0002", "as_of")
        reader.execute("SELECT FROM g0002.teachers")
        read_by = rf"read by pg_dump \(PostgreSQL's process {reader.info.backend_pid}\)"
        with pytest.raises(StillRead, match=read_by):
            generations.drop(dropping, "g0002")
        reader.rollback()
        generations.drop(dropping, "g0002")


def test_what_a_rebuild_builds_is_not_removed_and_an_abort_is_not_taken_back(
    settings: Settings,
) -> None:
    prepare(settings)
    url, model = settings.database_url, read_model(settings)
    options = RebuildOptions(as_of=datetime.now(UTC), into="january")
    with ActiveRebuild.take(url, options, lambda _: "january", lambda *_: None) as active:
        with active.connection.transaction():
            create_generation(active.connection, "january", model, READER)
            register(active.connection, "january", "as_of")
        with pytest.raises(HomeroomError, match="january is being built"):
            generations.remove(url, "january")
        ask(url, "pause")
        active.connection.execute("UPDATE homeroom.rebuild SET asked = 'abort'")
        for what in ("pause", None):
            with pytest.raises(HomeroomError, match="somebody aborts it"):
                ask(url, what)
        with pytest.raises(RebuildAborted):
            active.progress(1, 1)
        active.end("aborted")
    assert generations.remove(url, "january")


def waits(looking: psycopg.Connection[object], dropping: psycopg.Connection[object]) -> bool:
    found = looking.execute(
        "SELECT FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'",
        (dropping.info.backend_pid,),
    )
    return found.rowcount == 1
