"""Who may publish what over HTTP, what becomes of each event, and what is too much."""

import asyncio
import secrets

import pytest
from structlog.testing import capture_logs

from homeroom.api.app import create_app
from homeroom.commands import ingested_ids
from homeroom.database import connect
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError
from tests.support.ingesting import STRUCTURED, HttpPublisher, event, http_publisher
from tests.support.limits import count_however_long_it_takes
from tests.support.readmodel import Tables
from tests.support.waiting import wait_for_async


def of_class(class_id: str) -> dict:
    return event(
        class_id,
        source="/services/classes",
        type="class.deleted.v1",
        data={"class_id": class_id},
    )


def of_exam(exam_id: str) -> dict:
    return event(exam_id, type="exam.deleted.v1", data={"exam_id": exam_id})


async def test_only_a_services_own_key_opens_it(publisher: HttpPublisher) -> None:
    for headers in (
        {"X_Internal_API_Key": "x" * 32},
        {"X_Internal_API_Key": None},
        {"X_Service_ID": "stranger"},
        {"X_Service_ID": None},
    ):
        answer = await publisher.post([event("T-1")], **headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "X-Internal-API-Key"
    assert (await publisher.client.get("/internal/v1/events")).headers["Allow"] == "POST"


async def test_a_service_publishes_on_its_own_topics_alone(publisher: HttpPublisher) -> None:
    subject = "T-own-topics"
    teacher, exam, unknown = (
        event(subject),
        of_exam("E-1"),
        event("T-x", type="teacher.promoted.v1"),
    )
    results = await publisher.results([teacher, exam, unknown])
    assert [r["status"] for r in results] == ["accepted", "rejected", "rejected"]
    assert "topic exams" in results[1]["error"]
    assert "HOMEROOM_INGESTION" in results[1]["error"]
    assert "no event type 'teacher.promoted.v1'" in results[2]["error"]
    answer = await publisher.post([event(subject, 2)], X_Service_ID="nobody")
    assert [r["status"] for r in answer.json()["results"]] == ["rejected"]
    answer = await publisher.post([event(subject, 2)], X_Service_ID="other")
    assert [r["status"] for r in answer.json()["results"]] == ["accepted"]
    assert len(await publisher.log(subject)) == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("people", "pairs"),
        ("=people", "pairs"),
        ("a=", "pairs"),
        ("a=people+", "pairs"),
        ("a=poeple", "people"),
        ("a=t1-people", "without the prefix"),
    ],
)
def test_a_setting_that_names_no_topic_is_refused_at_the_start(
    settings: Settings, text: str, why: str
) -> None:
    with pytest.raises(ConfigurationError, match=why):
        create_app(settings.model_copy(update={"ingestion": text}))


def test_who_may_publish_needs_brokers(settings: Settings) -> None:
    without = settings.model_copy(update={"kafka_bootstrap_servers": ""})
    with pytest.raises(ConfigurationError, match="HOMEROOM_KAFKA_BOOTSTRAP_SERVERS"):
        create_app(without)
    create_app(without.model_copy(update={"ingestion": " "}))


def test_a_service_without_a_key_is_told_of_at_the_start(settings: Settings) -> None:
    with capture_logs() as logs:
        create_app(settings.model_copy(update={"ingestion": "school=people,stranger=people"}))
    assert [log["service"] for log in logs if log["event"] == "ingestion_without_key"] == [
        "stranger"
    ]


async def test_events_are_judged_one_by_one_and_answered_in_their_order(
    publisher: HttpPublisher,
) -> None:
    subject = "T-judged"
    wrong = event(subject, 2, data={"teacher_id": subject, "name": 7})
    results = await publisher.results(
        [event(subject, 1), wrong, event(subject, 3), "nothing", {"id": 7}, event("T-no", 1, id="")]
    )
    assert [r["status"] for r in results] == ["accepted", "rejected", "accepted"] + ["rejected"] * 3
    assert [r["id"] for r in results] == [f"{subject}/{n}" for n in (1, 2, 3)] + [None, None, ""]
    assert "data.name: Input should be a valid string, found 7" in results[1]["error"]
    assert results[3]["error"] == "not a JSON object"
    # What was rejected is not remembered: it comes again, put right, and fills the gap.
    assert await publisher.statuses([event(subject, 2)]) == ["accepted"]
    numbers = [dict(r.headers)["ce_sequence"] for r in await publisher.log(subject)]
    assert numbers == [b"1", b"3", b"2"]


async def test_a_subjects_events_are_published_in_their_order(publisher: HttpPublisher) -> None:
    subjects = [f"T-order-{n}" for n in range(20)]
    given = [event(subject, number) for number in range(1, 11) for subject in subjects]
    results = await publisher.results(given)
    records = await publisher.log(*subjects)
    for subject in subjects:
        of_subject = [r for r in records if r.key.decode() == subject]
        numbers = [int(dict(r.headers)["ce_sequence"]) for r in of_subject]
        assert numbers == list(range(1, 11))
    where = {
        dict(r.headers)["ce_id"].decode(): f"{r.topic}:{r.partition}:{r.offset}" for r in records
    }
    assert [r["position"] for r in results] == [where[one["id"]] for one in given]


async def test_sequences_that_descend_are_rejected_as_in_a_file(publisher: HttpPublisher) -> None:
    given = [event("T-down", 2), event("T-down", 1), event("T-down", 2, id="other")]
    results = await publisher.results(given)
    assert [r["status"] for r in results] == ["accepted", "rejected", "rejected"]
    assert results[1]["error"] == "sequence: 1 of teacher T-down comes after its 2"
    assert "was another event's before" in results[2]["error"]


async def test_an_id_that_comes_again_is_a_duplicate_with_its_position(
    publisher: HttpPublisher,
) -> None:
    first = event("T-again")
    both = await publisher.results([first, first])
    assert [r["status"] for r in both] == ["accepted", "duplicate"]
    assert both[0]["position"] == both[1]["position"]
    later = await publisher.results([event("T-again", 2), first])
    assert [r["status"] for r in later] == ["accepted", "duplicate"]
    assert later[1] == both[1]
    # Another source has ids of its own.
    assert await publisher.statuses([first | {"source": "/services/others"}]) == ["accepted"]
    assert len(await publisher.log("T-again")) == 3


async def test_another_event_with_an_id_is_told_so(publisher: HttpPublisher) -> None:
    await publisher.results([event("T-id")])
    for given in ([event("T-id", 2, id="T-id/1")], [event("T-id"), event("T-id", 2, id="T-id/1")]):
        result = (await publisher.results(given))[-1]
        assert result["status"] == "duplicate"
        assert "give each event an id of its own" in result["error"]
    assert len(await publisher.log("T-id")) == 1


async def test_ids_of_one_service_are_none_of_anothers(publisher: HttpPublisher) -> None:
    """Whoever may publish on one topic cannot keep another service's events away."""
    answer = await publisher.post([of_class("C-theirs") | {"id": "1"}])
    assert answer.json()["results"][0]["status"] == "accepted"
    answer = await publisher.post([of_class("C-theirs") | {"id": "1"}], X_Service_ID="other")
    assert answer.json()["results"][0]["status"] == "accepted"


async def test_ids_are_forgotten_when_their_time_is_over(
    publisher: HttpPublisher, tables: Tables
) -> None:
    run = tables.connection.execute
    await publisher.results([event("T-old"), event("T-new")])
    old = "UPDATE homeroom.ingested_event SET expires_at = now() WHERE identity = %s"
    run(old, (ingested_ids.identity_of(_outgoing("T-old")),))
    assert await publisher.statuses([event("T-old"), event("T-new")]) == ["accepted", "duplicate"]
    run(old, (ingested_ids.identity_of(_outgoing("T-old")),))
    async with await connect(publisher.settings.database_url, "tests") as connection:
        assert await ingested_ids.prune(connection, 100) == 1
        assert await ingested_ids.prune(connection, 100) == 0
    assert await publisher.statuses([event("T-new")]) == ["duplicate"]


def _outgoing(subject: str):
    from homeroom_kit.publishing.structured import event_of

    return event_of(event(subject))


async def answered(publisher: HttpPublisher, given: list[dict]) -> list[str]:
    """The statuses, once there are some: a busy machine may answer 503, and is asked again."""

    async def answer() -> list[str]:
        found = await publisher.post(given)
        assert found.status_code in (200, 429, 503), found.text
        results = found.json()["results"] if found.status_code == 200 else []
        return [result["status"] for result in results]

    return await wait_for_async(answer)


async def test_two_query_services_publish_an_id_once(settings: Settings) -> None:
    subjects = [f"T-twice-{n}" for n in range(30)]
    given = [event(subject) for subject in subjects]
    async with http_publisher(settings) as one, http_publisher(settings) as other:
        tries = [
            answered(one if n % 2 else other, given if n % 3 else given[::-1]) for n in range(6)
        ]
        statuses = await asyncio.gather(*tries)
        accepted = sum(each.count("accepted") for each in statuses)
        assert accepted == len(given)
        assert len(await one.log(*subjects)) == len(given)


async def test_too_much_at_once_is_refused(settings: Settings) -> None:
    small = {"ingestion_events_max": 2, "ingestion_body_bytes_max": 3_000}
    async with http_publisher(settings.model_copy(update=small)) as publisher:
        answer = await publisher.post([event("T-many", n) for n in (1, 2, 3)])
        assert answer.status_code == 413
        assert answer.json()["message"] == "3 events; at most 2 are possible at once"
        answer = await publisher.post([event("T-many", 1, extra="x" * 3_000)])
        assert answer.status_code == 413
        assert answer.json()["message"] == "The body has more than 3,000 bytes"
        assert await publisher.log("T-many") == []


async def test_an_event_may_be_as_large_as_one_from_a_file(publisher: HttpPublisher) -> None:
    data = event("T-large")["data"] | {"more": secrets.token_hex(950_000)}
    answer = await publisher.post(event("T-large", data=data), STRUCTURED)
    assert answer.json()["results"][0]["status"] == "accepted", answer.text
    data["more"] *= 2
    answer = await publisher.post(event("T-large", 2, type="teacher.updated.v1", data=data))
    assert answer.status_code == 400
    (result,) = await publisher.results([event("T-large", 2, data=data)])
    assert "at most 2,031,616 are possible" in result["error"]


async def test_a_service_has_a_limit_a_minute(
    settings: Settings, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_however_long_it_takes(monkeypatch)
    tables.connection.execute("TRUNCATE homeroom.request_count")
    limited = settings.model_copy(update={"ingestion_requests_per_minute_max": 1})
    async with http_publisher(limited) as publisher:
        answer = await publisher.post([event("T-limit")])
        assert answer.headers["RateLimit-Remaining"] == "0"
        answer = await publisher.post([event("T-limit")])
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) >= 1
        assert (await publisher.post([], X_Service_ID="other")).status_code == 200
    tables.connection.execute("TRUNCATE homeroom.request_count")


async def test_what_became_of_events_is_measured(settings: Settings) -> None:
    given = [event("T-count"), event("T-count"), event("T-c", type="what.ever.v1")]
    async with http_publisher(settings) as publisher:
        await publisher.results(given)
        metrics = (await publisher.client.get("/metrics")).text
    for labels in (
        'service="school",status="accepted",type="teacher.registered.v1"',
        'service="school",status="duplicate",type="teacher.registered.v1"',
        'service="school",status="rejected",type="unknown"',
    ):
        assert f"homeroom_ingested_events_total{{{labels}}} 1.0" in metrics
    assert 'homeroom_ingestion_seconds_count{service="school"} 1.0' in metrics
    assert "homeroom_ingestion_in_flight_events 0.0" in metrics


async def test_what_is_under_way_already_keeps_others_out(
    settings: Settings, tables: Tables
) -> None:
    """Here a lock keeps ids from being taken, as brokers that are slow would."""
    few = {
        "ingestion_in_flight_events_max": 2,
        "ingestion_acknowledgement_seconds_max": 0.5,
    }
    async with http_publisher(settings.model_copy(update=few)) as publisher:

        async def is_connected() -> bool:
            return (await publisher.post([event("T-slow", 1)])).status_code == 200

        await wait_for_async(is_connected)
        with tables.connection.transaction():
            tables.connection.execute("LOCK TABLE homeroom.ingested_event IN SHARE MODE")
            late, full = await asyncio.gather(
                publisher.post([event("T-slow", 2), event("T-slow", 3)]),
                publisher.post([event("T-slow", 4)]),
            )
        assert (late.status_code, full.status_code) == (429, 429)
        assert int(late.headers["Retry-After"]) >= 1
        assert "under way already" in full.json()["message"] + late.json()["message"]
    async with http_publisher(settings) as publisher:
        again = [event("T-slow", n) for n in (1, 2, 3, 4)]
        assert (await publisher.statuses(again))[0] == "duplicate"
        numbers = {dict(r.headers)["ce_sequence"] for r in await publisher.log("T-slow")}
        assert numbers == {b"1", b"2", b"3", b"4"}


async def test_brokers_that_are_away_are_503(settings: Settings) -> None:
    away = settings.model_copy(update={"kafka_bootstrap_servers": "127.0.0.1:1"})
    async with http_publisher(away) as publisher:
        answer = await publisher.post([event("T-away")])
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "1"
        assert {*answer.json()} == {"success", "message", "requestId"}
        # What is wrong with events is said without brokers.
        assert await publisher.statuses([event("T-away", 0)]) == ["rejected"]
    missing = settings.model_copy(update={"topic_prefix": "nowhere-"})
    async with http_publisher(missing) as publisher:
        assert (await publisher.post([event("T-away")])).status_code == 503
