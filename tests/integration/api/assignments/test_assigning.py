"""Admins assign teachers to classes and subjects, and take them off again."""

import asyncio
from datetime import datetime
from typing import Any

import httpx
import psycopg
import pytest

from tests.support import wait_for_async
from tests.support.assigning import PATH, Asking, School

DUPLICATE = "Invalid assignment. Teacher is already assigned to this {}."


def refused(answer: httpx.Response, status: int, error: str | None = None) -> str:
    body = answer.json()
    assert answer.status_code == status, answer.text
    assert body == {"success": False, "error": body["error"]}
    if error is not None:
        assert body["error"] == error
    return str(body["error"])


@pytest.mark.parametrize(("kind", "field", "target"), [("class", "class_level_id", 5),
                                                      ("subject", "subject_id", 3)])  # fmt: skip
async def test_an_assignment_is_made_and_removed(
    admin: Asking, school: School, kind: str, field: str, target: int
) -> None:
    answer = await admin.assign(kind, user_id=2, **{field: target})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Homeroom-Position"].startswith("command-")
    body = answer.json()
    at = body["data"].pop("created_at")
    assert datetime.fromisoformat(at).tzinfo is not None
    assert body == {
        "success": True,
        "message": f"Teacher assigned to {kind} successfully",
        "data": {"id": 1, "user_id": 2, field: target},
    }
    refused(await admin.assign(kind, user_id=2, **{field: target}), 400, DUPLICATE.format(kind))

    answer = await admin.ask("DELETE", f"{PATH}/{kind}/1")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Homeroom-Position"].startswith("command-")
    message = f"{kind.capitalize()} assignment removed successfully"
    assert answer.json() == {"success": True, "message": message}
    error = f"{kind.capitalize()} assignment not found"
    refused(await admin.ask("DELETE", f"{PATH}/{kind}/1"), 404, error)

    answer = await admin.assign(kind, user_id=2, **{field: target})
    assert answer.json()["data"]["id"] == 2
    made, removed, again = school.events()
    target_id = "class_id" if kind == "class" else field
    assert made == (f"{kind}_assignment.made.v1", "1", 1, {
        "assignment_id": "1", "teacher_id": "2", target_id: str(target), "made_by": "A-0",
        "made_at": at,
    })  # fmt: skip
    assert removed[:3] == (f"{kind}_assignment.removed.v1", "1", 2)
    assert removed[3].keys() == {"assignment_id", "removed_by", "removed_at"}
    assert again[:3] == (f"{kind}_assignment.made.v1", "2", 1)


async def test_two_who_make_the_same_assignment_at_once_make_one(
    admin: Asking, of_school: Asking, school: School
) -> None:
    body = {"user_id": "T-org", "class_level_id": "O-C"}
    both = [who.assign("class", **body) for who in (admin, of_school)]
    with psycopg.connect(school.url) as held:
        # Both are under way before either sees what is there.
        held.execute("LOCK TABLE homeroom.teacher_assignment")
        asked = asyncio.gather(*both)
        await wait_for_async(lambda: school.waiting_commands() == len(both))
        held.rollback()
        answers = await asked
    assert sorted(answer.status_code for answer in answers) == [201, 400]
    refused(max(answers, key=lambda a: a.status_code), 400, DUPLICATE.format("class"))
    assert [event[0] for event in school.events()] == ["class_assignment.made.v1"]


async def test_bulk_makes_all_that_is_not_there(admin: Asking, school: School) -> None:
    await admin.assign("class", user_id=2, class_level_id=6)
    answer = await admin.assign("bulk", user_id=2, class_level_ids=[5, 6, 7, 5], subject_ids=[1, 2])
    assert answer.status_code == 201, answer.text
    assert answer.headers["Homeroom-Position"].startswith("command-")
    assert answer.json() == {
        "success": True, "message": "Bulk assignments created successfully",
        "data": {"classes_assigned": 2, "subjects_assigned": 2, "total_assignments": 4},
    }  # fmt: skip
    again = await admin.assign("bulk", user_id=2, class_level_ids=[5, 6, 7])
    assert again.status_code == 201
    assert again.json()["data"]["total_assignments"] == 0
    assert len(school.events()) == 5
    waits = school.students.connection.execute(
        "SELECT cardinality(also) FROM homeroom.command ORDER BY at DESC LIMIT 1"
    ).fetchone()
    assert waits == (2,)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"user_id": 2, "class_level_ids": [5, 99], "subject_ids": [1]}, 404,
         "Class not found: 99"),
        ({"user_id": 2, "class_level_ids": [5], "subject_ids": [1, 4]}, 404,
         "Subject not found: 4"),
        ({"user_id": 2, "class_level_ids": [], "subject_ids": []}, 400,
         "At least one class or subject must be provided"),
        ({"user_id": 2}, 400, "At least one class or subject must be provided"),
        ({"user_id": 2, "class_level_ids": 5}, 400, None),
        ({"user_id": 2, "class_level_ids": [5, None]}, 400, None),
        ({"user_id": 2, "class_level_ids": [5] * 501}, 400, None),
        ({"user_id": 77, "class_level_ids": [5]}, 404, "Teacher not found"),
    ],
)  # fmt: skip
async def test_bulk_validates_all_before_it_makes_any(
    admin: Asking, school: School, body: Any, status: int, error: str | None
) -> None:
    refused(await admin.assign("bulk", **body), status, error)
    assert school.events() == []


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"user_id": 99, "class_level_id": 5}, 404, "Teacher not found"),
        ({"user_id": "T-old", "class_level_id": 5}, 404, "Teacher not found"),
        ({"user_id": "S-1", "class_level_id": 5}, 400,
         "Invalid assignment. The user is not a teacher."),
        ({"user_id": "A-1", "class_level_id": 5}, 400,
         "Invalid assignment. The user is not a teacher."),
        ({"user_id": 2, "class_level_id": 99}, 404, "Class not found"),
        ({"user_id": 2, "class_level_id": 8}, 404, "Class not found"),
        ({"user_id": 2}, 400, "class_level_id is required"),
        ({"class_level_id": 5}, 400, "user_id is required"),
        ({"user_id": None, "class_level_id": 5}, 400, "user_id is required"),
        ({"user_id": True, "class_level_id": 5}, 400, None),
        ({"user_id": 2.5, "class_level_id": 5}, 400, None),
        ({"user_id": -2, "class_level_id": 5}, 400, None),
        ({"user_id": 2**53, "class_level_id": 5}, 400, None),
        ({"user_id": "a b", "class_level_id": 5}, 400, None),
        ({"user_id": {}, "class_level_id": 5}, 400, None),
    ],
)  # fmt: skip
async def test_what_cannot_be_assigned_is_refused(
    admin: Asking, school: School, body: Any, status: int, error: str | None
) -> None:
    refused(await admin.assign("class", **body), status, error)
    assert school.events() == []


async def test_a_retired_subject_and_bodies_that_are_none_are_refused(admin: Asking) -> None:
    refused(await admin.assign("subject", user_id=2, subject_id=4), 404, "Subject not found")
    for content in (b"", b"[]", b"{", b"1", b'"x"'):
        answer = await admin.ask(
            "POST", f"{PATH}/class", content=content, headers={"Content-Type": "application/json"}
        )
        refused(answer, 400)
    form = await admin.ask("POST", f"{PATH}/class", data={"user_id": 2})
    refused(form, 415)
    big = await admin.ask("POST", f"{PATH}/bulk", {"user_id": "x" * 2_000_000})
    refused(big, 413)


async def test_ids_that_are_no_numbers_come_and_go_as_text(admin: Asking, school: School) -> None:
    answer = await admin.assign("class", user_id="T-org", class_level_id="C-art")
    assert answer.json()["data"]["user_id"] == "T-org"
    assert answer.json()["data"]["class_level_id"] == "C-art"
    # A number that came as text is the number.
    answer = await admin.assign("class", user_id="2", class_level_id="5")
    assert answer.json()["data"]["user_id"] == 2
    largest = 2**53 - 1
    for class_id in (str(largest), str(largest + 1), "007"):
        school.students.hold_further(("class", {"class_id": class_id, "name": class_id}))
    answers = [
        (await admin.assign("class", user_id=2, class_level_id=one)).json()["data"]
        for one in (largest, str(largest + 1), "007")
    ]
    assert [a["class_level_id"] for a in answers] == [largest, str(largest + 1), "007"]


async def test_links_that_others_published_count_and_can_be_removed(
    admin: Asking, school: School
) -> None:
    school.students.hold_further(
        ("class_assignment", {"assignment_id": "1", "teacher_id": "2", "class_id": "5"}),
        ("class_assignment", {"assignment_id": "40", "teacher_id": "3", "class_id": "5"}),
    )
    refused(await admin.assign("class", user_id=2, class_level_id=5), 400)
    # Ids of others are not given out again.
    assert (await admin.assign("class", user_id=2, class_level_id=6)).json()["data"]["id"] > 40
    assert (await admin.ask("DELETE", f"{PATH}/class/1")).status_code == 200
    assert school.events()[-1][:3] == ("class_assignment.removed.v1", "1", 2)
    assert (await admin.assign("class", user_id=2, class_level_id=5)).status_code == 201


async def test_what_the_log_removed_is_not_there_in_a_restored_database(
    admin: Asking, school: School
) -> None:
    await admin.assign("class", user_id=2, class_level_id=5)
    school.apply()
    school.change("class_assignment", "1", removed_at="2026-01-01T00:00:00Z", removed_by="A-9")
    run = school.students.connection.execute
    run("UPDATE class_assignment SET sequence = 2")
    refused(await admin.ask("DELETE", f"{PATH}/class/1"), 404, "Class assignment not found")
    assert (await admin.assign("class", user_id=2, class_level_id=5)).json()["data"]["id"] == 2


async def test_nothing_is_changed_until_numbers_are_level(
    admin: Asking, of_school: Asking, school: School
) -> None:
    """And nobody learns meanwhile what there is."""
    await admin.assign("class", user_id=2, class_level_id=5)
    school.students.connection.execute("UPDATE homeroom.numbering SET identity = NULL")
    for who in (admin, of_school):
        answers = [await who.assign("class", user_id=user, class_level_id=6) for user in (2, 99)]
        answers += [await who.ask("DELETE", f"{PATH}/class/{link}") for link in (1, 99)]
        assert len({refused(answer, 503) for answer in answers}) == 1
        assert {answer.headers["Retry-After"] for answer in answers} == {"1"}
    assert len(school.events()) == 1


async def test_an_assignment_that_is_not_in_force_cannot_be_removed(
    admin: Asking, school: School
) -> None:
    await admin.assign("bulk", user_id=2, class_level_ids=[5], subject_ids=[1])
    school.apply()
    for entity, key, change, kind in (
        ("class", "5", {"deleted": True}, "class"), ("subject", "1", {"retired": True}, "subject"),
        ("teacher", "2", {"deactivated": True}, "class"),
    ):  # fmt: skip
        before = {name: school.students.rows[entity][key][name] for name in change}
        school.change(entity, key, **change)
        refused(await admin.ask("DELETE", f"{PATH}/{kind}/1"), 404)
        school.change(entity, key, **before)
    for kind in ("class", "subject"):
        refused(await admin.ask("DELETE", f"{PATH}/{kind}/99"), 404)
        refused(await admin.ask("DELETE", f"{PATH}/{kind}/a%20b"), 400)
        assert (await admin.ask("DELETE", f"{PATH}/{kind}/1")).status_code == 200


async def test_outside_its_realm_nothing_exists_for_an_admin(
    admin: Asking, of_school: Asking, school: School
) -> None:
    assert (await of_school.assign("class", user_id="T-org", class_level_id="O-C")).is_success
    assert (await of_school.assign("class", user_id=3, class_level_id="O-C")).is_success
    assert (await of_school.assign("subject", user_id=3, subject_id=1)).is_success
    for body in ({"user_id": 3, "class_level_id": 5}, {"user_id": 3, "class_level_id": 99}):
        refused(await of_school.assign("class", **body), 404, "Class not found")
    for user_id in (2, "T-old", "S-1", "nobody"):
        refused(await of_school.assign("class", user_id=user_id, class_level_id="O-C"), 404,
                "Teacher not found")  # fmt: skip
    refused(await of_school.assign("class", user_id="S-9", class_level_id="O-C"), 400)

    others = await admin.assign("bulk", user_id=3, class_level_ids=[5], subject_ids=[2])
    assert others.is_success
    assert (await admin.assign("subject", user_id=2, subject_id=1)).json()["data"]["id"] == 3
    school.apply()
    refused(await of_school.ask("DELETE", f"{PATH}/class/3"), 404, "Class assignment not found")
    refused(await of_school.ask("DELETE", f"{PATH}/subject/3"), 404, "Subject assignment not found")
    assert (await of_school.ask("DELETE", f"{PATH}/class/1")).is_success
