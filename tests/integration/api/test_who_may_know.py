"""Who may know what of a student: every field of every answer of all surfaces, for everybody."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from homeroom.api import tokens
from homeroom.domain.privacy import CONSENT, Fact, Ground, fact, may_know
from homeroom.settings import Settings
from homeroom_kit.contract import ENTITIES
from tests.integration.api.conftest import StudentApi
from tests.support import a_student
from tests.support.applications import LOOP
from tests.support.asked import ASKED, filled
from tests.support.strength import at_full_strength
from tests.support.students import NOON, Row, Students

PUPIL = "S-1"
# What tells the facts of the pupil from each other, wherever they are shown. The first is part of
# each text of the pupil's own; the numbers are those that `a_student` gives.
OWN, CONTACT, SCHOOL = "-own", "pupil@contact", "Pupil of the school"
OWN_NUMBERS = {71.5, 84.5, 28.4, 92.5}
SCORE = 33.25
# Who asks, and on which grounds they know something of the pupil without any consent.
READERS: dict[str, tuple[tuple[str, ...], frozenset[Ground]]] = {
    "the pupil": ((PUPIL, "student"), frozenset({"self"})),
    "another student": (("S-2", "student"), frozenset()),
    "the teacher of an own class": (("T-cls", "teacher"), frozenset({"teaching"})),
    "the teacher by assignment": (("T-by", "teacher"), frozenset({"teaching", "assignment"})),
    "a teacher at the school": (("T-org", "teacher"), frozenset({"teaching"})),
    "the mentor": (("T-1", "teacher"), frozenset()),
    "another teacher": (("T-other", "teacher"), frozenset()),
    "an admin": (("A-0", "admin"), frozenset({"administration"})),
    "an admin of the school": (("A-1", "admin", "O-1"), frozenset({"administration"})),
    "an admin of another school": (("A-2", "admin", "O-2"), frozenset()),
    "a service": (("billing", "service"), frozenset()),
}
IDS = {
    "student": PUPIL, "school": "O-1", "resource": "R-1",
    "class": "C-1", "subject": "J-1", "class_link": "0",
    "subject_link": "0",
}  # fmt: skip


def told(consents: dict[str, bool]) -> Iterator[tuple[str, Row]]:
    """The pupil with something of everything, in an own class of one teacher and a school's."""
    yield from a_student.school()
    for entity, row in a_student.student(PUPIL, OWN):
        changed = {"name": SCHOOL, "email": CONTACT, "cohort": "2026", "consents": consents}
        yield entity, row | (changed if entity == "student" else {})
    yield "student", {"student_id": "S-2", "name": "Another"}
    for who in ("T-cls", "T-by", "T-other"):
        yield "teacher", {"teacher_id": who, "name": who}
    yield "class", {"class_id": "K-1", "teacher_id": "T-cls"}
    yield "class", {"class_id": "C-1", "teacher_id": "T-org", "organization_id": "O-1"}
    for class_id in ("K-1", "C-1"):
        yield "enrollment", {"class_id": class_id, "student_id": PUPIL}
    yield "subject", {"subject_id": "J-1", "name": "Maths"}
    made = {"teacher_id": "T-by", "made_by": "A-0", "made_at": NOON}
    yield "class_assignment", {"assignment_id": "1", "class_id": "C-1", **made}
    yield "subject_assignment", {"assignment_id": "2", "subject_id": "J-1", **made}
    yield "school", {"school_id": "O-1"}
    yield "membership", {"school_id": "O-1", "user_id": "T-org", "role": "teacher"}
    taught = {"student_id": PUPIL, "class_id": "C-1", "teacher_id": "T-org", "school_id": "O-1"}
    yield "assessment", taught | {"assessment_id": "4", "score": SCORE}
    yield "progress", taught | {"level": SCHOOL, "completion": SCORE, "skills_mastered": [SCHOOL]}
    yield "mark", {"mark_id": "3", "student_id": PUPIL, "class_id": "C-1", "subject_id": "J-1",
                   "score": SCORE, "recorded_by": "T-by"}  # fmt: skip


def leaves(value: Any) -> Iterator[Any]:
    """Every field of an answer, also those within lists and objects."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    else:
        yield value


def facts(value: Any) -> Iterator[Fact]:
    """What a field says of the pupil."""
    text = value if isinstance(value, str) else ""
    if OWN in text or (isinstance(value, float) and value in OWN_NUMBERS):
        yield "own"
    if CONTACT in text:
        yield "contact"
    if SCHOOL in text or value == SCORE:
        yield "school"


@pytest_asyncio.fixture(loop_scope=LOOP)
async def client(student_api: StudentApi) -> tuple[httpx.AsyncClient, Settings]:
    return student_api.client, student_api.settings


@at_full_strength
@pytest.mark.parametrize("consents", [{}, {CONSENT: False}, {CONSENT: True}])
async def test_every_field_of_every_answer_is_shown_to_whom_the_rule_lets_know_it(
    students: Students, client: tuple[httpx.AsyncClient, Settings], consents: dict[str, bool]
) -> None:
    """No surface shows a student's own doings to others so far, so a consent changes nothing."""
    students.hold(*told(consents))
    http, settings = client
    known: dict[str, set[Fact]] = {}
    for reader, (token, grounds) in READERS.items():
        headers = {"Authorization": f"Bearer {tokens.issue(settings, *token)}"}
        known[reader] = set()
        for method, path, _ in ASKED:
            # The stream has no end; it tells items of lists that are read here.
            if method == "GET" and "/stream?" not in path:
                ids = IDS | {"teacher": token[0], "own": token[0]}
                answer = await http.get(filled(path, ids), headers=headers)
                for value in leaves(answer.json()):
                    for of in facts(value):
                        assert may_know(of, grounds), (reader, path, value)
                        known[reader].add(of)
    # Whoever may know something is shown it somewhere: the walk would see what must not be there.
    assert known == {
        reader: {of for of in ("school", "contact", "own") if may_know(of, grounds)}
        - ({"contact"} if reader == "the pupil" else set())
        for reader, (_, grounds) in READERS.items()
    }


def test_each_field_of_the_contract_about_a_student_is_of_one_kind() -> None:
    kinds = {
        f"{entity.name}.{column.name}": fact(entity.name, column.name)
        for entity in ENTITIES
        for column in (*entity.key, *entity.columns)
        if "student_id" in {c.name for c in (*entity.key, *entity.columns)}
    }
    assert {name.partition(".")[0] for name, kind in kinds.items() if kind == "school"} == {
        "assessment", "attendance", "enrollment", "exam_result", "mark", "progress", "student",
        "submission",
    }  # fmt: skip
    assert [name for name, kind in kinds.items() if kind == "contact"] == ["student.email"]
    of_account = {name for name, kind in kinds.items() if kind == "own" and "student." in name}
    assert of_account == {"student.time_zone", "student.consents", "student.deactivated"}


def test_without_a_ground_nothing_is_known_and_consent_opens_what_is_ones_own() -> None:
    for of in ("school", "contact", "own"):
        assert not may_know(of, frozenset())
        assert may_know(of, frozenset({"self"}))
    assert may_know("own", frozenset({"consent"}))
    assert not may_know("own", frozenset({"teaching", "assignment", "administration"}))
    assert not may_know("contact", frozenset({"teaching", "consent"}))
    assert fact("anything new", "at all") == "own"
