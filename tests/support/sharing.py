"""A school in which teachers share files, and what clients and workers do with them."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from homeroom.commands.resource_scans import ResourceScans
from homeroom.database import connect
from homeroom.settings import Settings
from tests.model.contract import TYPES
from tests.support.assigning import Asking, School, Told
from tests.support.students import row

PATH = "/api/teachers/resources"
# The usual test string of virus scanners, in two halves so that nothing takes this file for one.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
TEXT = b"Read chapter three.\n"
NEW = {
    "school_id": "O-1", "title": "Chapter three", "description": "For Monday",
    "file_name": "chapter.txt", "media_type": "text/plain", "size_bytes": len(TEXT),
}  # fmt: skip


def a_sharing_school() -> tuple[Told, ...]:
    """T-1 teaches at Oak (O-1) and Elm (O-2), T-2 at Oak. C-1 is T-1's, with S-1 and the expelled
    S-3; C-2 is T-2's, with S-2; C-3 is nobody's at Oak, and T-1 has a session there."""
    return (
        ("school", {"school_id": "O-1", "name": "Oak"}),
        ("school", {"school_id": "O-2", "name": "Elm"}),
        ("teacher", {"teacher_id": "T-1", "name": "Ada"}),
        ("teacher", {"teacher_id": "T-2", "name": "Bob"}),
        ("membership", {"school_id": "O-1", "user_id": "T-1", "role": "teacher"}),
        ("membership", {"school_id": "O-2", "user_id": "T-1", "role": "teacher"}),
        ("membership", {"school_id": "O-1", "user_id": "T-2", "role": "teacher"}),
        *(("class", {"class_id": f"C-{n}", "organization_id": "O-1", "teacher_id": f"T-{n}"})
          for n in (1, 2, 3)),
        ("session", {"session_id": "V-1", "class_id": "C-3", "organization_id": "O-1",
                     "teacher_id": "T-1"}),
        ("enrollment", {"class_id": "C-1", "student_id": "S-1"}),
        ("enrollment", {"class_id": "C-1", "student_id": "S-3"}),
        ("enrollment", {"class_id": "C-2", "student_id": "S-2"}),
        ("membership", {"school_id": "O-1", "user_id": "S-1", "role": "student"}),
        ("membership", {"school_id": "O-1", "user_id": "S-3", "role": "student",
                        "revoked_at": "2026-01-01T00:00:00Z"}),
        *(("student", {"student_id": f"S-{n}", "name": f"Student {n}"}) for n in (1, 2, 3)),
    )  # fmt: skip


class Sharing:
    """The school, and whoever uploads, scans and fetches files in it."""

    def __init__(self, school: School, settings: Settings, client: httpx.AsyncClient) -> None:
        self.school = school
        self.settings = settings
        self.client = client
        self.scans = ResourceScans(settings)
        run = school.students.connection.execute
        run("TRUNCATE homeroom.resource, homeroom.resource_scan, homeroom.request_count")
        school.students.hold(*a_sharing_school())

    def asking(self, who: str, role: str = "teacher") -> Asking:
        return Asking(self.client, self.settings, who, role)

    @property
    def teacher(self) -> Asking:
        return self.asking("T-1")

    def apply(self) -> None:
        """As a worker does with what the relay has published."""
        rows = self.school.students.rows["resource"]
        for name, subject, _, data in self.school.events():
            before = {} if TYPES[name].creates else rows[subject]
            rows[subject] = row("resource", **{**before, **data, **dict(TYPES[name].sets)})
        self.school.students.hold_further()

    async def put(self, upload: dict[str, Any], content: bytes) -> httpx.Response:
        """As a browser does with the address; the service's own needs no network."""
        ours = urlsplit(upload["url"]).hostname == "homeroom"
        async with httpx.AsyncClient() as outside:
            client = self.client if ours else outside
            return await client.request(
                upload["method"], upload["url"], headers=upload["headers"], content=content
            )

    async def reserve(self, **changed: Any) -> dict[str, Any]:
        answer = await self.teacher.ask("POST", PATH, NEW | changed)
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def upload(self, content: bytes = TEXT, **changed: Any) -> str:
        """Reserves, uploads and publishes a file; its id."""
        reserved = await self.reserve(size_bytes=len(content), **changed)
        put = await self.put(reserved["upload"], content)
        assert put.status_code == 200, put.text
        resource_id: str = reserved["resource"]["id"]
        answer = await self.teacher.ask("POST", f"{PATH}/{resource_id}/uploaded")
        assert answer.status_code == 200, answer.text
        self.apply()
        return resource_id

    async def scan(self) -> int:
        """As a worker does; how many files there were to scan."""
        scanned = 0
        async with await connect(self.school.url, "tests") as connection:
            while await self.scans.scan_next(connection):
                scanned += 1
        self.apply()
        return scanned

    async def clean_up(self) -> None:
        async with await connect(self.school.url, "tests") as connection:
            self.scans._clean_at_seconds = 0.0
            await self.scans.clean_up(connection)

    async def shared(self, content: bytes = TEXT, *class_ids: str) -> str:
        """Uploads a clean file, and shares it with these classes."""
        resource_id = await self.upload(content)
        assert await self.scan() == 1
        body = {"is_shared_with_students": True, "shared_with_courses": [*class_ids]}
        answer = await self.teacher.ask("PATCH", f"{PATH}/{resource_id}", body)
        assert answer.status_code == 200, answer.text
        self.apply()
        return resource_id

    async def results(self, **params: str) -> list[dict[str, Any]]:
        answer = await self.teacher.ask("GET", PATH, params=params)
        assert answer.status_code == 200, answer.text
        listed: list[dict[str, Any]] = answer.json()["results"]
        return listed

    async def download(self, resource_id: str, who: Asking) -> httpx.Response:
        return await who.ask("GET", f"{PATH}/{resource_id}/download")

    async def fetch(self, answer: httpx.Response) -> httpx.Response:
        """The file at the address of an answer, without a token."""
        url = answer.json()["download"]["url"]
        ours = urlsplit(url).hostname == "homeroom"
        async with httpx.AsyncClient() as outside:
            return await (self.client if ours else outside).get(url)

    def kept(self, resource_id: str, column: str) -> Any:
        """A column of the write side's own table."""
        found = self.run(
            f"SELECT {column} FROM homeroom.resource WHERE resource_id = %s",  # noqa: S608
            resource_id,
        )
        return found[0][0] if found else None

    def file_of(self, resource_id: str, folder: Path) -> Path:
        """Where the store of a folder keeps the file."""
        return folder / self.kept(resource_id, "storage_url").removeprefix("folder:")

    def run(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        cursor = self.school.students.connection.execute(statement.encode(), parameters)
        return cursor.fetchall() if cursor.description else []

    def types(self) -> list[str]:
        """The types of the events that were published, in their order."""
        return [type_ for type_, *_ in self.school.events()]


__all__ = ["EICAR", "NEW", "PATH", "TEXT", "Sharing", "a_sharing_school"]
