"""What is switched off is not there, by school; the trend shows where analytics are on."""

import httpx
import pytest

from homeroom.api.app import create_app
from homeroom.api.schools import reads
from homeroom.settings import Settings
from tests.integration.api.conftest import SECRET
from tests.support.assigning import Asking
from tests.support.sharing import a_sharing_school
from tests.support.students import Students

FLAGS = """{"consolidated_api": [{"schools": ["O-1"]}], "real_time_updates": [{"schools": ["O-2"]}],
            "advanced_analytics": [{"schools": ["O-1"]}]}"""


async def test_each_school_has_what_is_on_there(
    students: Students, students_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    students.hold(*a_sharing_school())
    settings = Settings(database_url=students_url, jwt_secret=SECRET, feature_flags=FLAGS)
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://homeroom") as client,
    ):
        teacher = Asking(client, settings, "T-1", "teacher")
        oak = await teacher.ask("GET", "/api/teachers/dashboard/?school_id=O-1")
        assert oak.status_code == 200
        assert len(oak.json()["progress_metrics"]["trend"]) == 8
        # Where it is off, it is not read.
        monkeypatch.setattr(reads, "DASHBOARD", None)
        elm = await teacher.ask("GET", "/api/teachers/dashboard/?school_id=O-2")
        assert (elm.status_code, elm.json()) == (404, {"error": "Not found"})
        stream = "/api/teachers/dashboard/stream?school_id="
        assert (await teacher.ask("HEAD", f"{stream}O-1")).status_code == 404
        assert (await teacher.ask("HEAD", f"{stream}O-2")).status_code == 200
        # It is on somewhere.
        ticket = await teacher.ask("POST", "/api/teachers/dashboard/ticket")
        assert ticket.status_code == 200
