"""Quick actions: every kind, the best first, at most five, and the same every time."""

from datetime import timedelta
from typing import Any

from tests.support.a_student import DAY, ME, days_of_habit
from tests.support.students import NOON

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
PAID = ("subscription", {"student_id": ME, "tier": "professional7"})
REGISTERED = ("student", {"student_id": ME, "track_id": "K-1"})


def mission(mission_id: str, status: str, **told: Any) -> list[Any]:
    own = {"mission_id": mission_id, "student_id": ME, "status": status}
    return [("mission", {"mission_id": mission_id, "title": mission_id}),
            ("mission_progress", own | told)]  # fmt: skip


def coach(id_: str, priority: str = "high", **told: Any) -> tuple[str, Any]:
    usual = {"recommendation_id": id_, "student_id": ME, "title": id_, "url": f"/coach/{id_}"}
    return "recommendation", usual | {"priority": priority} | told


def scored(score: float, *gaps: str) -> tuple[str, Any]:
    return "readiness", {"student_id": ME, "scored_on": "2026-03-01", "score": score,
                         "gaps": [*gaps]}  # fmt: skip


def offered(mission_id: str, **told: Any) -> list[Any]:
    """A mission that the only module of the track recommends."""
    return [
        ("module", {"module_id": "U-1", "track_id": "K-1", "recommended_missions": [mission_id]}),
        ("mission", {"mission_id": mission_id, "title": mission_id} | told),
    ]


async def actions(student_api, students, *told: Any) -> list[dict[str, Any]]:
    students.hold(REGISTERED, PAID, *told)
    found: list[dict[str, Any]] = (await student_api.body("/dashboard"))["quick_actions"]
    return found


async def titles(student_api, students, *told: Any) -> list[str]:
    return [action["title"] for action in await actions(student_api, students, *told)]


async def test_every_kind_of_action_says_what_why_until_when_and_where(student_api, students):
    of_missions = [
        *mission("M-1", "changes_requested", next_action="Cite", deadline_at=NOON + 9 * DAY),
        *mission("M-2", "in_progress", deadline_at=NOON + HOUR),
    ]
    first = await actions(student_api, students, *of_missions, *days_of_habit("H-1", "++++.."))
    usual = {"priority": "high"}
    assert first == [
        usual | {"type": "revise", "title": "M-1", "reason": "Cite",
                 "deadline": "2026-03-10T12:00:00Z", "url": "/missions/M-1",
                 "deep_link": "och://missions/M-1"},
        usual | {"type": "deadline", "title": "M-2",
                 "reason": "The deadline is near or has passed",
                 "deadline": "2026-03-01T13:00:00Z", "url": "/missions/M-2",
                 "deep_link": "och://missions/M-2"},
        usual | {"type": "habit_broken", "title": "H-1",
                 "reason": "A streak of 4 days has broken", "deadline": None, "url": "/habits/H-1",
                 "deep_link": "och://habits/H-1"},
    ]  # fmt: skip
    recommended = coach(
        "N-1", mission_id="M-9", url="https://coach.example/1", expires_at=NOON + DAY
    )
    second = await actions(
        student_api, students, recommended, scored(59.99, "DFIR", "AWS"), *offered("M-3")
    )
    assert second == [
        usual | {"type": "ai_coach", "title": "N-1", "reason": "reason",
                 "deadline": "2026-03-02T12:00:00Z", "url": "https://coach.example/1",
                 "deep_link": "och://missions/M-9"},
        {"priority": "medium", "type": "readiness_low", "title": "DFIR",
         "reason": "Readiness is 59.99; this is the greatest gap", "deadline": None,
         "url": "/readiness", "deep_link": "och://readiness"},
        {"priority": "low", "type": "mission", "title": "M-3",
         "reason": "The next recommended mission (beginner)", "deadline": None,
         "url": "/missions/M-3", "deep_link": "och://missions/M-3"},
    ]  # fmt: skip


async def test_priority_comes_before_kind_and_five_are_enough(student_api, students):
    low = [scored(10, "Gap"), *offered("Next")]
    coached = [coach("low", "low"), coach("medium", "medium"), coach("high", "high")]
    assert await titles(student_api, students, *low, *coached) == [
        "high", "medium", "Gap", "low", "Next",
    ]  # fmt: skip
    high = [*mission("Again", "changes_requested"), *days_of_habit("Habit", "+++..")]
    assert await titles(student_api, students, *low, *coached, *high) == [
        "Again", "Habit", "high", "medium", "Gap",
    ]  # fmt: skip
    high += mission("Late", "in_progress", deadline_at=NOON - 90 * DAY)
    high += [row for n in range(7) for row in mission(f"A-{n}", "changes_requested")]
    assert await titles(student_api, students, *low, *coached, *high) == [
        "A-0", "A-1", "A-2", "A-3", "A-4",
    ]  # fmt: skip


async def test_of_one_kind_the_nearest_deadline_comes_first_then_the_id(student_api, students):
    def of(status: str, **deadlines: Any) -> list[Any]:
        return [
            row for name, at in deadlines.items() for row in mission(name, status, deadline_at=at)
        ]

    unordered = {"e": None, "d": None, "c": NOON + TICK, "b": NOON, "a": NOON + TICK, "B": NOON}
    revisions = of("changes_requested", **unordered)
    assert await titles(student_api, students, *revisions) == ["B", "b", "a", "c", "d"]
    near = of("in_progress", **unordered)
    assert await titles(student_api, students, *near) == ["B", "b", "a", "c"]
    expiring = [
        coach(name, expires_at=at and at + DAY) for name, at in (unordered | {"C": None}).items()
    ]
    assert await titles(student_api, students, *expiring) == ["B", "b", "a", "c", "C"]
    later = [coach("0", "medium", expires_at=NOON + HOUR), *expiring]
    assert await titles(student_api, students, *later) == ["B", "b", "a", "c", "C"]
    habits = [row for name in ("z", "Z", "y") for row in days_of_habit(name, "+++..")]
    assert await titles(student_api, students, *habits) == ["Z", "y", "z"]


async def test_a_deadline_matters_within_48_hours_and_once_it_has_passed(student_api, students):
    for away, shown in (
        (48 * HOUR, True), (48 * HOUR + TICK, False), (TICK, True), (-TICK, True),
        (-900 * DAY, True), (47 * HOUR, True),
    ):  # fmt: skip
        told = mission("M-1", "in_progress", deadline_at=NOON + away)
        assert await titles(student_api, students, *told) == ["M-1"] * shown, away
    for status in ("pending", "in_review", "approved"):
        told = mission("M-1", status, deadline_at=NOON)
        assert await titles(student_api, students, *told) == []
    told = mission("M-1", "in_progress", deadline_at=NOON)
    assert await titles(student_api, students, told[1]) == []
    retired = ("mission", told[0][1] | {"retired": True})
    assert await titles(student_api, students, retired, told[1]) == ["M-1"]


async def test_a_revision_without_a_next_action_says_what_happened(student_api, students):
    for said in (None, ""):
        (action,) = await actions(
            student_api, students, *mission("M-1", "changes_requested", next_action=said)
        )
        assert action["reason"] == "Changes were requested"


async def test_a_streak_is_told_of_on_the_day_that_it_has_broken(student_api, students):
    # One sign a day up to today: done, not done, not logged.
    for days, shown in {
        "+++..": 3, "+++.": 0, "+++": 0, "+++...": 0, "++..": 0, "+++-.": 3, "+++--": 3,
        "+++.-": 3, "+++-+": 3, "+++.+": 3, "+++++..": 5, "+.+++..": 3, "+-++..": 0, ".....": 0,
        "+++.++": 0, "+++-": 0, "+++--.": 0,
    }.items():  # fmt: skip
        found = await actions(student_api, students, *days_of_habit("H-1", days))
        told = [f"A streak of {shown} days has broken"] if shown else []
        assert [a["reason"] for a in found] == told, days
    stopped = days_of_habit("H-1", "+++..")
    stopped[0][1]["stopped"] = True
    assert await actions(student_api, students, *stopped) == []
    theirs = days_of_habit("H-1", "+++..", "S-2")
    assert await actions(student_api, students, *theirs) == []


async def test_the_streak_is_the_longest_that_still_runs(student_api, students):
    for days, streak in {
        "+++": 3, "+++.": 3, "+++..": 0, "+++-": 0, "+++.+": 1, "-+": 1, "+": 1, "+.": 1, "-": 0,
        "+-+.": 1, "++-++++": 4, ".": 0, "+++++++++.": 9,
    }.items():  # fmt: skip
        students.hold(REGISTERED, *days_of_habit("H-1", days))
        shown = (await student_api.body("/dashboard"))["today_summary"]["habit_streak"]
        assert shown == streak, days
    several = [*days_of_habit("H-1", "++++.."), *days_of_habit("H-2", "++."),
               *days_of_habit("H-3", "+++-+"), *days_of_habit("H-4", "+" * 40, "S-2")]  # fmt: skip
    students.hold(REGISTERED, *several)
    assert (await student_api.body("/dashboard"))["today_summary"]["habit_streak"] == 2


async def test_the_coach_is_heard_until_it_expires_or_is_dismissed(student_api, students):
    told = [
        coach("gone", expires_at=NOON), coach("going", expires_at=NOON + TICK),
        coach("dismissed", dismissed=True), coach("lasting"), coach("theirs", student_id="S-2"),
    ]  # fmt: skip
    assert await titles(student_api, students, *told) == ["going", "lasting"]


async def test_a_deep_link_is_made_for_pages_of_ours(student_api, students):
    for url, mission_id, link in (
        ("/a/b?c=d", None, "och://a/b?c=d"), ("https://a.example/", None, None), ("", None, None),
        ("//a.example/b", None, None), ("javascript:alert(1)", None, None), ("a/b", None, None),
        ("https://a.example/", "M-1", "och://missions/M-1"), ("/a", "M-1", "och://missions/M-1"),
    ):  # fmt: skip
        (action,) = await actions(
            student_api, students, coach("N-1", url=url, mission_id=mission_id)
        )
        assert (action["url"], action["deep_link"]) == (url, link)


async def test_readiness_is_low_below_60_where_a_gap_is_known(student_api, students):
    for score, gaps, shown in ((59.999, ["DFIR"], ["DFIR"]), (60, ["DFIR"], []), (0, [], []),
                               (0, ["b", "a"], ["b"])):  # fmt: skip
        assert await titles(student_api, students, scored(score, *gaps)) == shown
    assert (await student_api.body("/dashboard"))["skill_gaps"] == ["b", "a"]


async def test_the_next_mission_is_the_easiest_that_helps(student_api, students):
    def told(**changed: Any) -> list[Any]:
        modules = {"U-1": ["M-9", "M-2", "M-1", "gone"], "U-2": ["M-0"], "U-3": ["M-00"]}
        rows: list[Any] = [
            ("module", {"module_id": u, "track_id": "K-1", "recommended_missions": m})
            for u, m in modules.items()
        ]
        rows += [("mission", {"mission_id": m, "title": m, "difficulty": d, "retired": m == "M-00"})
                 for m, d in {"M-9": "beginner", "M-2": "intermediate", "M-1": "intermediate",
                              "M-0": "beginner", "M-00": "beginner"}.items()]  # fmt: skip
        rows.append(("module_progress", {"module_id": "U-2", "student_id": ME, "percent": 100}))
        rows += [
            ("mission_progress", {"mission_id": m.replace("_", "-"), "student_id": ME, "status": s})
            for m, s in changed.items()
        ]
        return rows

    assert await titles(student_api, students, *told()) == ["M-9"]
    assert await titles(student_api, students, *told(M_9="pending")) == ["M-9"]
    assert await titles(student_api, students, *told(M_9="approved")) == ["M-1"]
    assert await titles(student_api, students, *told(M_9="approved", M_1="approved")) == ["M-2"]
    everything = dict.fromkeys(("M_9", "M_1", "M_2"), "approved")
    assert await titles(student_api, students, *told(**everything)) == []


async def test_recommended_missions_are_ten_at_most_the_easiest_first_each_once(
    student_api, students
):
    names = [f"M-{n:02}" for n in range(13)]
    difficulties = ("advanced", "intermediate", "beginner")
    rows = [
        *(("mission", {"mission_id": m, "difficulty": difficulties[n % 3]})
          for n, m in enumerate(names)),
        ("module", {"module_id": "U-2", "track_id": "K-1", "position": 1,
                    "recommended_missions": [*reversed(names)]}),
        ("module", {"module_id": "U-1", "track_id": "K-1", "position": 2,
                    "recommended_missions": names[:2]}),
        ("module", {"module_id": "U-0", "track_id": "K-1", "position": -1}),
        ("module", {"module_id": "U-3", "track_id": "K-1", "position": 1}),
    ]  # fmt: skip
    students.hold(REGISTERED, *rows)
    found = await student_api.body("/curriculum/progress")
    assert [m["module_id"] for m in found["modules"]] == ["U-0", "U-2", "U-3", "U-1"]
    best = [n for d in (2, 1, 0) for n in names if int(n[2:]) % 3 == d][:10]
    assert [m["mission_id"] for m in found["recommended_missions"]] == best
    assert [m["mission_id"] for m in found["modules"][1]["recommended_missions"]] == best
    assert [m["mission_id"] for m in found["modules"][3]["recommended_missions"]] == names[1::-1]
