"""`homeroom rebuild`: the tables built anew beside live traffic, compared, and swapped in."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from homeroom.settings import Settings
from tests.faults.upstream import Upstream, make_load
from tests.support.commands import Tables, homeroom, running, succeed, tables_of
from tests.support.contents import contents


@pytest.fixture
def tables(settings: Settings) -> Iterator[Tables]:
    succeed(settings, "migrate")
    with tables_of(settings) as tables:
        yield tables


def publish(settings: Settings, events: int, seed: int) -> int:
    """A load with everything in it that may go wrong; how many records the log holds then."""

    async def work() -> int:
        upstream = Upstream(settings)
        await upstream.publish(make_load(events, seed))
        ends = await upstream.ends()
        await upstream.close()
        return sum(ends.values())

    return asyncio.run(work())


def rebuilt(settings: Settings, *arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(succeed(settings, "rebuild", "--json", *arguments))
    return told


def test_whatever_the_log_holds_the_next_generation_is_the_same(
    settings: Settings, tables: Tables
) -> None:
    end = publish(settings, 3_000, seed=11)
    with running(settings, "worker"):
        tables.wait_until_applied(end)
        before = contents(settings.database_url)
        told = rebuilt(settings, "--require-equal")
        assert (told["generation"], told["outcome"]) == ("g0002", "swapped")
        assert tables.generation == "g0002"
        assert contents(settings.database_url) == before
        assert sum(len(rows) for rows in before.values()) > 500
        # It is written on by the worker that was there, and so is the previous one.
        end = publish(settings, 200, seed=12)
        tables.wait_until_applied(end)
        assert homeroom(settings, "verify").returncode == 0
