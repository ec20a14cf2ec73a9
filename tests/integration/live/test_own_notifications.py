"""homeroom tells teachers itself of new assignments and ended memberships, once per cause."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from psycopg import AsyncConnection

from homeroom.commands import assignments, own_notifications
from homeroom.commands.assignment_rules import CLASS, SUBJECT, Admin, Link
from homeroom.commands.own_notifications import EndedMemberships
from homeroom.operations.rebuilding import swapping
from tests.support.live import AT, Publishing

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest_asyncio.fixture(loop_scope="package")
async def connection(
    publishing: Publishing, database_url: str
) -> AsyncIterator[AsyncConnection[Any]]:
    await publishing.apply(publishing.membership("O1", "T2"))
    async with await AsyncConnection.connect(database_url, autocommit=True) as opened:
        await opened.execute("UPDATE homeroom.numbering SET identity = homeroom.identity()")
        yield opened


async def told(connection: AsyncConnection[Any]) -> list[dict[str, Any]]:
    cursor = await connection.execute(
        "SELECT data FROM homeroom.outbox WHERE type = 'notification.created.v1' ORDER BY id"
    )
    return [data for (data,) in await cursor.fetchall()]


async def test_an_assignment_is_told_with_it_and_once(
    publishing: Publishing, connection: AsyncConnection[Any]
) -> None:
    teacher = {"teacher_id": "T1", "name": "Ada", "email": None, "organization_id": "O1"}
    lesson = {
        "class_id": "C1", "organization_id": "O1", "teacher_id": "T2", "name": "Maths 1",
        "code": "M1", "subject": "Maths", "created_at": AT,
    }  # fmt: skip
    await publishing.apply(
        publishing.event("people", "teacher.registered", "T1", **teacher),
        publishing.event("classes", "class.created", "C1", **lesson),
        publishing.event("teaching", "subject.defined", "J1", subject_id="J1", name="Algebra"),
    )
    links = [Link(CLASS, "C1"), Link(SUBJECT, "J1")]
    for _ in range(2):
        await assignments.make(connection, Admin("A1", "O1"), "T1", links, NOW, skip_existing=True)
    of_class, of_subject = await told(connection)
    assert (of_class["kind"], of_class["teacher_id"], of_class["school_id"]) == (
        "class_assigned", "T1", "O1",
    )  # fmt: skip
    assert "Maths 1" in of_class["message"]
    assert (of_subject["kind"], of_subject["school_id"]) == ("subject_assigned", "O1")
    assert "Algebra" in of_subject["message"]


async def test_an_ended_membership_is_told_once_and_belongs_to_no_school(
    publishing: Publishing, connection: AsyncConnection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_notifications, "NOTIFICATIONS_MAX", 1)
    first, second = EndedMemberships(), EndedMemberships()
    assert await first.look(connection) is False
    await publishing.apply(
        publishing.membership("O1", "S1", "student"), publishing.revoked("O1", "S1"),
        publishing.revoked("O1", "T1"), publishing.revoked("O1", "T2"),
    )  # fmt: skip
    for one in (first, second, first):
        while await one.look(connection):
            pass
    both = await told(connection)
    assert {(n["kind"], n["teacher_id"], n["school_id"]) for n in both} == {
        ("membership_ended", "T1", None), ("membership_ended", "T2", None),
    }  # fmt: skip
    assert len(both) == 2
    assert "School O1" in both[0]["message"]
    # Granted again and revoked again is another cause.
    await publishing.apply(publishing.membership("O1", "T1"))
    again = publishing.event(
        "people", "membership.revoked", "O1/T1", school_id="O1", user_id="T1",
        revoked_at="2026-04-01T09:00:00Z",
    )  # fmt: skip
    await publishing.apply(again)
    while await first.look(connection):
        pass
    assert len(await told(connection)) == 3


async def test_memberships_are_looked_at_once_one_may_have_ended(
    publishing: Publishing, connection: AsyncConnection[Any]
) -> None:
    memberships = EndedMemberships()
    await publishing.apply(publishing.revoked("O1", "T1"))
    assert await memberships.look(connection) is False
    assert len(await told(connection)) == 1
    # What is due once more shows whether anybody looks.
    await connection.execute("DELETE FROM homeroom.notified")
    await publishing.apply(publishing.notification("N1"))
    await memberships.look(connection)
    assert len(await told(connection)) == 1
    # Another generation may have other memberships.
    await connection.execute(swapping.TELL_ANEW)
    await memberships.look(connection)
    assert len(await told(connection)) == 2
