"""The OpenAPI document: valid, whole, and good enough that a client can be made from it."""

import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from homeroom.api import tokens
from homeroom.api.envelopes import envelope_of
from tests.support.asked import BROWSER
from tests.support.habits import register
from tests.support.readmodel import TEACHER
from tests.support.strength import at_full_strength

ASKED_BY_SOMEBODY = ("/api/", "/v1/", "/bff/", "/internal/")
STUDENTS = "/api/v1/student/"
# Paths, or beginnings of them, of surfaces that admins may ask.
PLAINER = re.compile(
    r"/api/(teachers$|teacher-assignments|class-levels|subjects|students|assessments|reports|access-log)"
)
IDS = {
    "teacher_id": TEACHER,
    "user_id": TEACHER,
    "batch_id": "0f5d1e0a-6c1e-4d3c-9a54-5f0f3d1d2c3b",
    "id": "1",
}
# Models of bodies that have names of their own.
BODIES: dict[str, str] = {}
# Of a body that may be a list of models, the generator (0.29) writes `isinstance(body, list[X])`.
UNCALLABLE = "publish_events"
PLAIN_BODIES = {"assign_class", "assign_subject", "assign_many", "record_assessment"}
GENERATOR = Path(sys.executable).with_name("openapi-python-client")


@pytest.fixture
def document(address):
    return httpx.get(f"{address}/openapi.json").json()


def operations(document) -> Iterator[tuple[str, str, dict]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


@at_full_strength
def test_the_document_is_valid(document):
    # It takes over a second, in each process of tests.
    from openapi_spec_validator import validate

    validate(document)


def test_every_operation_has_a_short_name_of_its_own(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names)) >= 15
    assert all(re.fullmatch("[a-z][a-z_]{1,30}", name) for name in names)


def test_every_refusal_has_the_shape_of_its_surface(document):
    for path, _, operation in operations(document):
        model = envelope_of(path).model.__name__
        refusals = {s: r for s, r in operation["responses"].items() if int(s) >= 400}
        assert {"400", "408", "413", "431", "500", "503"} <= refusals.keys()
        assert ("401" in refusals) == path.startswith(ASKED_BY_SOMEBODY)
        for refusal in refusals.values():
            schema = refusal["content"]["application/json"]["schema"]
            assert schema == {"$ref": f"#/components/schemas/{model}"}


def test_every_header_of_an_answer_is_documented(document, address, settings, tables):
    tables.insert("teachers")
    tables.insert("incomplete", {"entity": "teacher", "key": TEACHER})
    token = {"Authorization": f"Bearer {tokens.issue(settings, TEACHER, 'teacher')}"}
    operation = "/api/teachers/{teacherId}/dashboard/stats"
    documented = document["paths"][operation]["get"]["responses"]
    plain = {"date", "server", "content-length", "content-type"}
    url = address + operation.replace("{teacherId}", TEACHER)
    etag = httpx.get(url, headers=token).headers["etag"]
    for headers in (token, token | {"If-None-Match": etag}, {}, token | {"Homeroom-Wait-For": "x"}):
        answer = httpx.get(url, headers=headers)
        known = {name.lower() for name in documented[str(answer.status_code)]["headers"]}
        assert set(answer.headers) - plain <= known, answer.status_code


def test_every_status_names_its_values(document):
    schemas = document["components"]["schemas"]
    named = {
        name: schema["properties"]["status"]
        for name, schema in schemas.items()
        if "status" in schema.get("properties", {})
    }
    assert {"RecentExam", "RecentAssignment", "RecentQuestionBank", "StudentMission"} <= set(named)
    for name, status in named.items():
        assert "enum" in status or "const" in status, name


@pytest.fixture
def generated(document, tmp_path, monkeypatch):
    """A client made from the document, as a package that can be imported."""
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    (tmp_path / "config.yaml").write_text("post_hooks: []\n")
    done = subprocess.run(
        [
            str(GENERATOR), "generate", "--path", "openapi.json", "--config", "config.yaml",
            "--meta", "none", "--output-path", "homeroom_client", "--fail-on-warning",
        ],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("homeroom_client")
    for name in [name for name in sys.modules if name.startswith("homeroom_client")]:
        del sys.modules[name]


def calls(client) -> Iterator[tuple[str, object]]:
    """The functions of a client, by the names of their operations."""
    package = importlib.import_module(f"{client.__name__}.api")
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.ispkg:
            yield module.name.rpartition(".")[2], importlib.import_module(module.name)


@at_full_strength
def test_a_client_made_from_the_document_can_call_everything(
    generated, document, address, settings, tables
):
    tables.insert("teachers")
    tables.insert("teacher_exams", {"exam_id": "E"})
    tables.connection.execute("TRUNCATE g0001.students, g0001.student_habits")
    register(settings.database_url, {"S-1": ["H-1"]})
    models = importlib.import_module("homeroom_client.models")
    paths = {operation["operationId"]: path for path, _, operation in operations(document)}
    log = {"id": "1", "habit_id": "H-1", "logged_on": "2026-03-01", "done": True,
           "recorded_at": "2026-03-01T12:00:00Z"}  # fmt: skip
    bodies = {
        "record_logs": {"logs": [log]},
        "set_notification_preferences": {"new_student": {"email": True}},
        "assign_class": {"user_id": "T-9", "class_level_id": 5},
        "assign_subject": {"user_id": "T-9", "subject_id": "J"},
        "assign_many": {"user_id": 9, "class_level_ids": [5, "C"], "subject_ids": []},
        "record_assessment": {
            "student_id": 7,
            "class_level_id": "C",
            "subject_id": 3,
            "score": 85.5,
        },
        "reserve_resource": {
            "school_id": "O-9", "title": "A", "file_name": "a.txt", "media_type": "text/plain",
            "size_bytes": 1,
        },
        "change_resource": {"title": "A"},
        "set_students_preferences": {"streak": {"email": True}},
        "add_teachers_browser": BROWSER,
        "add_students_browser": BROWSER,
        "remove_teachers_browser": {"endpoint": BROWSER["endpoint"]},
        "remove_students_browser": {"endpoint": BROWSER["endpoint"]},
    }  # fmt: skip
    answered = {}
    for name, module in calls(generated):
        if name == UNCALLABLE:
            continue
        who = ("S-1", "student") if paths[name].startswith(STUDENTS) else (TEACHER, "teacher")
        who = ("A-1", "admin") if PLAINER.match(paths[name]) else who
        parameters = inspect.signature(module.sync_detailed).parameters
        required = {n for n, p in parameters.items() if p.default is inspect.Parameter.empty}
        arguments = {id_: value for id_, value in IDS.items() if id_ in required}
        if "body" in parameters:
            model = getattr(models, BODIES.get(name, f"{name.title().replace('_', '')}Body"))
            arguments["body"] = model.from_dict(bodies[name])
        with generated.AuthenticatedClient(
            base_url=address, token=tokens.issue(settings, *who), raise_on_unexpected_status=True
        ) as client:
            answered[name] = module.sync_detailed(client=client, **arguments)
    assert set(answered) == set(paths) - {UNCALLABLE}
    refused = answered.pop("explain_value")
    assert (refused.status_code, refused.parsed.message) == (401, "Authentication required")
    for name in ("add_teachers_browser", "add_students_browser"):
        # There is no Web Push here.
        assert answered.pop(name).status_code == 503
    for name in ("remove_teachers_browser", "remove_students_browser"):
        assert answered.pop(name).status_code == 204
    for name in ("batch_class_info", "user_batches", "batch_status"):
        refused = answered.pop(name)
        assert (refused.status_code, refused.parsed.error) == (401, "Unauthorized")
    for name in ("dashboard", "profile", "curriculum_progress", "missions"):
        refused = answered.pop(name)
        assert (refused.status_code, refused.parsed.error) == (404, "Student not found")
    for name, status in (
        ("read_notification", 404), ("dismiss_notification", 404), ("dashboard_stream", 403),
        ("reserve_resource", 403), ("change_resource", 404), ("resource_uploaded", 404),
        ("remove_resource", 404), ("download_resource", 404),
    ):  # fmt: skip
        refused = answered.pop(name)
        assert (refused.status_code, [*refused.parsed.to_dict()]) == (status, ["error"]), name
    for name in (*(name for name in bodies if name in PLAIN_BODIES),
                 "remove_class_assignment", "remove_subject_assignment", "one_student",
                 "class_report", "student_report"):  # fmt: skip
        refused = answered.pop(name)
        assert (refused.status_code, refused.parsed.success) == (404, False), name
    refused = answered.pop("assignment_history")
    assert (refused.status_code, refused.parsed.error) == (400, "user_id is required")
    assert {answer.status_code for answer in answered.values()} == {200}
    (exam,) = answered["recent_exams"].parsed.data.exams
    assert (exam.field_id, exam.status) == ("E", models.RecentExamStatus.DRAFT)
    assert answered["record_logs"].parsed.results[0].status == models.ResultStatus.RECORDED
