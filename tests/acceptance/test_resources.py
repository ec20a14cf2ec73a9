"""A file from the announcement to the download, with real processes, as clients have it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from homeroom.api import tokens
from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.commands import Service, Tables, homeroom, serving
from tests.support.habits import event, publish
from tests.support.scraping import watched_worker
from tests.support.strength import at_full_strength

PATH = "/api/teachers/resources"
CONTENT = b"%PDF-1.7\nChapter three\n%%EOF\n"
NEW = {
    "school_id": "O-1", "title": "Chapter three", "file_name": "chapter.pdf",
    "media_type": "application/pdf", "size_bytes": len(CONTENT),
}  # fmt: skip
AT = "2026-01-01T00:00:00Z"
SCHOOL = [
    ("school.opened.v1", "O-1", 1, {"school_id": "O-1", "name": "Oak", "time_zone": None}),
    ("membership.granted.v1", "O-1/T-1", 1,
     {"school_id": "O-1", "user_id": "T-1", "role": "teacher", "granted_at": AT}),
    ("class.created.v1", "C-1", 1,
     {"class_id": "C-1", "organization_id": "O-1", "teacher_id": "T-1", "name": "One", "code": "1",
      "subject": "Maths", "created_at": AT}),
    ("enrollment.started.v1", "C-1/S-1", 1,
     {"class_id": "C-1", "student_id": "S-1", "enrolled_at": AT}),
]  # fmt: skip


@pytest.fixture(scope="module")
def shared(prepared: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a service and a worker that share a folder; the worker runs."""
    folder = str(tmp_path_factory.mktemp("files"))
    settings = prepared.model_copy(update={"resource_folder": folder})
    with watched_worker(settings) as port:
        wait_for(port.ready, 60)
        yield settings


@pytest.fixture(scope="module")
def service(shared: Settings) -> Iterator[Service]:
    with serving(shared) as running:
        yield running


def put(upload: dict[str, Any]) -> None:
    """As a browser does with the address."""
    method, url, headers = (upload[name] for name in ("method", "url", "headers"))
    answer = httpx.request(method, url, headers=headers, content=CONTENT)
    assert answer.status_code == 200, answer.text


def fetch(answer: httpx.Response) -> bytes:
    assert answer.status_code == 200, answer.text
    return httpx.get(answer.json()["download"]["url"]).content


class Client:
    """Somebody with a token, who waits for what was written."""

    def __init__(self, service: Service, settings: Settings, sub: str, role: str) -> None:
        self.address = service.address
        self.headers = {
            "Authorization": f"Bearer {tokens.issue(settings, sub, role)}",
            "Homeroom-Wait-Seconds": "10",
        }

    def ask(self, method: str, path: str, position: str = "", body: Any = None) -> httpx.Response:
        """Tried again for as long as numbers are being brought level, as the answer says."""
        waits = {"Homeroom-Wait-For": position} if position else {}
        sent = {} if body is None else {"json": body}

        def answered() -> httpx.Response | None:
            answer = httpx.request(
                method, f"{self.address}{path}", headers=self.headers | waits, timeout=30, **sent
            )
            return None if answer.status_code == 503 else answer

        answer = wait_for(answered)
        assert answer is not None
        return answer


async def test_a_file_goes_from_a_teacher_to_a_student(
    shared: Settings, service: Service, tables: Tables
) -> None:
    teacher = Client(service, shared, "T-1", "teacher")
    student = Client(service, shared, "S-1", "student")
    position = await publish(shared, [event(*told) for told in SCHOOL])
    reserved = teacher.ask("POST", PATH, position, NEW)
    assert reserved.status_code == 201, reserved.text
    resource_id = reserved.json()["resource"]["id"]
    put(reserved.json()["upload"])
    there = teacher.ask("POST", f"{PATH}/{resource_id}/uploaded")
    assert there.status_code == 200, there.text
    position = there.headers["Homeroom-Position"]
    (listed,) = teacher.ask("GET", f"{PATH}?school_id=O-1", position).json()["results"]
    assert listed["id"] == resource_id

    def clean() -> bool:
        return teacher.ask("GET", f"{PATH}/{resource_id}/download").status_code == 200

    wait_for(clean)
    body = {"is_shared_with_students": True, "shared_with_courses": ["C-1"]}
    changed = teacher.ask("PATCH", f"{PATH}/{resource_id}", "", body)
    position = changed.headers["Homeroom-Position"]
    download = student.ask("GET", f"{PATH}/{resource_id}/download", position)
    assert fetch(download) == CONTENT

    gone = teacher.ask("DELETE", f"{PATH}/{resource_id}")
    assert gone.status_code == 204
    position = gone.headers["Homeroom-Position"]
    assert student.ask("GET", f"{PATH}/{resource_id}/download", position).status_code == 404
    assert tables.rows("dead_letters", "id") == []


@at_full_strength
async def test_a_file_that_nobody_scans_is_told_in_the_status(shared: Settings) -> None:
    uploaded = {
        "resource_id": "R-1", "teacher_id": "T-1", "school_id": "O-1", "title": "A",
        "description": None, "file_name": "a.pdf", "media_type": "application/pdf",
        "size_bytes": 1, "storage_url": "s3://elsewhere/a", "uploaded_at": AT,
    }  # fmt: skip
    await publish(shared, [event("resource.uploaded.v1", "R-1", 1, uploaded)])
    told = wait_for(lambda: _status(shared))
    assert "Files of teachers wait to be scanned: 1," in told
    assert '"unscanned":{"files":1,' in told.replace(" ", "")


def _status(settings: Settings) -> str | None:
    """Once the file is there."""
    done = homeroom(settings, "status", "--json")
    return done.stdout if "wait to be scanned" in done.stdout else None
