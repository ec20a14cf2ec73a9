"""The demo's students record their habits: what of it is waited for, and what ends it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest

from homeroom.commands.habit_log_rules import Result
from homeroom.commands.habit_logs import Recorded
from homeroom.errors import HomeroomError, NumberingBehind
from homeroom.local.year import recording
from homeroom.local.year.recording import record_habit_logs
from homeroom.local.year.year import Request
from homeroom.settings import Settings

REQUESTS = [Request("S1", ({"id": "a"}, {"id": "b"})), Request("S2", ({"id": "c"},))]
OFFSETS = {("coaching", 0): 7}


class Database:
    """Stands for the command's database, and is what the command is asked with."""

    def __init__(self, _: Settings) -> None:
        self.is_open = False

    async def open(self) -> None:
        self.is_open = True

    async def close(self) -> None:
        self.is_open = False

    @asynccontextmanager
    async def connection(self) -> AsyncIterator["Database"]:
        yield self


class Told:
    """What the command is to answer, and what it was told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: Recorded | Exception) -> None:
        self.answers, self.asked = list(answers), list[tuple[str, int]]()
        self.waited_for: frozenset[UUID] = frozenset()
        told = self

        async def record(
            database: Database, student_id: str, logs: Sequence[object], _: object
        ) -> Recorded:
            assert database.is_open
            told.asked.append((student_id, len(logs)))
            answer = told.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        class Publications:
            def __init__(self, *_: object, **__: object) -> None:
                pass

            async def wait(self, commands: frozenset[UUID], _: float) -> dict[Any, int]:
                told.waited_for = commands
                return OFFSETS

        monkeypatch.setattr(recording, "CommandDatabase", Database)
        monkeypatch.setattr(recording, "Publications", Publications)
        monkeypatch.setattr(recording.habit_logs, "record", record)


def recorded(*statuses: str, command_id: UUID | None = None) -> Recorded:
    results = [Result(id=str(n), status=s, error="why") for n, s in enumerate(statuses)]  # type: ignore[arg-type]
    return Recorded(tuple(results), command_id)


async def test_every_command_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = uuid4(), uuid4()
    told = Told(
        monkeypatch,
        recorded("recorded", "superseded", command_id=first),
        recorded("duplicate", command_id=second),
    )
    progress: list[tuple[int, int]] = []
    offsets = await record_habit_logs(Settings(), REQUESTS, lambda *done: progress.append(done))
    assert offsets == OFFSETS
    assert told.waited_for == {first, second}
    assert progress == [(0, 3), (2, 3), (3, 3)]


async def test_numbers_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    again = NumberingBehind()
    told = Told(monkeypatch, again, again, recorded("recorded", "recorded"), recorded("recorded"))
    await record_habit_logs(Settings(), REQUESTS, lambda *_: None)
    assert told.asked == [("S1", 2)] * 3 + [("S2", 1)]


async def test_a_log_that_is_refused_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(monkeypatch, recorded("recorded", "rejected"))
    with pytest.raises(HomeroomError, match="The habit log 1 is refused: why"):
        await record_habit_logs(Settings(), REQUESTS, lambda *_: None)
    assert told.asked == [("S1", 2)]
    assert not told.waited_for
