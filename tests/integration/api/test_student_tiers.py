"""What a tier opens and hides: every field of every answer, for every tier there can be."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest_asyncio

from tests.support import a_student
from tests.support.a_student import ME
from tests.support.applications import LOOP
from tests.support.students import NOON, Students

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
BILLING = NOON + 3 * DAY
FREE = {
    "tier": "free",
    "enhanced_access_days": None,
    "next_billing": None,
    "entitlements": {
        "ai_coach": "limited",
        "missions": "limited",
        "mentor_reviews": False,
        "enhanced_access": False,
    },
}


def starter(days: int) -> dict[str, Any]:
    opened = {"ai_coach": "full", "missions": "unlimited", "mentor_reviews": False}
    return {
        "tier": "starter3",
        "enhanced_access_days": days,
        "next_billing": "2026-03-04",
        "entitlements": opened | {"enhanced_access": days > 0},
    }


PROFESSIONAL = {
    "tier": "professional7",
    "enhanced_access_days": None,
    "next_billing": "2026-03-04",
    "entitlements": {
        "ai_coach": "full",
        "missions": "unlimited",
        "mentor_reviews": True,
        "enhanced_access": True,
    },
}


def sold(tier: str | None, **told: Any) -> dict[str, Any]:
    usual = {"started_at": NOON - DAY, "current_period_end": BILLING}
    return {"student_id": ME, "tier": tier} | usual | told


FULL = sold("professional7")
# The subscription at noon, and what is shown of it.
STATES: dict[str, tuple[dict[str, Any] | None, dict[str, Any]]] = {
    "professional7": (FULL, PROFESSIONAL),
    "none": (None, FREE),
    "free": (sold("free"), FREE),
    "starter3, fresh": (sold("starter3", started_at=NOON), starter(180)),
    "starter3, a second old": (sold("starter3", started_at=NOON - SECOND), starter(180)),
    "starter3, an hour left": (sold("starter3", started_at=NOON - 180 * DAY + HOUR), starter(1)),
    "starter3, over now": (sold("starter3", started_at=NOON - 180 * DAY), starter(0)),
    "starter3, over": (sold("starter3", started_at=NOON - 180 * DAY - SECOND), starter(0)),
    "starter3, ended a second ago": (sold("starter3", ended_at=NOON - SECOND), FREE),
    "professional7, ended a second ago": (sold("professional7", ended_at=NOON - SECOND), FREE),
    "professional7, ended now": (sold("professional7", ended_at=NOON), FREE),
    "professional7, ends in a second": (
        sold("professional7", ended_at=NOON + SECOND), PROFESSIONAL
    ),
    "professional7, unpaid for a second": (
        sold("professional7", current_period_end=NOON - SECOND),
        PROFESSIONAL | {"next_billing": "2026-03-01"},
    ),
    "professional7, without a period": (
        sold("professional7", current_period_end=None), PROFESSIONAL | {"next_billing": None}
    ),
    "a tier that nobody knows": (sold("platinum"), FREE),
    "another spelling": (sold("Professional7"), FREE),
    "no name of a tier": (sold(None), FREE),
    "an empty name": (sold(""), FREE),
    "professional7, never begun": (sold("professional7", started_at=None), FREE),
    "starter3, never begun": (sold("starter3", started_at=None), FREE),
}  # fmt: skip


def fields(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every field at any depth; empty lists and objects are fields."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, one in inner:
        if isinstance(one, (dict, list)) and one:
            yield from fields(one, (*path, name))
        else:
            yield (*path, name), one


@pytest_asyncio.fixture(loop_scope=LOOP)
async def answers(student_api, students: Students):
    """What every answer of the student's says for a subscription, by path."""
    document = student_api.app.openapi()
    paths = [
        p for p, of in document["paths"].items() if p.startswith("/api/v1/student/") and "get" in of
    ]
    assert len(paths) >= 4

    async def ask(subscription: dict[str, Any] | None) -> dict[str, Any]:
        told = [t for t in a_student.school() + a_student.student() if t[0] != "subscription"]
        students.hold(*told, *([("subscription", subscription)] if subscription else []))
        asked = [path.removeprefix("/api/v1/student") for path in paths]
        return {path: await student_api.body(path) for path in asked}

    return ask


async def test_every_field_of_every_answer_is_the_same_for_all_tiers_but_for_what_is_paid_for(
    answers,
):
    full = await answers(FULL)
    paid = list(fields(full))
    assert sum(1 for _, value in paid if value is None) < len(paid) / 4
    assert [m["mentor_score"] for m in full["/missions"]] == [None, None, None, 92.5, 92.5]
    for name, (subscription, shown) in STATES.items():
        found = await answers(subscription)
        assert found["/dashboard"].pop("subscription") == shown, name
        opened = shown["entitlements"]
        expected = {**full, "/dashboard": dict(full["/dashboard"])}
        del expected["/dashboard"]["subscription"]
        actions = expected["/dashboard"]["quick_actions"]
        if opened["ai_coach"] != "full":
            expected["/dashboard"]["quick_actions"] = [actions[0], actions[1], actions[4]]
        if not opened["mentor_reviews"]:
            hidden = {"mentor_score": None, "mentor_feedback": None}
            expected["/missions"] = [m | hidden for m in full["/missions"]]
        assert dict(fields(found)) == dict(fields(expected)), name


async def test_what_is_shown_does_not_hang_on_how_missions_are_asked_for(student_api, students):
    without = [t for t in a_student.school() + a_student.student() if t[0] != "subscription"]
    students.hold(*without, ("subscription", sold("starter3")))
    for query in ("?status=approved", "?limit=1&status=changes_requested", "?limit=200"):
        found = await student_api.body(f"/missions{query}")
        assert found
        assert {m["mentor_score"] for m in found} == {m["mentor_feedback"] for m in found} == {None}
    everything = str(
        [await student_api.get(path) for path in ("/dashboard", "/profile", "/missions")]
    )
    assert "Very neat" not in everything


async def test_a_free_coach_shows_the_best_one_and_leaves_room_for_what_follows(
    student_api, students
):
    coach = [
        ("recommendation", {"recommendation_id": f"N-{n}", "student_id": ME, "title": f"Coach {n}",
                            "priority": "high", "url": "/x"})
        for n in range(7)
    ]  # fmt: skip
    of_missions = [
        ("mission", {"mission_id": "M-1", "title": "Again"}),
        (
            "mission_progress",
            {"mission_id": "M-1", "student_id": ME, "status": "changes_requested"},
        ),
        (
            "readiness",
            {"student_id": ME, "scored_on": "2026-03-01", "score": 59.9, "gaps": ["AWS"]},
        ),
    ]
    students.hold(("student", {"student_id": ME}), *coach, *of_missions)
    actions = (await student_api.body("/dashboard"))["quick_actions"]
    assert [a["title"] for a in actions] == ["Again", "Coach 0", "AWS"]
    students.hold_further(("subscription", sold("starter3")))
    actions = (await student_api.body("/dashboard"))["quick_actions"]
    assert [a["title"] for a in actions] == ["Again", "Coach 0", "Coach 1", "Coach 2", "Coach 3"]
