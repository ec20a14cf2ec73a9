"""Teachers' assignments over HTTP, from the request to the tables, as clients call them."""

from typing import Any

import httpx
import pytest

from homeroom.api import tokens
from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.assigning import PATH, school_events
from tests.support.commands import Service, Tables
from tests.support.habits import publish


class Client:
    """A client with somebody's token, who waits for what was written."""

    def __init__(self, service: Service, settings: Settings, sub: str, role: str) -> None:
        self._client = service._client
        self.headers = {
            "Authorization": f"Bearer {tokens.issue(settings, sub, role)}",
            "Homeroom-Wait-Seconds": "10",
        }

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Tried again for as long as numbers are being brought level, as the answer says."""
        sent = {} if body is None else {"json": body}

        def answered() -> httpx.Response | None:
            answer = self._client.request(method, path, headers=self.headers, **sent)
            return None if answer.status_code == 503 else answer

        answer = wait_for(answered)
        assert answer is not None
        return answer

    def data(self, path: str, position: str) -> Any:
        answer = self._client.get(path, headers=self.headers | {"Homeroom-Wait-For": position})
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]


@pytest.fixture
async def admin(projected: Settings, service: Service) -> Client:
    made = Client(service, projected, "A-1", "admin")
    position = await publish(projected, school_events(3, 4))
    assert len(made.data("/api/teachers", position)) == 3
    return made


def test_assignments_show_to_whoever_waits_for_them(
    admin: Client, projected: Settings, service: Service, tables: Tables
) -> None:
    body = {"user_id": "T-1", "class_level_ids": ["C-1", "C-2"], "subject_ids": ["J-1"]}
    answer = admin.ask("POST", f"{PATH}/bulk", body)
    assert answer.status_code == 201, answer.text
    position = answer.headers["Homeroom-Position"]
    (seen,) = admin.data(f"{PATH}?user_id=T-1", position)
    assert [one["id"] for one in seen["classes"]] == ["C-1", "C-2"]
    teacher = Client(service, projected, "T-1", "teacher")
    own = teacher.data(f"{PATH}/my-assignments", position)
    assert own == {
        "classes": [{"id": f"C-{n}", "name": f"Class {n}", "student_count": 0} for n in (1, 2)],
        "subjects": [{"id": "J-1", "name": "Maths"}],
    }

    # What was there already is waited for, too.
    again = admin.ask("POST", f"{PATH}/bulk", body)
    assert again.json()["data"]["total_assignments"] == 0
    assert teacher.data(f"{PATH}/my-assignments", again.headers["Homeroom-Position"]) == own

    gone = admin.ask("DELETE", f"{PATH}/class/{seen['classes'][0]['assignment_id']}")
    assert gone.status_code == 200, gone.text
    own = teacher.data(f"{PATH}/my-assignments", gone.headers["Homeroom-Position"])
    assert [one["id"] for one in own["classes"]] == ["C-2"]
    history = admin.data(f"{PATH}/history?user_id=T-1", gone.headers["Homeroom-Position"])
    assert [one["removed_by"] for one in history if one["target_id"] == "C-1"] == ["A-1"]
    assert tables.rows("dead_letters", "id") == []
