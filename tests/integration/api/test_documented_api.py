"""The service keeps what /openapi.json promises, whatever is sent to it."""

from collections import defaultdict

import hypothesis
import pytest
from pydantic import SecretStr

from homeroom.api import tokens
from homeroom.api.auth import ROLES
from homeroom.api.documented import WITH_TOKEN
from homeroom.notifying.vapid_keys import new_pair
from tests.support.habits import register
from tests.support.readmodel import TEACHER
from tests.support.strength import pick

KEYS = {"X-Service-ID": "reports", "X-Internal-API-Key": "open-sesame-open-sesame-open-sesame"}
# However busy the machine is.
TIMEOUT = 60
WITH_KEY = ("/internal/v1/batches/", "/internal/v1/events")
NOT_KNOWN = ("nobody", "who has no token", "who has another scheme")
# Each is asked by everybody.
EXAMPLES_PER_ENDPOINT = pick(quick=1, thorough=4)


@pytest.fixture
def settings(settings):
    return settings.model_copy(
        update={
            "internal_api_keys": SecretStr("reports=open-sesame-open-sesame-open-sesame"),
            # Without it, browsers cannot be registered.
            "vapid_public_key": new_pair()[1],
        }
    )


def documented(address):
    """The operations of the service, and the checks that an answer of each must pass.

    Schemathesis is imported here: it takes a second, which each process of tests would pay.
    """
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    document = schemathesis.openapi.from_url(f"{address}/openapi.json", timeout=TIMEOUT)
    return [operation.ok() for operation in document.get_all_operations()], [
        not_a_server_error,
        checks.content_type_conformance,
        checks.response_headers_conformance,
        checks.response_schema_conformance,
        checks.status_code_conformance,
    ]


def callers(settings):
    """Headers by who asks: without a token, with what is none, and with one of each role."""
    told = {
        "nobody": {},
        "who has no token": {"Authorization": "Bearer x"},
        "who has another scheme": {"Authorization": "Basic eDp5"},
    }
    people = {"teacher": TEACHER, "student": "S-1", "admin": "A-1"}
    for role in ROLES:
        token = tokens.issue(settings, people.get(role, "somebody"), role)
        told[role] = {"Authorization": f"Bearer {token}"}
    return told


def test_every_answer_is_one_of_those_documented_whoever_asks(address, settings, tables):
    tables.insert("teachers")
    tables.insert("teacher_exams", {"exam_id": "E"})
    tables.insert("teacher_classes", {"class_id": "C"})
    tables.reach("exams", 0, 42)
    tables.connection.execute("TRUNCATE g0001.students, g0001.student_habits")
    register(settings.database_url, {"S-1": ["H-1"]})
    told = callers(settings)
    answered = defaultdict(set)
    operations, checks = documented(address)
    for operation in operations:

        @hypothesis.given(case=operation.as_strategy(), own=hypothesis.strategies.booleans())
        @hypothesis.settings(max_examples=EXAMPLES_PER_ENDPOINT)
        def keeps_its_promise(case, own):
            if own and "teacherId" in case.path_parameters:
                case.path_parameters["teacherId"] = TEACHER
            if case.headers:
                case.headers["Homeroom-Wait-Seconds"] = "0"
            for who, headers in told.items():
                # The drawn keys of a service are asked for, too: by nobody.
                keys = KEYS if who != "nobody" and case.path.startswith(WITH_KEY) else {}
                answer = case.call_and_validate(
                    checks=checks, headers=headers | keys, timeout=TIMEOUT
                )
                answered[case.method, case.path].add((who, answer.status_code))

        keeps_its_promise()
    assert {(o.method.upper(), o.path) for o in operations} == answered.keys()
    # Who is not known is told so, wherever a token is needed.
    for (method, path), answers in answered.items():
        if path.startswith(WITH_TOKEN):
            statuses = {status for who, status in answers if who in NOT_KNOWN}
            assert statuses <= {400, 401, 413, 415, 422}, (method, path)
            assert 401 in statuses, (method, path)
    statuses = {(method, s) for (method, _), told in answered.items() for _, s in told}
    assert {("GET", 200), ("GET", 400), ("GET", 401), ("GET", 403), ("POST", 401)} <= statuses
    for role in ("teacher", "student"):
        assert any((role, 200) in answers for answers in answered.values())
