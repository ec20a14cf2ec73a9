"""New code over old tables: a changed projection, a changed contract, and the way back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql

from homeroom.settings import Settings
from tests.support.commands import Service, Tables, homeroom, running, serving, succeed, tables_of
from tests.support.contents import contents
from tests.support.oulad_numbers import Numbers
from tests.support.readers import Readers
from tests.support.scraping import Port, watched_worker
from tests.support.strength import at_full_strength, pick
from tests.support.versions import Version, changed_projections
from tests.support.waiting import wait_for

MODULES = ("AAA",)
TEACHER = "T-AAA"
COUNT = "coalesce(k.students, 0) AS total_students"
AS_NUMERIC = "coalesce(k.students, 0)::numeric AS total_students"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, numbers: Numbers) -> str:
    folder = tmp_path_factory.mktemp("module")
    numbers.write_part(folder, MODULES, one_in=pick(quick=4, thorough=1))
    return str(folder)


@pytest.fixture
def tables(settings: Settings, folder: str) -> Iterator[Tables]:
    """A database with one module's log, which a worker has projected; the worker has ended."""
    succeed(settings, "migrate")
    said = succeed(settings, "import-oulad", "--from", folder, "--json")
    with tables_of(settings) as tables:
        with running(settings, "worker"):
            tables.wait_until_applied(json.loads(said)["events"])
        yield tables


@pytest.fixture
def changed(tmp_path: Path) -> Version:
    """A version in which a column has another type, and the same values."""
    return Version(changed_projections(tmp_path, "teacher_classes", COUNT, AS_NUMERIC))


@at_full_strength
def test_a_changed_projection_is_deployed_by_a_rebuild_and_rolled_back_under_readers(
    settings: Settings, tables: Tables, changed: Version
) -> None:
    before = contents(settings.database_url)
    with running(settings, "worker"), serving(settings) as service:
        with Readers(service, {TEACHER: "classes/recent"}, 4) as readers:
            wait_for(lambda: readers.read > 50)
            done = changed.run(settings, "rebuild", "--json")
            assert done.returncode == 0, done.stderr
            told = json.loads(done.stdout)
            wait_for(lambda: "g0002" in readers.generations)
            succeed(settings, "rollback")
            wait_for(lambda: tables.generation == "g0001")
            seen = readers.read
            wait_for(lambda: readers.read > seen + 50)
        assert readers.wrong == []
        assert readers.generations == {"g0001", "g0002"}
        assert len(readers.answers[TEACHER]) == 1
    (differing,) = [t for t in told["report"]["tables"] if t["columns"]]
    assert differing["table"] == "teacher_classes"
    assert differing["columns"] == ["total_students: bigint becomes numeric"]
    assert [t["table"] for t in told["report"]["tables"] if t["added"] or t["changed"]] == []
    assert contents(settings.database_url) == before


def test_a_worker_of_new_code_leaves_old_tables_alone_and_says_what_helps(
    settings: Settings, tables: Tables, changed: Version
) -> None:
    done = changed.run(settings, "worker")
    assert done.returncode == 1
    assert "the definition teacher_classes has changed" in done.stderr
    assert "homeroom rebuild" in done.stderr
    assert tables.generation == "g0001"


@at_full_strength
def test_a_worker_may_rebuild_by_itself(
    settings: Settings, tables: Tables, changed: Version
) -> None:
    with changed.running(settings, "worker", "--rebuild"):
        wait_for(lambda: tables.generation == "g0002", 60)
        count = published(settings, tables, 1)
        tables.wait_until_applied(count)
    assert homeroom(settings, "verify").returncode == 0


@at_full_strength
def test_where_the_contract_changed_only_the_old_code_feeds_the_way_back(
    settings: Settings, tables: Tables, tmp_path: Path
) -> None:
    folder = changed_projections(tmp_path, "teachers", "SELECT", "SELECT")
    newer = Version(folder, new_column="teacher.nickname")
    with running(settings, "worker"):
        migrated = newer.run(settings, "migrate")
        assert migrated.returncode == 0
        assert "the entity teacher has changed" in migrated.stderr
        tables.wait_until_applied(published(settings, tables, 0))
    done = newer.run(settings, "rebuild", "--yes", "--unfed")
    assert done.returncode == 0, done.stderr
    with newer.running(settings, "worker"):
        tables.wait_until_applied(published(settings, tables, 1))
        refused = newer.run(settings, "rollback", "--wait", "1")
        assert refused.returncode == 1
        assert "only a worker of that version can feed it" in refused.stderr
        assert "g0001 is 1 events behind g0002" in refused.stderr
        assert tables.generation == "g0002"
        with running(settings, "worker"):
            back = newer.run(settings, "rollback", "--wait", "60")
            assert back.returncode == 0, back.stderr
            assert tables.generation == "g0001"
            tables.wait_until_applied(published(settings, tables, 2))
    assert homeroom(settings, "verify").returncode == 0


@at_full_strength
def test_a_swap_waits_for_who_will_feed_it_and_who_feeds_another_one_is_not_ready(
    settings: Settings, tables: Tables, tmp_path: Path
) -> None:
    """Two versions beside each other: the old one cannot feed what the new one builds."""
    newer = Version(
        changed_projections(tmp_path, "teachers", "SELECT", "SELECT"),
        new_column="teacher.nickname",
    )
    with watched_worker(settings) as old:
        wait_for(old.ready)
        assert newer.run(settings, "migrate").returncode == 0
        with newer.running(settings, "rebuild", "--yes") as rebuild:
            wait_for(lambda: "waiting for a worker of this version" in phase(settings), 60)
            tables.wait_until_applied(published(settings, tables, 1))
            assert tables.generation == "g0001"
            with newer.running(settings, "worker"):
                wait_for(lambda: tables.generation == "g0002", 60)
                assert rebuild.wait(60) == 0
                tables.wait_until_applied(published(settings, tables, 2))
        wait_for(lambda: not old.ready())
        assert "g0002 is not fed from here" in old.ask("/readyz").text
        assert old.value("homeroom_ready") == 0
        published(settings, tables, 3)
        wait_for(lambda: lag(old, "homeroom_lag_events") == 1)
        wait_for(lambda: lag(old, "homeroom_lag_seconds") > 0)
        assert newer.run(settings, "rollback").returncode == 0
        wait_for(old.ready)
        wait_for(lambda: lag(old, "homeroom_lag_events") == 0)


def phase(settings: Settings) -> str:
    return str((json.loads(succeed(settings, "rebuild", "status", "--json")) or {}).get("phase"))


def lag(port: Port, name: str) -> float:
    return sum(port.scrape().get(name, {}).values())


def published(settings: Settings, tables: Tables, number: int) -> int:
    """One more teacher; how many records the log holds then, if nobody else publishes."""
    event = {
        "specversion": "1.0", "id": f"more-{number}", "source": "/tests", "sequence": "1",
        "type": "teacher.registered.v1", "subject": f"T-{number}", "time": "2026-03-01T09:00:00Z",
        "data": {"teacher_id": f"T-{number}", "name": "Ada", "email": None,
                 "organization_id": None},
    }  # fmt: skip
    before = tables.applied()
    done = homeroom(settings, "publish", "-", text=json.dumps(event))
    assert done.returncode == 0, done.stderr
    return before + 1


@at_full_strength
def test_a_generation_as_of_a_moment_is_read_beside_the_live_one(
    settings: Settings, tables: Tables
) -> None:
    moment = "2014-01-31T00:00:00Z"
    said = succeed(settings, "rebuild", "--as-of", moment, "--into", "january")
    assert "homeroom serve --generation january" in said
    assert tables.generation == "g0001"
    now, then = students(tables, "g0001"), students(tables, "january")
    assert 0 < then < now
    with running(
        settings.model_copy(update={"port": 0}), "serve", "--generation", "january"
    ) as process:
        assert process.stdout is not None
        service = Service(settings, process.stdout.readline().split()[-1])
        answer = service.ask(TEACHER, "stats")
        service.close()
    assert answer.headers["homeroom-generation"] == "january"
    assert answer.json()["data"]["totalStudents"] == then
    again = homeroom(settings, "rebuild", "--as-of", moment, "--into", "january")
    assert again.returncode == 1
    assert "There is a generation january already" in again.stderr
    succeed(settings, "generations", "drop", "january")
    assert "january" not in succeed(settings, "generations", "list")


def students(tables: Tables, generation: str) -> int:
    row = tables.connection.execute(
        sql.SQL("SELECT students FROM {} WHERE teacher_id = %s").format(
            sql.Identifier(generation, "teacher_stats")
        ),
        (TEACHER,),
    ).fetchone()
    return int(row[0]) if row else 0


@at_full_strength
def test_a_changed_projection_is_derived_from_the_live_entities(
    settings: Settings, tables: Tables, changed: Version
) -> None:
    done = changed.run(settings, "rebuild", "--from", "live", "--yes")
    assert done.returncode == 0, done.stderr
    assert tables.generation == "g0002"
    assert changed.run(settings, "verify").returncode == 0


def test_the_verb_that_is_gone_says_what_to_type_instead(settings: Settings) -> None:
    done = homeroom(settings, "refresh", "teacher_stats", "--by", "ada", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "`homeroom repair teacher_stats`" in done.stderr
    assert "`homeroom rebuild --from live`" in done.stderr


@at_full_strength
def test_what_cannot_be_gone_back_to_is_said(settings: Settings, tables: Tables) -> None:
    done = homeroom(settings, "rollback")
    assert done.returncode == 1
    assert "no generation to go back to: g0001 is the only one" in done.stderr
    assert tables.generation == "g0001"
    for arguments, words in [
        (("generations", "drop", "g0001"), "g0001 is live"),
        (("generations", "drop", "nothing"), "There is no generation nothing"),
        (("serve", "--generation", "nothing"), "There is no generation nothing"),
    ]:
        done = homeroom(settings, *arguments)
        assert done.returncode == 1
        assert words in done.stderr
