"""`homeroom explain` over HTTP, at its time limits, and where the log has gone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete
from psycopg import sql

from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.support.commands import Service, Tables, homeroom, serving, succeed
from tests.support.explaining import explained, students
from tests.support.strength import at_full_strength

CLASS = "AAA-2013J"
KEYS = "reports=open-sesame-open-sesame-open-sesame,other=closed-closed-closed-closed-closed-"


@pytest.fixture(scope="module")
def prepared(prepared: Settings) -> Settings:
    return prepared.model_copy(update={"internal_api_keys": KEYS})


def test_at_the_time_limit_what_was_not_reached_is_said(imported: Settings) -> None:
    asked = ("teacher_classes", CLASS, "total_students")
    unreachable = imported.model_copy(update={"kafka_bootstrap_servers": "127.0.0.1:9"})
    found = explained(unreachable, *asked)
    assert not found["log"]["complete"]
    assert "Kafka" in found["log"]["problem"]
    assert len(students(found)) == found["value"]
    (one, *_) = found["log"]["reached"]
    assert one["reached"] == one["first"] <= one["last"]
    events = {str(f["event"]) for row in found["rows"] for f in row["fields"].values()}
    assert events == {"None"}
    said = succeed(unreachable, "explain", *asked)
    assert "The log was not read completely" in said
    assert "by an event that was not found" in said


@at_full_strength
def test_the_database_has_a_time_limit_too(imported: Settings, tables: Tables) -> None:
    with psycopg.connect(imported.database_url) as other:
        other.execute(
            sql.SQL("LOCK TABLE {}").format(sql.Identifier(tables.generation, "teacher_stats"))
        )
        done = homeroom(imported, "explain", "teacher_stats", "T-AAA", "--timeout", "1")
        assert done.returncode == 1
        assert "needs more than 1 seconds" in done.stderr


@pytest.fixture
def service(imported: Settings) -> Iterator[Service]:
    with serving(imported) as service:
        yield service


@at_full_strength
def test_services_with_a_key_get_the_same(imported: Settings, service: Service) -> None:
    asked = {"table": "teacher_classes", "key": CLASS, "column": "totalStudents"}
    good = {"X-Internal-API-Key": "open-sesame-open-sesame-open-sesame", "X-Service-ID": "reports"}
    answer = ask(service, asked, good)
    assert answer.status_code == 200, answer.text
    told = answer.json()["data"]
    assert told == explained(imported, *asked.values())
    assert answer.headers["Homeroom-Generation"] == told["generation"]
    assert answer.headers["Homeroom-As-Of"] == told["as_of"]
    known = told["log"]["reached"][0]
    later = f"{known['topic']}:{known['partition']}:{10**9}"
    waits = {"Homeroom-Wait-For": later, "Homeroom-Wait-Seconds": "0.1"}
    assert ask(service, asked, good | waits).status_code == 504
    for wrong in (
        {},
        {"X-Internal-API-Key": "open-sesame-open-sesame-open-sesame"},
        {"X-Internal-API-Key": "open-sesame-open-sesame-open-sesame", "X-Service-ID": "other"},
        {"X-Internal-API-Key": "closed-closed-closed-closed-closed-", "X-Service-ID": "reports"},
        {"X-Internal-API-Key": "none", "X-Service-ID": "nobody"},
        {"X-Internal-API-Key": "", "X-Service-ID": ""},
    ):
        refused = ask(service, asked, wrong)
        assert (refused.status_code, refused.json()["success"]) == (401, False)
    for status, changes in [
        (400, {"table": ""}), (400, {"limit": "none"}), (400, {"timeout": "-1"}),
        (404, {"table": "no_such"}), (404, {"key": "T-NOBODY"}), (404, {"column": "moods"}),
        (404, {"key": "x\x00"}), (200, {"limit": "1", "timeout": "1e9"}),
    ]:  # fmt: skip
        answer = ask(service, asked | changes, good)
        assert answer.status_code == status, answer.text


def ask(service: Service, asked: dict[str, str], headers: dict[str, str]) -> httpx.Response:
    return service.get("/internal/v1/explain", params=asked, headers=headers)


@at_full_strength
def test_the_endpoint_gives_up_in_time_and_keeps_others_waiting_for_nothing(
    imported: Settings, tables: Tables
) -> None:
    asked = {"table": "teacher_stats", "key": "T-AAA", "timeout": "60"}
    good = {"X-Internal-API-Key": "open-sesame-open-sesame-open-sesame", "X-Service-ID": "reports"}
    with serving(imported) as service, psycopg.connect(imported.database_url) as other:
        other.execute(
            sql.SQL("LOCK TABLE {}").format(sql.Identifier(tables.generation, "enrollment"))
        )
        with ThreadPoolExecutor() as callers:
            answers = [callers.submit(ask, service, asked, good) for _ in range(3)]
            assert service.ask("T-AAA", "stats").status_code == 200
            refused = sorted(answer.result().json()["message"][:26] for answer in answers)
            assert {answer.result().status_code for answer in answers} == {503}
        assert refused == [
            "2 explanations are under way"[:26], *2 * ["The database needs more than 5"[:26]]
        ]  # fmt: skip


@at_full_strength
async def test_what_retention_has_removed_is_said(imported: Settings) -> None:
    """The last test of this file: it removes the log."""
    asked = ("teacher_classes", CLASS, "total_students")
    whole = explained(imported, *asked)
    admin = AIOKafkaAdminClient(**client_options(imported))
    await admin.start()
    cut = {}
    for part in whole["log"]["reached"]:
        at = (part["first"] + part["last"]) // 2
        cut[TopicPartition(part["topic"], part["partition"])] = RecordsToDelete(at)
    await admin.delete_records(cut)
    await admin.close()

    found = explained(imported, *asked)

    assert (found["value"], set(students(found))) == (whole["value"], set(students(whole)))
    assert not found["log"]["complete"]
    assert "no longer has" in found["log"]["problem"]
    assert all(part["lost"] > 0 for part in found["log"]["reached"])
    events = [f["event"] for fields in students(found).values() for f in fields.values()]
    assert None in events
    kept = [event for event in events if event]
    before = [f["event"] for fields in students(whole).values() for f in fields.values()]
    assert kept
    assert all(event in before for event in kept)
