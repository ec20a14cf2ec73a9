"""A caller who has just published waits until the read model holds it."""

import asyncio

import pytest

from homeroom.errors import PositionNotReached, UnknownPartition
from homeroom.queries.database import NO_TOKEN, TokenIdentity
from tests.support import wait_for_async
from tests.support.readmodel import TEACHER

OFFSETS_BEYOND = "exams:0:1000"


@pytest.fixture(autouse=True)
def reached(tables):
    tables.insert("teachers")
    tables.reach("exams", 0, 42)
    tables.reach("t1-classes", 3, 7)


def services(api):
    return api.client._transport.app.state.services


async def waiting(api, count):
    """Return once so many callers wait."""
    await wait_for_async(lambda: services(api).positions.waiting == count)


@pytest.mark.parametrize(
    "held", ["exams:0:41", "exams:0:0", "t1-classes:3:6,exams:0:41", " exams:0:41 ,\texams:0:40"]
)
async def test_what_the_read_model_holds_is_answered_at_once(api, held):
    answer = await api.dashboard("stats", Homeroom_Wait_For=held, Homeroom_Wait_Seconds="0")
    assert answer.status_code == 200


async def test_a_partition_that_is_new_is_waited_for(api, tables):
    asked = asyncio.create_task(
        api.dashboard("stats", Homeroom_Wait_For="exams:7:3", Homeroom_Wait_Seconds="10")
    )
    await waiting(api, 1)
    # A worker has found it.
    tables.reach("exams", 7, 4)
    assert (await asked).status_code == 200


async def test_where_a_command_says_that_a_partition_is_there_nothing_is_refused(api):
    positions = services(api).positions
    with pytest.raises(PositionNotReached):
        await positions.wait({("new", 7): 3}, 0.05, NO_TOKEN, {("new", 7)})
    with pytest.raises(UnknownPartition):
        await positions.wait({("new", 7): 3}, 10, NO_TOKEN)


async def test_what_it_does_not_hold_in_time_is_504_with_the_position_reached(api):
    answer = await api.dashboard(
        "stats", Homeroom_Wait_For="exams:0:42,t1-classes:3:0", Homeroom_Wait_Seconds="0.05"
    )
    assert answer.status_code == 504
    assert answer.json() == {
        "success": False,
        "message": "Not reached within 0.05 seconds; position reached: exams:0:42, t1-classes:3:7",
        "requestId": answer.headers["x-request-id"],
    }


async def test_an_answer_comes_as_soon_as_the_read_model_holds_it(api, tables):
    asked = asyncio.create_task(
        api.dashboard(
            "classes/recent",
            Homeroom_Wait_For="exams:0:50,t1-classes:3:9",
            Homeroom_Wait_Seconds="10",
        )
    )
    await waiting(api, 1)
    tables.reach("exams", 0, 51)
    tables.reach("t1-classes", 3, 9)
    await asyncio.wait([asked], timeout=0.1)
    assert not asked.done()
    tables.insert("teacher_classes", {"class_id": "C-1"})
    tables.reach("t1-classes", 3, 10)
    answer = await asked
    assert answer.status_code == 200
    assert answer.json()["data"]["total"] == 1
    await waiting(api, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "exams",
        "exams:0",
        "exams:0:",
        "exams:0:x",
        "exams:0:-1",
        "exams:0:1:2",
        "exams:0:1,",
        "exams:0:1 classes:0:1",
        "ex ams:0:1",
        "exams:2147483648:1",
        "exams:0:9223372036854775808",
        "x" * 250 + ":0:1",
        "exams:0:٤",
    ],
)
async def test_what_is_not_of_the_form_is_400(api, text):
    answer = await api.dashboard("stats", Homeroom_Wait_For=text.encode())
    assert answer.status_code == 400
    assert answer.json()["message"] == (
        "Homeroom-Wait-For must be topic:partition:offset, several by comma"
    )


@pytest.mark.parametrize("seconds", ["", "x", "-1", "1e1", "nan", "inf", "1,5"])
async def test_a_time_to_wait_that_is_no_number_is_400(api, seconds):
    answer = await api.dashboard(
        "stats", Homeroom_Wait_For="exams:0:1", Homeroom_Wait_Seconds=seconds
    )
    assert answer.status_code == 400
    assert answer.json()["message"] == "Homeroom-Wait-Seconds must be a number of seconds from 0"


@pytest.mark.parametrize("unknown", ["exams:1:0", "exam:0:0", "exams:0:1,classes:0:0"])
async def test_an_unknown_topic_or_partition_is_400(api, unknown):
    answer = await api.dashboard("stats", Homeroom_Wait_For=unknown)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Unknown topic or partition: ")


async def test_a_partition_that_was_just_added_is_known(api, tables):
    tables.reach("exams", 9, 1)
    answer = await api.dashboard("stats", Homeroom_Wait_For="exams:9:0")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("said", "waited"), [(None, 2.0), ("10.5", 10.0), ("999999", 10.0), ("0.5", 0.5)]
)
async def test_it_waits_two_seconds_if_not_said_and_ten_at_most(api, monkeypatch, said, waited):
    watcher, asked = services(api).positions, []

    async def wait(_offsets, seconds, _jti):
        asked.append(seconds)

    monkeypatch.setattr(watcher, "wait", wait)
    await api.dashboard("stats", Homeroom_Wait_For=OFFSETS_BEYOND, Homeroom_Wait_Seconds=said)
    assert asked == [waited]


@pytest.mark.parametrize(
    ("path", "status"),
    [("a.b/dashboard/stats", 400), ("T-2/dashboard/stats", 403)],
)
async def test_it_is_looked_at_after_the_id_and_the_right_to_ask(api, path, status):
    answer = await api.get(f"/api/teachers/{path}", Homeroom_Wait_For="nonsense")
    assert answer.status_code == status
    assert "Homeroom-Wait-For" not in answer.json()["message"]


async def test_it_is_looked_at_before_existence_and_parameters(api, tables):
    tables.clear()
    tables.reach("exams", 0, 42)
    answer = await api.dashboard("exams/recent?limit=0", Homeroom_Wait_For="nonsense")
    assert (answer.status_code, "Homeroom-Wait-For" in answer.json()["message"]) == (400, True)
    asked = asyncio.create_task(
        api.dashboard("stats", Homeroom_Wait_For="exams:0:42", Homeroom_Wait_Seconds="10")
    )
    await waiting(api, 1)
    tables.insert("teachers")
    tables.reach("exams", 0, 43)
    assert (await asked).status_code == 200


async def test_callers_who_wait_do_not_stop_others_from_reading(serve, settings, tables):
    small = settings.model_copy(update={"pool_connections_max": 2})
    async with serve(small) as api:
        far = [
            asyncio.create_task(
                api.dashboard("stats", Homeroom_Wait_For=OFFSETS_BEYOND, Homeroom_Wait_Seconds="10")
            )
            for _ in range(20)
        ]
        await waiting(api, 20)
        for _ in range(5):
            assert (await api.dashboard("stats")).status_code == 200
        assert "homeroom_waiters 20.0" in (await api.get("/metrics")).text
        assert not any(task.done() for task in far)
        tables.reach("exams", 0, 1001)
        assert {answer.status_code for answer in await asyncio.gather(*far)} == {200}


async def test_more_callers_than_may_wait_are_503(serve, settings, tables):
    few = settings.model_copy(update={"waiters_max": 2})
    async with serve(few) as api:
        far = [
            asyncio.create_task(
                api.dashboard("stats", Homeroom_Wait_For=OFFSETS_BEYOND, Homeroom_Wait_Seconds="10")
            )
            for _ in range(2)
        ]
        await waiting(api, 2)
        answer = await api.dashboard("stats", Homeroom_Wait_For=OFFSETS_BEYOND)
        assert answer.status_code == 503
        assert answer.json()["message"].startswith("2 callers are waiting already")
        held = await api.dashboard("stats", Homeroom_Wait_For="exams:0:1")
        assert held.status_code == 200
        tables.reach("exams", 0, 1001)
        await asyncio.gather(*far)


async def test_one_person_takes_a_share_of_the_places_and_others_still_wait(serve, settings):
    few = settings.model_copy(update={"waiters_per_person_max": 2})
    wait = {"Homeroom_Wait_For": OFFSETS_BEYOND, "Homeroom_Wait_Seconds": "10"}
    async with serve(few) as api:
        mine = [asyncio.create_task(api.dashboard("stats", **wait)) for _ in range(2)]
        await waiting(api, 2)
        refused = await api.dashboard("stats", **wait)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        assert refused.json()["message"].startswith("2 requests of yours are waiting already")
        others = [
            asyncio.create_task(services(api).positions.wait({("exams", 0): 99}, 10.0, who))
            for who in (TokenIdentity(subject="T-OTHER"), NO_TOKEN, NO_TOKEN, NO_TOKEN)
        ]
        await waiting(api, 6)
        tasks = [*mine, *others]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await waiting(api, 0)
        held = {"Homeroom_Wait_For": "exams:0:1", "Homeroom_Wait_Seconds": "10"}
        assert (await api.dashboard("stats", **held)).status_code == 200


async def test_a_caller_who_has_gone_waits_no_more(api):
    leave = asyncio.Event()
    path = f"/api/teachers/{TEACHER}/dashboard/stats"
    headers = {
        "host": "homeroom",
        "authorization": f"Bearer {api.token}",
        "homeroom-wait-for": OFFSETS_BEYOND,
        "homeroom-wait-seconds": "10",
    }
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    messages = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive():
        for message in messages:
            return message
        await leave.wait()
        return {"type": "http.disconnect"}

    async def send(_):
        pass

    serving = asyncio.create_task(api.client._transport.app(scope, receive, send))
    await waiting(api, 1)
    leave.set()
    await serving
    assert services(api).positions.waiting == 0


async def test_a_swap_of_generations_wakes_those_who_wait_for_it(api, tables):
    run = tables.connection.execute
    run("CREATE SCHEMA g0002")
    run("GRANT USAGE ON SCHEMA g0002 TO homeroom_reader")
    run("CREATE TABLE g0002.positions (LIKE g0001.positions)")
    run(
        "INSERT INTO g0002.positions (topic, partition, next_offset, first_offset) "
        "VALUES ('exams', 0, 100, 0)"
    )
    # What every read looks at beside them.
    for table in ("incomplete", "deactivated_teachers", "deactivated_students", "memberships"):
        run(f"CREATE TABLE g0002.{table} (LIKE g0001.{table})".encode())
    run("GRANT SELECT ON ALL TABLES IN SCHEMA g0002 TO homeroom_reader")
    try:
        waited = asyncio.create_task(
            services(api).positions.wait({("exams", 0): 99}, 10.0, NO_TOKEN)
        )
        await waiting(api, 1)
        run("UPDATE homeroom.live SET schema = 'g0002'")
        await waited
    finally:
        run("UPDATE homeroom.live SET schema = 'g0001'")
        run("DROP SCHEMA g0002 CASCADE")


async def test_waiting_goes_on_over_a_cut_connection(api, tables):
    asked = asyncio.create_task(
        api.dashboard("stats", Homeroom_Wait_For="exams:0:42", Homeroom_Wait_Seconds="10")
    )
    await waiting(api, 1)
    assert tables.cut_readers() > 0
    tables.reach("exams", 0, 43)
    assert (await asked).status_code == 200
