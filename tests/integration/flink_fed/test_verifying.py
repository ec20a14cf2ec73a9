"""What a job of Flink's wrote, against its definitions and against what a worker keeps."""

import json
import threading

import psycopg
import pytest

from homeroom.operations.differences import Scope
from homeroom.operations.verifying.against_generation import verify_against
from homeroom.operations.verifying.settling import SettlingTime
from homeroom.operations.verifying.verify import verify
from homeroom.settings import Settings
from tests.support.commands import homeroom, succeed
from tests.support.flink_fed import NAME
from tests.support.strength import at_full_strength

AT_ONCE = SettlingTime(0)
SOON = SettlingTime(60, look_seconds=0.05)


def execute(settings: Settings, statement: str) -> int:
    with psycopg.connect(settings.require_database()) as connection:
        return connection.execute(statement.encode()).rowcount


def test_a_generation_that_flink_feeds_equals_its_definitions_and_the_other_one(
    fed: Settings,
) -> None:
    by_definition = json.loads(succeed(fed, "verify", "--generation", NAME, "--json"))
    against = json.loads(
        succeed(fed, "verify", "--generation", NAME, "--against", "g0001", "--json")
    )
    assert sum(one["rows"] for one in by_definition) > 100
    tables = {one["table"]: one["rows"] for one in against}
    assert {one["table"] for one in by_definition} < tables.keys()
    assert tables["submission"] > 0
    assert not any(one["differences"] for one in by_definition + against)


def test_what_differs_is_told_value_by_value_with_an_exit_code(fed: Settings) -> None:
    assert execute(fed, "UPDATE flink.classes SET name = 'Elsewhere'") > 0
    assert execute(fed, "DELETE FROM flink.exam_totals") > 0
    # The definition of one more table reads what is gone.
    for options, more in (((), {"teacher_exams"}), (("--against", "g0001"), set())):
        done = homeroom(fed, "verify", "--generation", NAME, *options, "--wait", "0", "--json")
        assert done.returncode == 1, done.stderr
        found = {one["table"]: one for one in json.loads(done.stdout)}
        differing = {name for name, one in found.items() if one["differences"]}
        assert differing == {"classes", "exam_totals"} | more
        (first, *_) = found["classes"]["differences"]
        assert (first["column"], first["have"]) == ("name", "Elsewhere")
        assert found["exam_totals"]["missing"] > 0
        assert found["exam_totals"]["unexpected"] == 0


def test_a_row_that_is_right_a_moment_later_does_not_count(fed: Settings) -> None:
    execute(fed, "UPDATE flink.classes SET name = name || '!'")
    assert any(one.differs for one in verify(fed.require_database(), generation=NAME))
    looked = threading.Event()
    written = threading.Event()

    def catch_up(_: object) -> None:
        """Flink writes between the first look and the second one."""
        if looked.is_set():
            if not written.is_set():
                execute(fed, "UPDATE flink.classes SET name = left(name, -1)")
            written.set()
        looked.set()

    found = verify(fed.require_database(), generation=NAME, wait=SOON, connected=catch_up)
    assert written.is_set()
    assert not any(one.differs for one in found)


@at_full_strength
def test_a_row_that_stays_wrong_counts_beside_one_that_is_only_late(fed: Settings) -> None:
    execute(fed, "UPDATE flink.classes SET name = 'wrong'")
    keys = set[str]()
    for wait in (AT_ONCE, SettlingTime(0.2, look_seconds=0.05)):
        scope = Scope(("classes",))
        (found,) = verify_against(fed.require_database(), scope, NAME, "g0001", wait)
        keys = keys or {d.key for d in found.differences}
        assert {d.key for d in found.differences} == keys
        assert found.unexpected == found.missing == len(keys) > 0


def test_a_first_look_that_takes_longer_than_the_wait_is_not_the_last_one(
    fed: Settings,
) -> None:
    execute(fed, "UPDATE flink.classes SET name = name || '!'")
    looks = 0

    def look_slowly(connection: psycopg.Connection) -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            connection.execute("SELECT pg_sleep(1)")
        else:
            execute(fed, "UPDATE flink.classes SET name = left(name, -1)")

    short = SettlingTime(1, look_seconds=0.05)
    found = verify(fed.require_database(), generation=NAME, wait=short, connected=look_slowly)
    assert looks == 2
    assert not any(one.differs for one in found)


@pytest.mark.parametrize(
    "options", [("--key", "C1"), pytest.param(("--sample", "40%"), marks=at_full_strength)]
)
def test_a_part_of_the_rows_can_be_compared_again(fed: Settings, options: tuple[str, str]) -> None:
    execute(fed, "UPDATE flink.classes SET name = 'wrong'")
    done = homeroom(
        fed, "verify", "--generation", NAME, "--against", "g0001", "--table", "classes",
        *options, "--wait", "0.1", "--json",
    )  # fmt: skip
    (found,) = json.loads(done.stdout)
    assert (done.returncode == 1) == (found["rows"] > 0)
    assert found["unexpected"] == found["rows"]


@at_full_strength
def test_without_entities_only_the_comparison_with_another_generation_is_possible(
    settings: Settings, fed: Settings
) -> None:
    execute(
        fed,
        "DO $$ BEGIN EXECUTE (SELECT 'TRUNCATE ' || string_agg(format('flink.%I', e), ', ') FROM "
        "flink.plan, jsonb_object_keys(contract->'entities') AS e); END $$",
    )
    refused = homeroom(settings, "verify", "--generation", NAME)
    assert refused.returncode == 1
    assert "--entities" in refused.stderr
    against = json.loads(
        succeed(fed, "verify", "--generation", NAME, "--against", "g0001", "--json")
    )
    assert "submission" not in {one["table"] for one in against}
    assert sum(one["rows"] for one in against) > 100


def test_generations_that_are_not_there_or_were_made_differently_are_refused(
    fed: Settings,
) -> None:
    for options in (("--generation", "g7"), ("--against", "g7")):
        refused = homeroom(fed, "verify", *options)
        assert refused.returncode == 1
        assert "There is no generation g7. There are: flink, g0001." in refused.stderr
    refused = homeroom(fed, "verify", "--generation", NAME, "--against-log")
    assert refused.returncode == 2
    execute(fed, "UPDATE flink.plan SET definitions = definitions - 'classes'")
    refused = homeroom(fed, "verify", "--generation", NAME, "--against", "g0001")
    assert refused.returncode == 1
    assert "the definition classes is new" in refused.stderr
