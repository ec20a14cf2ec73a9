"""Commands wait for what they rest on, and are judged by what holds then."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api.records.conftest import link
from tests.support import wait_for_async
from tests.support.assigning import PATH, Asking, School

MARK = {"student_id": "S-1", "class_level_id": 5, "subject_id": 2, "score": 85.5}
COMMANDS: tuple[tuple[str, str, Any], ...] = (
    ("POST", f"{PATH}/class", {"user_id": 2, "class_level_id": 7}),
    ("POST", f"{PATH}/subject", {"user_id": 2, "subject_id": 2}),
    ("POST", f"{PATH}/bulk", {"user_id": 2, "class_level_ids": [7]}),
    ("DELETE", f"{PATH}/class/class-3", None),
    ("DELETE", f"{PATH}/subject/subject-3", None),
    ("POST", "/api/assessments", {**MARK, "student_id": "S-9", "class_level_id": "O-C"}),
)


async def answered_once(
    caller: Asking, records: School, ask: tuple[str, str, Any], happens: Callable[[], None]
) -> tuple[int, Any]:
    """The answer to a command that waits for something until it has happened."""
    records.reach("teaching", 1)
    waiting = {"Homeroom-Wait-For": "teaching:0:1", "Homeroom-Wait-Seconds": "10"}
    asked = asyncio.create_task(caller.ask(*ask, headers=waiting))
    await wait_for_async(lambda: caller.waiting() == 1)
    happens()
    records.reach("teaching", 2)
    answer = await asked
    return answer.status_code, answer.json()


@pytest.mark.parametrize("ask", COMMANDS)
async def test_what_does_not_come_in_time_is_504_and_nothing_is_done(
    admin: Asking, records: School, ask: tuple[str, str, Any]
) -> None:
    records.reach("teaching", 1)
    for seconds, position, status in (
        ("0", "teaching:0:1", 504), ("0", "teaching:0", 400), ("x", "teaching:0:0", 400),
        ("0", "nothing:0:0", 400),
    ):  # fmt: skip
        headers = {"Homeroom-Wait-For": position, "Homeroom-Wait-Seconds": seconds}
        answer = await admin.ask(*ask, headers=headers)
        assert (answer.status_code, list(answer.json())) == (status, ["success", "error"])
    assert records.events() == []
    held = {"Homeroom-Wait-For": "teaching:0:0"}
    assert (await admin.ask(*ask, headers=held)).is_success


async def test_an_assignment_counts_for_the_very_next_mark(
    teacher: Callable[[str], Asking], records: School
) -> None:
    """One that was made gives the right to record, one that was removed takes it."""
    ask = ("POST", "/api/assessments", MARK)
    made = link("subject", 9, "2", "2")
    status, _ = await answered_once(
        teacher("2"), records, ask, lambda: records.students.hold_further(made) and None
    )
    assert status == 201
    removed = {"removed_at": "2026-03-01T12:00:00Z", "removed_by": "A-0"}
    status, _ = await answered_once(
        teacher("2"),
        records,
        ask,
        lambda: records.change("subject_assignment", "subject-9", **removed),
    )
    assert status == 403
    assert len(records.events()) == 1


@pytest.mark.parametrize("ask", COMMANDS[3:])
async def test_whose_rights_end_meanwhile_changes_nothing(
    asking: Callable[..., Asking], records: School, ask: tuple[str, str, Any]
) -> None:
    revoked = {"revoked_at": "2026-03-01T12:00:00Z"}
    status, body = await answered_once(
        asking("A-1", "admin", "O-1"), records, ask,
        lambda: records.change("membership", "O-1/A-1", **revoked),
    )  # fmt: skip
    assert (status, body) == (401, {"success": False, "error": "Authentication required"})
    assert records.events() == []
