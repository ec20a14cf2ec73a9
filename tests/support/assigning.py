"""A school whose admins assign its teachers: what it holds, and a client of whoever asks."""

from typing import Any

import httpx
from psycopg.conninfo import make_conninfo

from homeroom.api import tokens
from homeroom.api.services import Services
from homeroom.settings import Settings
from homeroom_kit.publishing.events import OutgoingEvent
from tests.model.contract import TYPES
from tests.support.habits import event
from tests.support.students import Row, Students

PATH = "/api/teacher-assignments"
Told = tuple[str, dict[str, Any]]


def a_school() -> list[Told]:
    """Teachers 2 and 3, classes 5 to 7 with students, subjects 1 to 3; a school with its own."""
    classes = {"5": ["S-1", "S-2"], "6": ["S-2"], "7": [], "C-art": ["S-3"]}
    told: list[Told] = [
        ("teacher", {"teacher_id": "2", "name": "Grace Hopper", "email": "grace@school.example"}),
        ("teacher", {"teacher_id": "3", "name": "ada lovelace"}),
        ("teacher", {"teacher_id": "T-old", "name": "Gone", "deactivated": True}),
        ("teacher", {"teacher_id": "T-org", "name": "Ola", "organization_id": "O-1"}),
        ("membership", {"school_id": "O-1", "user_id": "3", "role": "teacher"}),
        ("membership", {"school_id": "O-1", "user_id": "2", "role": "teacher",
                        "revoked_at": "2026-01-01T00:00:00Z"}),
        ("membership", {"school_id": "O-1", "user_id": "A-1", "role": "admin"}),
        ("class", {"class_id": "8", "name": "Gone", "deleted": True}),
        ("class", {"class_id": "O-C", "name": "Of the school", "organization_id": "O-1"}),
        ("enrollment", {"class_id": "O-C", "student_id": "S-9"}),
        ("subject", {"subject_id": "1", "name": "Maths"}),
        ("subject", {"subject_id": "2", "name": "Art"}),
        ("subject", {"subject_id": "3", "name": "Physics"}),
        ("subject", {"subject_id": "4", "name": "Latin", "retired": True}),
        ("student", {"student_id": "S-1", "name": "Alan"}),
        ("student", {"student_id": "S-2", "name": "Barbara"}),
        ("student", {"student_id": "S-3", "name": "Clara"}),
        ("student", {"student_id": "S-9", "name": "Of the school"}),
    ]  # fmt: skip
    for class_id, students in classes.items():
        told.append(("class", {"class_id": class_id, "name": f"Class {class_id}"}))
        told += [("enrollment", {"class_id": class_id, "student_id": s}) for s in students]
    return told


class School:
    """What the read model holds; after a write, what it will hold once the events are applied."""

    def __init__(self, students: Students) -> None:
        self.students = students
        run = students.connection.execute
        run("TRUNCATE homeroom.outbox, homeroom.command, homeroom.teacher_assignment")
        for name in ("class_assignment_id", "subject_assignment_id", "mark_id"):
            run(f"ALTER SEQUENCE homeroom.{name} RESTART".encode())
        run("UPDATE homeroom.numbering SET identity = homeroom.identity()")
        students.hold(*a_school())

    @property
    def url(self) -> str:
        """Of the database, for another connection of its owner's."""
        known = self.students.connection.info
        return make_conninfo(known.dsn, password=known.password)

    def waiting_commands(self) -> int:
        """How many commands wait for a lock."""
        found = self.students.connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'homeroom commands' AND wait_event_type = 'Lock'"
        ).fetchone()
        return int((found or (0,))[0])

    def events(self) -> list[tuple[str, str, int, Row]]:
        """What commands have said of assignments and marks: type, subject, number, data."""
        return self.students.connection.execute(
            "SELECT type, subject, sequence, data FROM homeroom.outbox "
            "WHERE type NOT LIKE 'notification.%' ORDER BY id"
        ).fetchall()

    def apply(self) -> None:
        """As a worker does with what the relay has published."""
        for name, subject, _, data in self.events():
            entity = TYPES[name].entity
            before = {} if TYPES[name].creates else self.students.rows[entity][subject]
            self.students.hold_further((entity, {**before, **data}))

    def targets(self, kind: str, teacher_id: str) -> list[str]:
        """What gives a teacher rights, by the tables themselves."""
        query = f"SELECT {kind}_id FROM {kind}_assignments WHERE teacher_id = %s ORDER BY 1"  # noqa: S608
        return [one for (one,) in self.students.connection.execute(query.encode(), [teacher_id])]

    def is_deactivated(self, teacher_id: str) -> bool:
        return bool(self.students.rows["teacher"][teacher_id]["deactivated"])

    def reach(self, topic: str, next_offset: int) -> None:
        """Move a position, and tell, as a worker does."""
        run = self.students.connection.execute
        run(
            "INSERT INTO positions (topic, partition, next_offset) VALUES (%s, 0, %s) "
            "ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset",
            (topic, next_offset),
        )
        run("SELECT pg_notify('homeroom_positions', %s)", (self.students.generation,))

    def change(self, entity: str, key: str, **told: Any) -> None:
        """One row becomes another."""
        row = self.students.rows[entity][key]
        self.students.hold_further((entity, {**row, **told}))


class Asking:
    """A client of the application with somebody's token."""

    def __init__(
        self, client: httpx.AsyncClient, settings: Settings, sub: str, role: str,
        organization_id: str | None = None,
    ) -> None:  # fmt: skip
        self._client = client
        token = tokens.issue(settings, sub, role, organization_id)
        self.headers = {"Authorization": f"Bearer {token}"}

    async def ask(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        sent = {} if body is None else {"json": body}
        headers = self.headers | more.pop("headers", {})
        return await self._client.request(method, path, headers=headers, **sent, **more)

    def waiting(self) -> int:
        """How many callers of the application wait for an event."""
        transport = self._client._transport
        assert isinstance(transport, httpx.ASGITransport)
        services: Services = transport.app.state.services  # type: ignore[attr-defined]
        return services.positions.waiting

    async def data(self, path: str, **params: Any) -> Any:
        """The data of a good answer."""
        answer = await self.ask("GET", path, params=params or None)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body == {"success": True, "data": body["data"]}
        return body["data"]

    async def assign(self, kind: str, **body: Any) -> httpx.Response:
        return await self.ask("POST", f"{PATH}/{kind}", body)


def school_events(teachers: int, classes: int) -> list[OutgoingEvent]:
    """Teachers T-0, T-1 …, classes C-0, C-1 … and the subject J-1, as services publish them."""
    events = [
        event("teacher.registered.v1", f"T-{n}", 1, {
            "teacher_id": f"T-{n}", "name": f"Teacher {n}", "email": None, "organization_id": None,
        }) for n in range(teachers)
    ]  # fmt: skip
    events += [
        event("class.created.v1", f"C-{n}", 1, {
            "class_id": f"C-{n}", "organization_id": None, "teacher_id": "T-0",
            "name": f"Class {n}", "code": "C", "subject": "S",
            "created_at": "2026-01-01T00:00:00Z",
        }) for n in range(classes)
    ]  # fmt: skip
    maths = {"subject_id": "J-1", "name": "Maths"}
    return [*events, event("subject.defined.v1", "J-1", 1, maths)]


__all__ = ["PATH", "Asking", "School", "a_school", "school_events"]
