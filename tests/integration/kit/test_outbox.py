"""A service says events in the transactions of its changes, and a relay of its own publishes."""

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from homeroom.operations.migrating.topics import prepare_topics
from homeroom.settings import Settings
from homeroom_kit import outbox
from homeroom_kit.contract.exams import ExamCompleted, ExamCreated, ExamScheduled, ExamStarted
from homeroom_kit.errors import InvalidEvents, NothingSaidYet, NoTransaction
from tests.support import wait_for
from tests.support.environment import variables_of
from tests.support.habits import read_log
from tests.support.pages import ROOT
from tests.support.strength import at_full_strength

README = (ROOT / "kit" / "README.md").read_text()


def created(exam_id: str) -> ExamCreated:
    return ExamCreated(
        exam_id=exam_id, organization_id=None, created_by="T-1", assigned_teachers=["T-1"],
        class_id=None, title="Algebra", subject="Maths", kind="exam", total_questions=3,
        total_marks=7.5, duration_minutes=None, created_at="2026-03-01T09:00:00Z",
    )  # fmt: skip


@pytest.fixture
def service(settings: Settings) -> Settings:
    """A service's database: here beside homeroom's own tables, in a schema of its own."""
    with psycopg.connect(settings.database_url) as connection:
        connection.execute(outbox.ddl().encode())
    return settings


def rows(settings: Settings) -> list[tuple[Any, ...]]:
    with psycopg.connect(settings.database_url) as connection:
        found = connection.execute(
            "SELECT subject, sequence, type FROM homeroom_kit.outbox ORDER BY id"
        )
        return found.fetchall()


def of_sqlalchemy(url: str) -> str:
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)


Events = tuple[Any, ...]


def by_session(url: str, events: Events, fails: bool) -> None:
    engine = create_engine(of_sqlalchemy(url))
    with Session(engine) as session:
        for event in events:
            outbox.say(session, event)
        session.rollback() if fails else session.commit()
    engine.dispose()


def by_connection_of_sqlalchemy(url: str, events: Events, fails: bool) -> None:
    engine = create_engine(of_sqlalchemy(url))
    with engine.connect() as connection:
        for event in events:
            outbox.say(connection, event)
        connection.rollback() if fails else connection.commit()
    engine.dispose()


def by_async_session(url: str, events: Events, fails: bool) -> None:
    async def run() -> None:
        engine = create_async_engine(of_sqlalchemy(url))
        async with AsyncSession(engine) as session:
            for event in events:
                await outbox.say(session, event)
            await (session.rollback() if fails else session.commit())
        await engine.dispose()

    asyncio.run(run())


def by_psycopg(url: str, events: Events, fails: bool) -> None:
    # Rows that are no tuples, as many services have them.
    with psycopg.connect(url, row_factory=dict_row) as connection:
        for event in events:
            outbox.say(connection, event)
        connection.rollback() if fails else connection.commit()


def by_async_psycopg(url: str, events: Events, fails: bool) -> None:
    async def run() -> None:
        async with (
            await psycopg.AsyncConnection.connect(url, autocommit=True) as connection,
            connection.transaction(force_rollback=fails),
        ):
            for event in events:
                await outbox.say(connection, event)

    asyncio.run(run())


@pytest.mark.parametrize(
    "said_by",
    [by_session, by_connection_of_sqlalchemy, by_async_session, by_psycopg, by_async_psycopg],
)
def test_a_subject_is_numbered_without_holes_over_every_library(
    said_by: Callable[[str, Events, bool], None], service: Settings
) -> None:
    url = service.database_url
    said_by(url, (created("E-1"), ExamStarted(exam_id="E-1")), False)
    said_by(url, (ExamCompleted(exam_id="E-1"), created("E-2")), True)
    said_by(url, (ExamScheduled(exam_id="E-1", scheduled_at="2026-03-02T09:00:00Z"),), False)
    assert rows(service) == [
        ("E-1", 1, "exam.created.v1"),
        ("E-1", 2, "exam.started.v1"),
        ("E-1", 3, "exam.scheduled.v1"),
    ]


def test_those_who_say_at_once_leave_no_holes(service: Settings) -> None:
    by_psycopg(service.database_url, (created("E-1"),), False)

    def write(number: int) -> int:
        dice, kept = random.Random(number), 0
        with psycopg.connect(service.database_url) as connection:
            for _ in range(12):
                outbox.say(connection, ExamStarted(exam_id="E-1"))
                if dice.random() < 0.4:
                    connection.rollback()
                else:
                    connection.commit()
                    kept += 1
        return kept

    with ThreadPoolExecutor(4) as pool:
        kept = sum(pool.map(write, range(4)))
    assert [sequence for _, sequence, _ in rows(service)] == list(range(1, kept + 2))


def test_what_could_not_be_applied_is_refused_where_it_is_said(service: Settings) -> None:
    with psycopg.connect(service.database_url) as connection:
        with pytest.raises(NothingSaidYet, match=r"exam\.started\.v1 of 'E-1'"):
            outbox.say(connection, ExamStarted(exam_id="E-1"))
        connection.rollback()
        with pytest.raises(InvalidEvents, match=r"time: .* has no offset"):
            outbox.say(connection, created("E-1"), time=datetime(2026, 3, 1))
        wrong = ExamStarted.model_construct(exam_id="E 1")
        with pytest.raises(InvalidEvents, match=r"data\.exam_id"):
            outbox.say(connection, wrong)
        with pytest.raises(TypeError, match="this is a object"):
            outbox.say(object(), created("E-1"))  # type: ignore[call-overload]
        connection.commit()
    with (
        psycopg.connect(service.database_url, autocommit=True) as connection,
        pytest.raises(NoTransaction, match="autocommit"),
    ):
        outbox.say(connection, created("E-1"))
    assert rows(service) == []


@contextmanager
def relay_of(settings: Settings, **more: str) -> Iterator[subprocess.Popen[str]]:
    variables = {
        "HOMEROOM_OUTBOX_DATABASE_URL": settings.database_url,
        "HOMEROOM_OUTBOX_SOURCE": "/services/people",
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "homeroom_kit", "relay"],
        env={**os.environ, **variables_of(settings), **variables, **more},
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        yield running
    finally:
        running.kill()
        running.wait()
        assert running.stderr is not None
        running.stderr.close()


def test_the_program_of_the_readme_publishes_its_first_right_event(
    service: Settings, tmp_path: Path
) -> None:
    (program,) = re.findall(r"<!-- program: outbox -->\n```python\n(.*?)```", README, re.DOTALL)
    lines = [line for line in program.splitlines() if line.strip()]
    assert len(lines) <= 10
    file = tmp_path / "program.py"
    file.write_text(program)
    url = of_sqlalchemy(service.database_url)
    subprocess.run([sys.executable, file], env={**os.environ, "DATABASE_URL": url}, check=True)
    asyncio.run(prepare_topics(service, [f"{service.topic_prefix}people"]))

    def published() -> bool:
        with psycopg.connect(service.database_url) as connection:
            found = connection.execute("SELECT published_at IS NOT NULL FROM homeroom_kit.outbox")
            return found.fetchall() == [(True,)]

    with relay_of(service) as running:
        wait_for(published, 30)
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0
    (event,) = asyncio.run(read_log(service, "people", "teacher"))
    assert (event.subject, event.sequence) == ("T-ADA", 1)


@at_full_strength
def test_a_relay_says_which_setting_is_missing(service: Settings) -> None:
    for name in ("HOMEROOM_OUTBOX_SOURCE", "HOMEROOM_OUTBOX_DATABASE_URL"):
        with relay_of(service, **{name: ""}) as running:
            assert running.wait(60) == 2
            assert running.stderr is not None
            assert f"{name} is not set" in running.stderr.read()
