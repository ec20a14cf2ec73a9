"""The demo as a workbench: who changes a definition keeps what the log and the tables hold."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from homeroom.local import components
from homeroom.local.demo import state
from homeroom.local.demo.load import Lag, Offsets
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.commands import succeed, tables_of
from tests.support.decisions import SOMEBODY, decide, revoked
from tests.support.demo import Home, Once, changed_copy, once
from tests.support.strength import STRENGTH, at_full_strength

TABLES = len(read_model(Settings()).plan().tables)


@pytest.fixture
def own_servers(home: Home, first: Once) -> Iterator[Settings]:  # noqa: ARG001 - it fills them
    """The demo's own servers, running, as its variables name them."""
    servers = components.start(home.demo, login=True)
    yield state.on_local_servers(home.demo, Settings(), servers)
    components.stop(home.demo)


async def ends(settings: Settings) -> Offsets:
    """Where the log ends, of each partition that has a position."""
    with tables_of(settings) as tables:
        generation = tables.generation
    async with Lag(settings, generation) as lag:
        return await lag.ends(await lag.positions())


@at_full_strength
async def test_a_changed_definition_rebuilds_and_keeps_the_log_and_what_was_decided(
    home: Home, own_servers: Settings, tmp_path: Path
) -> None:
    letter = await decide(own_servers)
    before = await ends(own_servers)
    components.stop(home.demo)

    old = "AS total_students"
    changed = changed_copy(tmp_path, "teacher_classes", old, f"{old}, c.organization_id")
    said = once(home, **changed).said
    assert "the definition teacher_classes has changed" in said
    assert "$ homeroom rebuild --yes --from live" in said
    assert f"published  nothing: the log holds {sum(before.values()):,} events already" in said
    assert said.count("equal to its definition") == TABLES

    components.start(home.demo, login=True)
    assert await ends(own_servers) == before
    with tables_of(own_servers) as tables:
        assert {school for (school,) in tables.rows("teacher_classes", "organization_id")} == {None}
        assert revoked(tables) == [SOMEBODY]
    assert letter not in succeed(own_servers, "dead-letters", "list")
    assert "discarded" in succeed(own_servers, "dead-letters", "show", letter)

    components.stop(home.demo)
    if STRENGTH != "quick":
        assert "the definition teacher_classes has changed" in once(home).said, "it changed back"
