"""The service keeps what /openapi.json promises, whatever is sent to it."""

import hypothesis
import pytest
import schemathesis
from pydantic import SecretStr
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from homeroom.api import tokens
from tests.support.habits import register
from tests.support.readmodel import TEACHER
from tests.support.strength import pick

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
KEYS = {"X-Service-ID": "reports", "X-Internal-API-Key": "open-sesame-open-sesame-open-sesame"}
WITH_KEY = ("/internal/v1/batches/", "/internal/v1/events")
EXAMPLES_PER_ENDPOINT = pick(quick=3, thorough=20)


@pytest.fixture
def settings(settings):
    return settings.model_copy(
        update={"internal_api_keys": SecretStr("reports=open-sesame-open-sesame-open-sesame")}
    )


def test_every_answer_is_one_of_those_documented(address, settings, tables):
    tables.insert("teachers")
    tables.insert("teacher_exams", {"exam_id": "E"})
    tables.insert("teacher_classes", {"class_id": "C"})
    tables.reach("exams", 0, 42)
    tables.connection.execute("TRUNCATE g0001.students, g0001.student_habits")
    register(settings.database_url, {"S-1": ["H-1"]})
    teacher = tokens.issue(settings, TEACHER, "teacher")
    student = tokens.issue(settings, "S-1", "student")
    answered = set()
    for operation in schemathesis.openapi.from_url(f"{address}/openapi.json").get_all_operations():

        @hypothesis.given(case=operation.ok().as_strategy(), own=hypothesis.strategies.booleans())
        @hypothesis.settings(max_examples=EXAMPLES_PER_ENDPOINT)
        def keeps_its_promise(case, own):
            if own and "teacherId" in case.path_parameters:
                case.path_parameters["teacherId"] = TEACHER
            if case.headers:
                case.headers["Homeroom-Wait-Seconds"] = "0"
            token = student if case.path.startswith("/api/v1/student/") else teacher
            keys = KEYS if case.path.startswith(WITH_KEY) else {}
            answer = case.call_and_validate(
                checks=CHECKS, headers={"Authorization": f"Bearer {token}"} | keys
            )
            answered.add((case.method, answer.status_code))

        keeps_its_promise()
    assert {
        ("GET", 200),
        ("GET", 400),
        ("GET", 403),
        ("GET", 404),
        ("POST", 200),
    } <= answered
