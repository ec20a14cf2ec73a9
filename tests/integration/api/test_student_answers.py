"""The four answers of a student, byte for byte."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support import a_student
from tests.support.a_student import ME
from tests.support.students import NOON, Students

PATHS = ("/dashboard", "/profile", "/curriculum/progress", "/missions", "/habits")
FULL = {
    "/dashboard": b'{"user_id":"S-1",'
    b'"today_summary":{"readiness_score":71.5,"readiness_trend_7d":4.0,"habit_streak":12,'
    b'"daily_goal_progress":"1/2"},'
    b'"future_you":{"persona":"Threat Hunter","alignment":"85%","track":"Attacker",'
    b'"estimated_readiness_window":"Q2 2026"},'
    b'"quick_actions":['
    b'{"priority":"high","type":"revise","title":"Mission 4","reason":"Name the source",'
    b'"deadline":null,"url":"/missions/M-4","deep_link":"och://missions/M-4"},'
    b'{"priority":"high","type":"ai_coach","title":"Coach 1","reason":"Because",'
    b'"deadline":null,"url":"/coach/1","deep_link":"och://coach/1"},'
    b'{"priority":"medium","type":"ai_coach","title":"Coach 2","reason":"Because",'
    b'"deadline":null,"url":"/coach/2","deep_link":"och://coach/2"},'
    b'{"priority":"low","type":"ai_coach","title":"Coach 3","reason":"Because",'
    b'"deadline":null,"url":"/coach/3","deep_link":"och://coach/3"},'
    b'{"priority":"low","type":"mission","title":"Mission 6",'
    b'"reason":"The next recommended mission (beginner)",'
    b'"deadline":null,"url":"/missions/M-6","deep_link":"och://missions/M-6"}],'
    b'"subscription":{"tier":"professional7","enhanced_access_days":null,'
    b'"next_billing":"2026-03-22","entitlements":{"ai_coach":"full","missions":"unlimited",'
    b'"mentor_reviews":true,"enhanced_access":true}},'
    b'"missions":{"in_progress":1,"pending":1,"in_review":1,"changes_requested":1,"approved":1},'
    b'"curriculum":{"track":"Defender","completion":64.2},'
    b'"portfolio":{"health":59.0,"items_total":8,"items_approved":4},'
    b'"coaching":{"goals_active":3,"goals_completed_pct":40.0,"reflections_last_7d":1},'
    b'"skill_gaps":["DFIR"],"cache_updated_at":"2026-03-01T11:59:59.250000Z"}',
    "/profile": b'{"basic":{"name":"Grace","track":"Defender","track_key":"defender",'
    b'"cohort":"2026-A","mentor":"Ada"},'
    b'"future_you":{"persona":"Threat Hunter","archetype":"Sentinel","skills_needed":["SIEM"],'
    b'"alignment":"85%","track":"Attacker"},'
    b'"consents":{"share_with_mentor":false,"employer_share":true,"public_portfolio":false}}',
    "/curriculum/progress": b'{"track":"Defender","completion":64.2,"modules":['
    b'{"module_id":"U-1","title":"Logs","progress":100.0,"status":"completed",'
    b'"recommended_missions":[]},'
    b'{"module_id":"U-2","title":"Networks","progress":28.4,"status":"in_progress",'
    b'"recommended_missions":[{"mission_id":"M-6","title":"Mission 6","difficulty":"beginner",'
    b'"deep_link":"och://missions/M-6"},'
    b'{"mission_id":"M-7","title":"Mission 7","difficulty":"intermediate",'
    b'"deep_link":"och://missions/M-7"}]}],'
    b'"recommended_missions":[{"mission_id":"M-6","title":"Mission 6","difficulty":"beginner",'
    b'"deep_link":"och://missions/M-6"},'
    b'{"mission_id":"M-7","title":"Mission 7","difficulty":"intermediate",'
    b'"deep_link":"och://missions/M-7"}]}',
    "/missions?status=changes_requested,in_progress": b'[{"mission_id":"M-1","title":"Mission 1",'
    b'"difficulty":"intermediate","status":"in_progress","ai_score":null,"ai_feedback":null,'
    b'"mentor_score":null,"mentor_feedback":null,"deadline":"2026-03-08T12:00:00Z",'
    b'"competencies":["SIEM"],"next_action":null,"submitted_at":null,'
    b'"updated_at":"2026-02-28T12:00:00Z","deep_link":"och://missions/M-1"},'
    b'{"mission_id":"M-4","title":"Mission 4","difficulty":"intermediate",'
    b'"status":"changes_requested","ai_score":80.0,"ai_feedback":"Neat","mentor_score":92.5,'
    b'"mentor_feedback":"Very neat","deadline":null,"competencies":["SIEM"],'
    b'"next_action":"Name the source","submitted_at":"2026-02-28T12:00:00Z",'
    b'"updated_at":"2026-02-25T12:00:00Z","deep_link":"och://missions/M-4"}]',
}
NOTHING = {
    "/dashboard": b'{"user_id":"S-1",'
    b'"today_summary":{"readiness_score":0.0,"readiness_trend_7d":null,"habit_streak":0,'
    b'"daily_goal_progress":"0/0"},'
    b'"future_you":{"persona":"Not assessed","alignment":"0%","track":"Not recommended",'
    b'"estimated_readiness_window":"Not estimated"},"quick_actions":[],'
    b'"subscription":{"tier":"free","enhanced_access_days":null,"next_billing":null,'
    b'"entitlements":{"ai_coach":"limited","missions":"limited","mentor_reviews":false,'
    b'"enhanced_access":false}},'
    b'"missions":{"in_progress":0,"pending":0,"in_review":0,"changes_requested":0,"approved":0},'
    b'"curriculum":{"track":"Not assigned","completion":0.0},'
    b'"portfolio":{"health":0.0,"items_total":0,"items_approved":0},'
    b'"coaching":{"goals_active":0,"goals_completed_pct":0.0,"reflections_last_7d":0},'
    b'"skill_gaps":[],"cache_updated_at":null}',
    "/profile": b'{"basic":{"name":"Grace","track":"Not assigned","track_key":null,'
    b'"cohort":"Not assigned","mentor":"Not assigned"},'
    b'"future_you":{"persona":"Not assessed","archetype":"Not assessed","skills_needed":[],'
    b'"alignment":"0%","track":"Not recommended"},'
    b'"consents":{"share_with_mentor":false,"employer_share":false,"public_portfolio":false}}',
    "/curriculum/progress": b'{"track":"Not assigned","completion":0.0,"modules":[],'
    b'"recommended_missions":[]}',
    "/missions": b"[]",
}


async def test_a_student_with_something_of_everything(student_api, students):
    students.hold(*a_student.school(), *a_student.student())
    students.reach(NOON - timedelta(milliseconds=750))
    for path, expected in FULL.items():
        answer = await student_api.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.content == expected, path


async def test_a_student_of_whom_only_the_registration_is_known(student_api, students):
    students.hold(("student", {"student_id": ME, "name": "Grace"}))
    for path, expected in NOTHING.items():
        assert (await student_api.get(path)).content == expected, path


async def test_the_documentation_names_every_field_as_it_is_answered(student_api, students):
    students.hold(*a_student.school(), *a_student.student())
    document = student_api.app.openapi()
    schemas = document["components"]["schemas"]

    def follow(schema: Any, value: Any, where: str) -> None:
        found = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        if isinstance(value, dict) and "properties" in found:
            assert [*found["properties"]] == [*value] == [*found["required"]], where
            for name, inner in found["properties"].items():
                follow(inner, value[name], f"{where}.{name}")
        elif isinstance(value, list):
            for one in value:
                follow(found["items"], one, where)

    for path in PATHS:
        told = document["paths"][f"/api/v1/student{path}"]["get"]["responses"]["200"]
        schema = told["content"]["application/json"]["schema"]
        follow(schema, await student_api.body(path), path)


async def _shown(student_api: Any, students: Students, *told: Any) -> dict[str, Any]:
    students.hold(("student", {"student_id": ME}), *told)
    found: dict[str, Any] = await student_api.body("/dashboard")
    return found


@pytest.mark.parametrize(
    ("alignment", "shown"),
    [(0, "0%"), (0.49, "0%"), (0.5, "1%"), (1.5, "2%"), (2.5, "3%"), (99.5, "99%"),
     (99.99, "99%"), (100, "100%")],
)  # fmt: skip
async def test_alignment_is_rounded_half_up_but_never_to_100(
    student_api, students, alignment, shown
):
    told = ("profile", {"student_id": ME, "alignment": alignment})
    assert (await _shown(student_api, students, told))["future_you"]["alignment"] == shown
    assert (await student_api.body("/profile"))["future_you"]["alignment"] == shown


def _items(**by_status: int) -> list[Any]:
    return [
        ("portfolio_item", {"item_id": f"{s}-{n}", "student_id": ME, "status": s.strip("_"),
                            "removed": s.startswith("_")})
        for s, count in by_status.items() for n in range(count)
    ]  # fmt: skip


async def test_health_is_seven_parts_accepted_and_three_parts_full(student_api, students):
    for items, health, total, approved in (
        (_items(), 0.0, 0, 0),
        (_items(_approved=3, _pending=2), 0.0, 0, 0),
        (_items(pending=1), 3.0, 1, 0),
        (_items(approved=1), 73.0, 1, 1),
        (_items(approved=1, rejected=1), 41.0, 2, 1),
        (_items(approved=1, rejected=1, pending=1), 32.3, 3, 1),
        (_items(approved=1, pending=15), 34.4, 16, 1),
        (_items(approved=3, pending=13), 43.1, 16, 3),
        (_items(approved=10), 100.0, 10, 10),
        (_items(approved=12, _approved=4), 100.0, 12, 12),
        (_items(approved=6, pending=6), 65.0, 12, 6),
        (_items(approved=1999, pending=1), 99.9, 2000, 1999),
    ):
        shown = (await _shown(student_api, students, *items))["portfolio"]
        assert shown == {"health": health, "items_total": total, "items_approved": approved}


async def test_the_last_seven_days_are_168_hours(student_api, students):
    week, tick = timedelta(hours=168), timedelta(microseconds=1)
    ages = {"a": week, "b": week - tick, "c": timedelta(0), "d": -tick, "e": 2 * week}
    told = [
        *(("goal", {"goal_id": g, "student_id": ME, "completed_at": NOON - age})
          for g, age in ages.items()),
        *(("goal", {"goal_id": f"active-{n}", "student_id": ME}) for n in range(4)),
        ("goal", {"goal_id": "dropped", "student_id": ME, "dropped": True}),
        ("goal", {"goal_id": "dropped after", "student_id": ME, "dropped": True,
                  "completed_at": NOON}),
        *(("reflection", {"reflection_id": r, "student_id": ME, "written_at": NOON - age})
          for r, age in ages.items()),
    ]  # fmt: skip
    coaching = (await _shown(student_api, students, *told))["coaching"]
    assert coaching == {
        "goals_active": 4,
        "goals_completed_pct": 33.3,
        "reflections_last_7d": 2,
    }
    # The weeks of students whose clocks change have 168 hours too.
    students.hold_further(("student", {"student_id": ME, "time_zone": "Europe/Berlin"}))
    student_api.now = NOON + week - tick
    coaching = (await student_api.body("/dashboard"))["coaching"]
    assert (coaching["reflections_last_7d"], coaching["goals_completed_pct"]) == (2, 33.3)


async def test_the_share_of_goals_is_of_those_completed_lately_and_the_active_ones(
    student_api, students
):
    for completed, active, share in ((0, 0, 0.0), (0, 3, 0.0), (2, 0, 100.0), (2, 1, 66.7),
                                     (1, 15, 6.3), (3, 13, 18.8), (1999, 1, 99.9)):  # fmt: skip
        goals = [
            ("goal", {"goal_id": f"{n}", "student_id": ME,
                      "completed_at": NOON if n < completed else None})
            for n in range(completed + active)
        ]  # fmt: skip
        coaching = (await _shown(student_api, students, *goals))["coaching"]
        assert (coaching["goals_active"], coaching["goals_completed_pct"]) == (active, share)


async def test_completion_is_the_mean_over_all_published_modules_of_the_own_track(
    student_api, students
):
    def told(*percents: Any) -> list[Any]:
        rows: list[Any] = [
            ("student", {"student_id": ME, "track_id": "K-1"}),
            ("track", {"track_id": "K-1", "name": "Defender"}),
            ("module", {"module_id": "elsewhere", "track_id": "K-2"}),
            ("module_progress", {"module_id": "elsewhere", "student_id": ME, "percent": 100}),
            ("module", {"module_id": "retired", "track_id": "K-1", "retired": True}),
            ("module_progress", {"module_id": "retired", "student_id": ME, "percent": 100}),
            ("module_progress", {"module_id": "unknown", "student_id": ME, "percent": 100}),
        ]
        for n, percent in enumerate(percents):
            rows.append(("module", {"module_id": f"U-{n}", "track_id": "K-1"}))
            if percent is not None:
                own = {"module_id": f"U-{n}", "student_id": ME, "percent": percent}
                rows.append(("module_progress", own))
        return rows

    for percents, mean in (((), 0.0), ((None,), 0.0), ((100, None, None), 33.3),
                           ((100, 100, None), 66.7), ((0.1, None), 0.1), ((0.1, None, None), 0.0),
                           ((0.5, 0.4, 0.15, 0.15), 0.3), ((100, 100), 100.0),
                           ((99.9, 99.999), 99.9), ((100, 100, 99.9), 99.9),
                           ((100, 100, 99.999), 99.9), ((100, 99.94), 99.9),
                           # The quotient of the sum has fewer decimals than it would need.
                           ((75.05, 75.05, 0.05), 50.1),
                           ((75.05, 75.05, 0.04999999999999999), 50.0)):  # fmt: skip
        students.hold(*told(*percents))
        shown = (await student_api.body("/dashboard"))["curriculum"]
        assert shown == {"track": "Defender", "completion": mean}, percents
        assert (await student_api.body("/curriculum/progress"))["completion"] == mean
    status = {0: "not_started", 0.01: "in_progress", 99.99: "in_progress", 100: "completed"}
    students.hold(*told(None, *status))
    modules = (await student_api.body("/curriculum/progress"))["modules"]
    assert [m["status"] for m in modules] == ["not_started", *status.values()]


async def test_what_is_unknown_retired_or_deactivated_is_named_so(student_api, students):
    own = {"track_id": "K-1", "mentor_id": "T-1", "cohort": "", "student_id": ME}
    rows: dict[str, Any] = {
        "student": own,
        "profile": {"student_id": ME, "recommended_track_id": "K-2", "persona": ""},
        "track": {"track_id": "K-2", "name": "Attacker"},
        "teacher": {"teacher_id": "T-1", "name": "Ada"},
    }
    students.hold(*rows.items())
    basic = (await student_api.body("/profile"))["basic"]
    assert (basic["track"], basic["track_key"], basic["mentor"]) == ("Not assigned", None, "Ada")
    assert basic["cohort"] == "Not assigned"
    future = (await student_api.body("/profile"))["future_you"]
    assert (future["track"], future["persona"]) == ("Attacker", "Not assessed")
    rows["teacher"]["deactivated"] = rows["track"]["retired"] = True
    own_track = ("track", {"track_id": "K-1", "name": "Old", "key": "old", "retired": True})
    students.hold(*rows.items(), own_track)
    profile = await student_api.body("/profile")
    assert profile["basic"]["mentor"] == "Not assigned"
    # A student stays on a track that is no longer offered; nobody is sent to one.
    assert (profile["basic"]["track"], profile["basic"]["track_key"]) == ("Old", "old")
    assert profile["future_you"]["track"] == "Not recommended"
    assert (await student_api.body("/dashboard"))["future_you"]["track"] == "Not recommended"


async def test_consents_are_what_the_student_said_and_the_rest_is_false(student_api, students):
    for said in ({}, {"share_with_mentor": True}, {"public_portfolio": False, "photos": True}):
        students.hold(("student", {"student_id": ME, "consents": said}))
        shown = (await student_api.body("/profile"))["consents"]
        names = ("share_with_mentor", "employer_share", "public_portfolio")
        assert shown == dict.fromkeys(names, False) | said
        assert [*shown][:3] == [*names]


async def test_the_trend_is_over_the_newest_score_that_is_a_week_older(student_api, students):
    def scored(**days: float) -> list[Any]:
        return [
            ("readiness", {"student_id": ME, "scored_on": f"2026-02-{on[1:]}", "score": score})
            for on, score in days.items()
        ]

    for told, score, trend in (
        (scored(), 0.0, None),
        (scored(_20=70.1), 70.1, None),
        (scored(_20=70.1, _14=60), 70.1, None),
        (scored(_20=70.1, _13=60), 70.1, 10.1),
        (scored(_20=70.1, _19=0, _14=0, _12=60, _11=99), 70.1, 10.1),
        (scored(_20=0, _13=100), 0.0, -100.0),
        (scored(_20=0.3, _10=0.1), 0.3, 0.2),
    ):
        today = (await _shown(student_api, students, *told))["today_summary"]
        assert (today["readiness_score"], today["readiness_trend_7d"]) == (score, trend)
