"""Whatever is sent, again, late, or by two at once: the command does what the plain rules say."""

import asyncio
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import AsyncConnection

from homeroom.commands.habit_logs import Recorded, record
from homeroom.settings import Settings
from tests.model.habit_logs import Model
from tests.support.habits import NOW, log_of, register
from tests.support.strength import examples
from tests.support.templates import prepare

HABITS = frozenset({"H-1", "H-2"})
OTHERS = "H-3"

LOGS = st.builds(
    log_of,
    log_id=st.sampled_from([f"log-{number}" for number in range(8)]),
    habit_id=st.sampled_from(["H-1", "H-1", "H-2", OTHERS, "H-4"]),
    logged_on=st.sampled_from(
        ["2019-12-31", "2026-03-08", "2026-03-09", "2026-03-11", "2026-03-12"]
    ),
    done=st.booleans(),
    recorded_at=st.integers(-3, 2).map(lambda hours: NOW + timedelta(hours=hours)),
)
REQUESTS = st.lists(LOGS, max_size=6)
# One request, or two at once.
STEPS = st.lists(st.tuples(REQUESTS) | st.tuples(REQUESTS, REQUESTS), max_size=6)


class Arena:
    """A database with two students, emptied of commands for each example."""

    def __init__(self, url: str, runner: asyncio.Runner) -> None:
        self.runner = runner
        self.owner = psycopg.connect(url, autocommit=True)
        self.connections = [
            runner.run(AsyncConnection.connect(url, autocommit=True)) for _ in range(2)
        ]

    def clear(self) -> None:
        self.owner.execute(
            "TRUNCATE homeroom.outbox, homeroom.command, homeroom.habit_log_number, "
            "homeroom.habit_log_sent; "
            "UPDATE homeroom.numbering SET identity = homeroom.identity()"
        )

    def record(self, *requests: list[dict[str, Any]]) -> list[Recorded]:
        async def at_once() -> list[Recorded]:
            return await asyncio.gather(
                *(
                    record(connection, "S-1", request, NOW)
                    for connection, request in zip(self.connections, requests, strict=False)
                )
            )

        return self.runner.run(at_once())

    def said(self) -> dict[tuple[str, str], list[tuple[bool, str]]]:
        """Of each day, what is in the outbox, in the order of ids; sequences have no holes."""
        found: dict[tuple[str, str], list[tuple[bool, str]]] = {}
        for subject, sequence, data, time in self.owner.execute(
            "SELECT subject, sequence, data, time AT TIME ZONE 'UTC' FROM homeroom.outbox "
            "ORDER BY id"
        ):
            habit_id, logged_on = subject.split("/")
            assert data == {
                "habit_id": habit_id,
                "logged_on": logged_on,
                "student_id": "S-1",
                "done": data["done"],
            }
            of_day = found.setdefault((habit_id, logged_on), [])
            of_day.append((data["done"], f"{time.isoformat()}+00:00"))
            assert sequence == len(of_day)
        return found

    def close(self) -> None:
        for connection in self.connections:
            self.runner.run(connection.close())
        self.owner.close()


@pytest.fixture
def arena(settings: Settings, runner: asyncio.Runner) -> Any:
    prepare(settings)
    register(settings.database_url, {"S-1": sorted(HABITS), "S-2": [OTHERS]})
    made = Arena(settings.database_url, runner)
    yield made
    made.close()


def told(recorded: Recorded) -> list[tuple[str | None, str]]:
    return [(result.id, result.status) for result in recorded.results]


def test_the_command_does_what_the_rules_say(arena: Arena) -> None:
    @examples(2)
    @given(steps=STEPS)
    def holds(steps: list[tuple[list[dict[str, Any]], ...]]) -> None:
        arena.clear()
        possible = [Model(HABITS, NOW)]
        for requests in steps:
            answers = [told(one) for one in arena.record(*requests)]
            possible = [
                after
                for before in possible
                for order in (range(len(requests)), reversed(range(len(requests))))
                if (after := _in_order(before, requests, answers, list(order)))
            ]
            assert possible, f"{requests} were answered {answers}"
        assert arena.said() in [model.said for model in possible]

    holds()


def _in_order(
    before: Model,
    requests: tuple[list[dict[str, Any]], ...],
    answers: list[list[tuple[str | None, str]]],
    order: list[int],
) -> Model | None:
    """The state after the requests in this order, if these are the answers that they get then."""
    after = before.copy()
    for number in order:
        if after.record(requests[number]) != answers[number]:
            return None
    return after
