"""Workers beside a live generation that Flink feeds: they feed what is left to them, and say so."""

import json
from pathlib import Path

import psycopg
from psycopg import sql

from homeroom.settings import Settings
from tests.support.commands import homeroom, running, succeed
from tests.support.flink_fed import NAME, create_fed
from tests.support.publishing import publish_teacher
from tests.support.scraping import watched_worker
from tests.support.strength import at_full_strength
from tests.support.waiting import wait_for


def names(settings: Settings, generation: str) -> list[str]:
    with psycopg.connect(settings.require_database()) as connection:
        query = sql.SQL("SELECT teacher_id FROM {} ORDER BY 1")
        rows = connection.execute(query.format(sql.Identifier(generation, "teachers")))
        return [name for (name,) in rows]


async def test_a_worker_feeds_the_one_before_and_the_way_back_is_exact(
    settings: Settings, tmp_path: Path
) -> None:
    succeed(settings, "migrate")
    await publish_teacher(settings, "T-1")
    with running(settings, "worker"):
        wait_for(lambda: names(settings, "g0001") == ["T-1"], 60)
    create_fed(settings)
    succeed(settings, "generations", "swap", NAME, "--keep-previous", "1h")
    log = tmp_path / "worker.log"
    with log.open("w") as file, running(settings, "worker", log=file):
        await publish_teacher(settings, "T-2")
        wait_for(lambda: names(settings, "g0001") == ["T-1", "T-2"], 60)
    assert "flink feeds the live generation" in log.read_text()
    assert names(settings, NAME) == ["T-1"]
    retried = homeroom(settings, "dead-letters", "retry", "--all", "--yes")
    assert (retried.returncode, f"Flink's feeds the generation {NAME}" in retried.stderr) == (
        1,
        True,
    )
    # Nobody feeds it at the moment: the command itself does.
    await publish_teacher(settings, "T-3")
    said = json.loads(succeed(settings, "rollback", "--json"))
    assert said == {"generation": "g0001", "previous": NAME}
    assert names(settings, "g0001")[:2] == ["T-1", "T-2"]
    assert not [
        one for one in json.loads(succeed(settings, "verify", "--json")) if one["differences"]
    ]


@at_full_strength
async def test_where_nothing_else_is_kept_a_worker_is_ready_and_writes_nothing(
    settings: Settings,
) -> None:
    succeed(settings, "migrate")
    create_fed(settings)
    succeed(settings, "generations", "swap", NAME)
    succeed(settings, "generations", "drop", "g0001", "--yes")
    with watched_worker(settings) as port:
        await publish_teacher(settings, "T-1")
        wait_for(port.ready, 60)
        with psycopg.connect(settings.require_database(), autocommit=True) as connection:
            gone = "SELECT to_regnamespace('g0001') IS NULL"
            wait_for(lambda: connection.execute(gone).fetchone() == (True,), 90)
        assert port.ready()
    assert names(settings, NAME) == []
    # The way back is a rebuild then; to migrate again changes nothing of Flink's.
    succeed(settings, "migrate")
    told = json.loads(succeed(settings, "rebuild", "--unfed", "--yes", "--json"))
    assert names(settings, told["generation"]) == ["T-1"]
    listed = json.loads(succeed(settings, "generations", "list", "--json"))
    assert {(g["state"], g["fed_by"]) for g in listed} == {
        ("live", "workers"), ("previous", "flink"),
    }  # fmt: skip


@at_full_strength
async def test_a_rebuild_is_compared_with_what_flink_has_written(settings: Settings) -> None:
    succeed(settings, "migrate")
    await publish_teacher(settings, "T-1")
    with running(settings, "worker"):
        wait_for(lambda: names(settings, "g0001") == ["T-1"], 60)
    create_fed(settings)
    succeed(settings, "generations", "swap", NAME)
    told = json.loads(succeed(settings, "rebuild", "--require-equal", "--yes", "--json"))
    assert sum(table["rows"] for table in told["report"]["tables"]) == 1
    assert names(settings, told["generation"]) == ["T-1"]
