"""A teacher's notifications: listed per school, read and dismissed through the outbox."""

from typing import Any

import psycopg
import pytest

from homeroom.api import cursors
from tests.support.live import Live, Publishing

PATH = "/api/teachers/notifications"


async def listed(live: Live, query: str = "school_id=O1", sub: str = "T1") -> dict[str, Any]:
    answer = await live.http.get(f"{PATH}?{query}", headers=live.headers(sub))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def ids(live: Live, query: str = "school_id=O1", sub: str = "T1") -> list[Any]:
    return [item["id"] for item in (await listed(live, query, sub))["results"]]


@pytest.fixture(autouse=True)
def level(live: Live, database_url: str) -> None:
    """Numbers are level with the log, as a worker sees to."""
    assert live
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE homeroom.numbering SET identity = homeroom.identity()")


def published(database_url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database_url) as connection:
        return connection.execute(
            "SELECT type, subject, sequence, data FROM homeroom.outbox ORDER BY id"
        ).fetchall()


async def test_a_list_is_of_one_school_the_newest_first(live: Live, publishing: Publishing) -> None:
    await publishing.school("O2", "T1", "T2")
    later = "2026-03-05T09:00:00Z"
    await publishing.apply(
        publishing.notification("5", action_url="/sessions/5"),
        publishing.notification("N2", created_at=later, teacher_id=None),
        publishing.notification("N3", school_id=None, created_at="2026-03-04T09:00:00Z"),
        publishing.notification("N4", school_id="O2"),
        publishing.notification("N5", school_id="O2", teacher_id=None),
        publishing.notification("N6", teacher_id="T2"),
        publishing.notification("N7", teacher_id=None, school_id=None),
        publishing.notification("N8", expires_at="2026-01-01T00:00:00Z"),
        publishing.notification("N9"), publishing.receipt("dismissed", "N9"),
        publishing.receipt("read", "N3"),
    )  # fmt: skip
    body = await listed(live)
    assert [item["id"] for item in body["results"]] == ["N2", "N3", 5]
    assert body["unread"] == 2
    assert body["results"][2] == {
        "id": 5, "type": "new_student", "title": "About 5", "message": "A new student",
        "action_url": "/sessions/5", "school_id": "O1", "created_at": "2026-03-01T09:00:00Z",
        "is_read": False, "read_at": None,
    }  # fmt: skip
    assert await ids(live, "school_id=O2") == ["N3", "N5", "N4"]
    assert await ids(live, "school_id=O2", "T2") == ["N5"]
    assert await ids(live, "") == ["N2", "N3", 5]
    assert await ids(live, "school_id=O1&unread=true") == ["N2", 5]
    assert await ids(live, "school_id=O1&kind=school_announcement") == []
    # A membership that ends ends the view of its school at once.
    await publishing.apply(publishing.revoked("O1", "T1"))
    answer = await live.http.get(f"{PATH}?school_id=O1", headers=live.headers())
    assert (answer.status_code, answer.json()) == (403, {"error": "Access denied to this school"})


async def test_pages_follow_each_other_by_link(live: Live, publishing: Publishing) -> None:
    await publishing.apply(*(publishing.notification(f"N{n}") for n in range(5)))
    path, seen = f"{PATH}?school_id=O1&limit=2", []
    while path:
        answer = await live.http.get(path, headers=live.headers())
        seen += [item["id"] for item in answer.json()["results"]]
        assert answer.json()["unread"] == 5
        path = answer.links.get("next", {}).get("url", "")
    assert seen == ["N4", "N3", "N2", "N1", "N0"]


async def test_a_wrong_parameter_is_400(live: Live) -> None:
    for query in ("limit=0", "cursor=x", "unread=maybe", "kind=gossip", "school_id=a%20b"):
        answer = await live.http.get(f"{PATH}?{query}", headers=live.headers())
        assert (answer.status_code, list(answer.json())) == (400, ["error"])


async def test_a_page_begins_at_any_moment_of_a_cursor(live: Live, publishing: Publishing) -> None:
    await publishing.apply(publishing.notification("N1"))
    # The last two are none of which PostgreSQL would read.
    for at in ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00+20:00", "2027-W01-1T00:00:00Z"):
        cursor = cursors.pack("notifications", at, "N1")
        items = (await listed(live, f"school_id=O1&cursor={cursor}"))["results"]
        assert [item["id"] for item in items] == ["N1"], at
    naive = cursors.pack("notifications", "2027-01-01T00:00:00", "N1")
    answer = await live.http.get(f"{PATH}?cursor={naive}", headers=live.headers())
    assert answer.status_code == 400


async def test_whoever_teaches_nowhere_has_none(live: Live) -> None:
    assert await listed(live, "", "T9") == {"results": [], "unread": 0}


async def test_reading_and_dismissing_are_published_once_and_in_any_order(
    live: Live, publishing: Publishing, database_url: str
) -> None:
    await publishing.apply(publishing.notification("N1"))
    first = await live.http.post(f"{PATH}/N1/dismiss", headers=live.headers())
    again = await live.http.post(f"{PATH}/N1/dismiss", headers=live.headers())
    read = await live.http.post(f"{PATH}/N1/read", headers=live.headers())
    assert [a.status_code for a in (first, again, read)] == [200, 200, 200]
    assert first.headers["Homeroom-Position"] == again.headers["Homeroom-Position"]
    item = read.json()["notification"]
    assert (item["id"], item["is_read"], item["type"]) == ("N1", True, "new_student")
    said = published(database_url)
    assert [(kind, subject, number) for kind, subject, number, _ in said] == [
        ("notification_receipt.dismissed.v1", "N1/T1", 1),
        ("notification_receipt.read.v1", "N1/T1", 2),
    ]  # fmt: skip
    assert set(said[0][3]) == {"notification_id", "teacher_id", "at"}


async def test_numbers_go_on_behind_what_others_have_published(
    live: Live, publishing: Publishing, database_url: str
) -> None:
    await publishing.apply(publishing.notification("N1"), publishing.receipt("dismissed", "N1"))
    answer = await live.http.post(f"{PATH}/N1/read", headers=live.headers())
    assert answer.status_code == 200
    assert [row[2] for row in published(database_url)] == [2]
    again = await live.http.post(f"{PATH}/N1/dismiss", headers=live.headers())
    assert again.status_code == 200
    assert len(published(database_url)) == 1


async def test_whose_notification_it_is_not_is_told_that_there_is_none(
    live: Live, publishing: Publishing, database_url: str
) -> None:
    await publishing.apply(
        publishing.notification("N1", teacher_id="T2"),
        publishing.notification("N2", teacher_id=None, school_id="O2"),
        publishing.notification("N3", teacher_id=None, school_id=None),
    )
    for one in ("N1", "N2", "N3", "N9"):
        for what in ("read", "dismiss"):
            answer = await live.http.post(f"{PATH}/{one}/{what}", headers=live.headers())
            assert (answer.status_code, answer.json()) == (
                404, {"error": "Notification not found"},
            )  # fmt: skip
    answer = await live.http.post(f"{PATH}/a%20b/read", headers=live.headers())
    assert answer.status_code == 400
    assert published(database_url) == []


async def test_read_all_is_of_one_school(
    live: Live, publishing: Publishing, database_url: str
) -> None:
    await publishing.school("O2", "T1")
    await publishing.apply(
        publishing.notification("N1"), publishing.notification("N2", school_id=None),
        publishing.notification("N3", teacher_id=None),
        publishing.notification("N4", school_id="O2"), publishing.notification("N5"),
        publishing.receipt("read", "N5"), publishing.notification("N6", teacher_id="T2"),
    )  # fmt: skip
    path = f"{PATH}/read-all?school_id=O1"
    answer = await live.http.post(path, headers=live.headers())
    assert (answer.status_code, answer.json()) == (200, {"read": 3})
    assert answer.headers["Homeroom-Position"]
    again = await live.http.post(path, headers=live.headers())
    assert again.json() == {"read": 0}
    assert {row[1] for row in published(database_url)} == {"N1/T1", "N2/T1", "N3/T1"}
    foreign = await live.http.post(f"{PATH}/read-all?school_id=O9", headers=live.headers())
    assert (foreign.status_code, foreign.json()) == (403, {"error": "Access denied to this school"})


async def test_preferences_are_kept_and_the_rest_is_as_usual(live: Live) -> None:
    path = "/api/teachers/notification-preferences"
    usual = {"websocket": True, "email": False, "web_push": False, "webhook": False}
    before = await live.http.get(path, headers=live.headers())
    assert len(before.json()) == 8
    assert all(channels == usual for channels in before.json().values())
    chosen = {"new_student": {"email": True, "websocket": False}}
    answer = await live.http.put(path, json=chosen, headers=live.headers())
    after = await live.http.get(path, headers=live.headers())
    assert answer.json() == after.json()
    assert after.json()["new_student"] == usual | {"email": True, "websocket": False}
    assert after.json()["class_assigned"] == usual
    other = await live.http.get(path, headers=live.headers("T2"))
    assert other.json() == before.json()


async def test_preferences_that_are_none_are_refused(live: Live) -> None:
    bodies = (
        "[]", "x", '{"gossip":{}}', '{"new_student":[]}', '{"new_student":{"pigeon":true}}',
        '{"new_student":{"email":"yes"}}',
    )  # fmt: skip
    for body in bodies:
        answer = await live.http.put(
            "/api/teachers/notification-preferences", content=body,
            headers=live.headers() | {"Content-Type": "application/json"},
        )  # fmt: skip
        assert (answer.status_code, list(answer.json())) == (400, ["error"])
