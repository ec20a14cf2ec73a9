"""The dashboard of a teacher at a school: who may see which, what it lists, when days begin."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from psycopg import AsyncCursor

from tests.integration.api.schools.conftest import ADA, SOUTH, Told, of_north, session
from tests.support.strength import at_full_strength
from tests.support.students import NOON

PATH = "/api/teachers/dashboard/"
DENIED = {"error": "Access denied to this school"}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def shown(who: Any, **asked: Any) -> Any:
    answer = await who.ask("GET", PATH, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(rows: list[dict[str, Any]]) -> list[Any]:
    return [row["id"] for row in rows]


async def test_a_teacher_sees_one_school_at_a_time_the_first_by_name_unless_said(ada):
    for asked, name in (({}, "North"), ({"school_id": ""}, "North"), ({"school_id": "2"}, "South")):
        body = await shown(ada, **asked)
        assert body["school"]["name"] == name
        schools = [{"id": 1, "name": "North", "time_zone": None},
                   {"id": 2, "name": "South", "time_zone": "Pacific/Kiritimati"}]  # fmt: skip
        assert body["schools"] == body["teacher_info"]["schools"] == schools
        assert body["teacher_info"]["email"] == "ada@school.example"
        students = 5 if name == "North" else 0
        assert len(body["students"]) == body["quick_stats"]["total_students"] == students


@pytest.mark.parametrize("school_id", ["3", "4", "5", "nobody-s"])
async def test_another_school_a_closed_one_and_none_are_refused_alike(ada, school_id):
    """At the third she is an admin, the fourth was closed, the others do not exist."""
    answer = await ada.ask("GET", PATH, params={"school_id": school_id, "date_range": "year"})
    assert (answer.status_code, answer.json()) == (403, DENIED)


async def test_a_membership_that_is_revoked_ends_at_once_and_counts_again_once_granted(ada, school):
    key = {"school_id": "1", "user_id": "T-1", "role": "teacher"}
    for revoked_at, status in ((NOON, 403), (None, 200), (NOON, 403)):
        school.hold_further(("membership", key | {"revoked_at": revoked_at}))
        answer = await ada.ask("GET", PATH, params={"school_id": "1"})
        assert answer.status_code == status
    assert (await shown(ada))["school"]["name"] == "South"


async def test_who_teaches_nowhere_has_an_empty_dashboard(asking):
    for who, name in (("T-2", "Bob"), ("T-3", None)):
        body = await shown(asking(who, "teacher"))
        assert (body["school"], body["schools"], body["students"]) == (None, [], [])
        assert body["teacher_info"]["name"] == name
        assert body["earnings"] == {
            "current_month": "0.00", "last_month": "0.00", "pending_amount": "0.00",
            "currency": None, "others": [],
        }  # fmt: skip
        assert body["progress_metrics"] == {
            "total_students": 0, "average_progress": None, "students_improving": 0,
            "students_struggling": 0,
        }  # fmt: skip


async def test_others_than_teachers_and_wrong_parameters_are_refused(asking, ada):
    for role in ("student", "admin", "service"):
        answer = await asking("T-1", role).ask("GET", PATH)
        assert (answer.status_code, answer.json()) == (403, {"error": "Teacher access required"})
    for name, value in (("date_range", "year"), ("date_range", ""), ("students_limit", "0"),
                        ("students_cursor", "x"), ("school_id", "a b")):  # fmt: skip
        answer = await ada.ask("GET", PATH, params={name: value})
        assert answer.status_code == 400, name
        assert answer.json()["error"].startswith((name, "cursor must be")), name


async def test_errors_have_the_envelope_of_the_surface_that_is_asked(ada):
    """Also where a teacher is called like a path of the other surface."""
    for path, status in (
        ("dashboard", 401), ("dashboard/students", 401), ("dashboard/nothing", 404),
        ("dashboard/a/b/c", 404),
    ):  # fmt: skip
        answer = await ada.ask("GET", f"/api/teachers/{path}", headers={"Authorization": "x"})
        assert answer.status_code == status, path
        of_schools = path != "dashboard/students"
        assert answer.json().keys() == (
            {"error"} if of_schools else {"success", "message", "requestId"}
        ), path
    answer = await ada.ask("POST", PATH)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.json() == {"error": "Method not allowed"}


async def test_the_slash_at_the_end_may_be_left_out_and_an_answer_may_be_kept(ada):
    with_slash = await ada.ask("GET", PATH)
    without = await ada.ask("GET", PATH.removesuffix("/"))
    assert with_slash.content == without.content
    tag = {"If-None-Match": without.headers["etag"]}
    assert (await ada.ask("GET", PATH, headers=tag)).status_code == 304
    head = await ada.ask("HEAD", PATH)
    assert (head.status_code, head.content) == (200, b"")


async def test_a_deactivated_teacher_has_no_rights(ada, school):
    school.hold_further(("teacher", ADA | {"deactivated": True}))
    answer = await ada.ask("GET", PATH)
    assert (answer.status_code, answer.json()) == (401, {"error": "Authentication required"})


async def test_students_are_paged_by_name(ada, school):
    school.hold_further(("enrollment", {"class_id": "C-1", "student_id": "unregistered"}),
                        ("student", {"student_id": "5", "name": "Aaron"}))  # fmt: skip
    seen, asked = [], {"students_limit": "2"}
    while asked:
        answer = await ada.ask("GET", PATH, params=asked)
        body = answer.json()
        assert body["progress_metrics"]["total_students"] == 6
        seen.append(ids(body["students"]))
        following = answer.links.get("next")
        asked = dict(httpx.URL(following["url"]).params) if following else {}
    assert seen == [[5, 1], [2, 3], [4, "unregistered"]]


async def test_a_day_is_one_of_the_schools_time_zone(ada, school):
    """It is two o'clock on Monday, the second of March, at the school in Kiribati."""
    monday = datetime(2026, 3, 1, 10, tzinfo=UTC)
    school.hold_further(
        *(session(n, "completed", at, "2") for n, at in enumerate(
            (monday - timedelta(microseconds=1), monday, monday + DAY, monday + 7 * DAY), 1)),
        session(5, "completed", monday), session(6, "completed", monday - 10 * HOUR),
    )  # fmt: skip
    south = await shown(ada, school_id="2")
    assert ids(south["sessions"]["today"]) == [2]
    assert ids(south["recent_sessions"]) == [3, 2]
    month = await shown(ada, school_id="2", date_range="month")
    assert ids(month["recent_sessions"]) == [4, 3, 2, 1]
    north = await shown(ada)
    assert ids(north["sessions"]["today"]) == [6, 5]
    assert north["students"][0]["last_session_date"] == "2026-03-01"


async def test_lists_of_sessions_have_their_own_order_and_at_most_fifty(ada, school):
    """The first of March is the last day of its week."""
    school.hold_further(
        *(session(n, "scheduled", NOON + n * timedelta(minutes=1)) for n in range(1, 61)),
        session(100, "scheduled", NOON - HOUR), session(101, "completed", NOON - 2 * HOUR),
        session(102, "completed", NOON - 3 * HOUR, notes="Well done"),
        session(103, "cancelled", NOON - 4 * HOUR), session(104, "cancelled", NOON - 7 * DAY),
        ("attendance", {"session_id": "102", "student_id": "1", "present": True}),
        ("attendance", {"session_id": "102", "student_id": "2", "present": False}),
    )  # fmt: skip
    body = await shown(ada)
    assert ids(body["sessions"]["upcoming"]) == [*range(1, 51)]
    assert ids(body["sessions"]["recent_completed"]) == [101, 102]
    assert ids(body["recent_sessions"]) == [*range(60, 10, -1)]
    assert body["sessions"]["recent_completed"][1] == {
        "id": 102, "class_id": "C-1", "class_name": "Algebra", "title": "Lesson 102",
        "starts_at": "2026-03-01T09:00:00Z", "ends_at": "2026-03-01T09:00:00Z",
        "status": "completed", "student_count": 5, "attended_count": 1, "notes": "Well done",
    }  # fmt: skip
    assert body["quick_stats"] == {"total_students": 5, "sessions_today": 64,
                                   "sessions_this_week": 64, "completion_rate": 66.7}  # fmt: skip


async def test_a_student_improves_above_the_mean_before_and_struggles_below_fifty(ada, school):
    """Percents of the newest first: of three, and of up to three before them."""
    percents = {
        "1": [49, 49, 49], "2": [50, 50, 50], "3": [60, 50, 40, 50, 50, 50, 100],
        "4": [50, 50, 53, 50.99], "5": [49, 51, 49, 10],
    }  # fmt: skip
    school.hold_further(
        *(of_north("assessment", assessment_id=f"{who}{n}", student_id=who, score=score,
                   max_score=100, assessed_at=NOON - n * DAY)
          for who, of in percents.items() for n, score in enumerate(of)),
        of_north("progress", student_id="1", class_id="C-1", completion=50, level="A1",
                 skills_mastered=["sums", "add"]),
        of_north("progress", student_id="1", class_id="C-0", completion=33.25, level="B2",
                 skills_mastered=["sums", "divide"], updated_at=NOON + DAY),
        of_north("progress", student_id="2", class_id="C-1", completion=0),
    )  # fmt: skip
    body = await shown(ada)
    assert body["progress_metrics"] == {
        "total_students": 5, "average_progress": 16.6, "students_improving": 2,
        "students_struggling": 2,
    }  # fmt: skip
    first = body["students"][0]
    assert (first["current_level"], first["completion_percentage"]) == ("B2", 33.25)
    assert first["skills_mastered"] == ["add", "divide", "sums"]
    assert ids(body["students"][2]["recent_assessments"]) == [30, 31, 32]


async def test_earnings_are_exact_and_by_currency(ada, school):
    def payment(id_: str, amount: str, earned_at: datetime, currency: str = "EUR", paid=None):
        return of_north("payment", payment_id=id_, amount=amount, currency=currency,
                        earned_at=earned_at, processed_at=paid)  # fmt: skip

    begin = datetime(2026, 3, 1, tzinfo=UTC)
    school.hold_further(
        payment("1", "0.10", begin),
        payment("2", "0.20", begin, paid=NOON),
        payment("3", "9999999999999.99", begin - timedelta(microseconds=1), paid=NOON),
        payment("4", "25.50", begin - 400 * DAY),
        payment("5", "7.00", begin - HOUR, "USD"),
        payment("6", "5.00", begin - 400 * DAY, "CHF", paid=NOON),
    )
    body = await shown(ada)
    assert body["earnings"] == {
        "current_month": "0.30", "last_month": "9999999999999.99", "pending_amount": "25.60",
        "currency": "EUR",
        "others": [{"currency": "USD", "current_month": "0.00", "last_month": "7.00",
                    "pending_amount": "7.00"}],
    }  # fmt: skip
    kinds = [(a["kind"], a["text"], a["id"]) for a in body["recent_activities"]]
    assert ("payment_processed", "Payment processed: 5.00 CHF", 6) in kinds


async def test_new_students_and_pages_are_right_over_more_classes_than_are_shown(ada, school):
    """Of thirty classes, with students who are in several of them."""
    school.hold_further(
        *(("class", ADA | {"class_id": f"M-{n}", "organization_id": "1", "name": f"M {n:02d}"})
          for n in range(30)),
        *(("student", {"student_id": f"1{n:02d}", "name": f"M {n // 2:02d}"}) for n in range(60)),
        *(("enrollment", {"class_id": f"M-{n % 30}", "student_id": f"1{n:02d}",
                          "enrolled_at": NOON + DAY - n // 3 * HOUR}) for n in range(60)),
        *(("enrollment", {"class_id": f"M-{n}", "student_id": "100",
                          "enrolled_at": NOON + DAY})
          for n in range(1, 3)),
    )  # fmt: skip
    body = await shown(ada, students_limit="5")
    assert ids(body["students"]) == [100, 101, 102, 103, 104]
    joined = [(n // 3, 100 + n, n) for n in range(60)] + [(0, 100, 1), (0, 100, 2)]
    activities = [
        (a["kind"], a["id"], a["text"].rpartition(" ")[2]) for a in body["recent_activities"]
    ]
    assert activities == [
        ("student_enrolled", who, f"{class_ % 30:02d}") for _, who, class_ in sorted(joined)[:20]
    ]
    assert body["quick_stats"]["total_students"] == 65


async def test_the_trend_is_the_mean_of_each_of_eight_weeks(ada, school):
    """Of the teacher's own students; weeks begin on Monday, as it is in Kiribati."""
    monday = datetime(2026, 3, 1, 10, tzinfo=UTC)
    moments = (monday, monday + 6 * DAY, monday - timedelta(microseconds=1), monday - 49 * DAY,
               monday - 50 * DAY)  # fmt: skip

    def assessment(**told: Any) -> Told:
        return "assessment", ADA | SOUTH | {"student_id": "1", "max_score": 8} | told

    school.hold_further(
        ("class", ADA | {"class_id": "C-2", "organization_id": "2"}),
        ("enrollment", {"class_id": "C-2", "student_id": "1"}),
        *(assessment(assessment_id=str(n), score=n, assessed_at=at)
          for n, at in enumerate(moments)),
        assessment(assessment_id="9", student_id="somebody", assessed_at=monday),
    )  # fmt: skip
    trend = (await shown(ada, school_id="2"))["progress_metrics"]["trend"]
    averages = [37.5, None, None, None, None, None, 25, 6.3]
    days = [f"2026-{day}" for day in ("01-12", "01-19", "01-26", "02-02", "02-09", "02-16", "02-23",
                                      "03-02")]  # fmt: skip
    assert trend == [{"week": d, "average": a} for d, a in zip(days, averages, strict=True)]
    assert "trend" not in (await shown(ada))["progress_metrics"]


async def test_an_answer_takes_at_most_five_round_trips_however_much_there_is(
    ada, school, monkeypatch
):
    """What goes to the server is counted: every execution of the driver, of the rate limit too."""
    asked: list[Any] = []
    execute = AsyncCursor.execute

    async def counted(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        asked.append(query)
        return await execute(self, query, *rest, **more)

    # Connections are made before.
    await shown(ada)
    monkeypatch.setattr(AsyncCursor, "execute", counted)
    for size in (0, 40):
        school.hold_further(
            *(session(n, "completed", NOON - n * HOUR, class_id=f"C{n}") for n in range(size)),
            *(("enrollment", {"class_id": "C-1", "student_id": f"S{n}"}) for n in range(size)),
            *(("school", {"school_id": f"O{n}", "name": "x"}) for n in range(size)),
            *(("membership", {"school_id": f"O{n}", "user_id": "T-1"}) for n in range(size)),
        )
        await shown(ada)
        assert len(asked) == 3
        asked.clear()
    school.lack("student", "3", NOON - DAY)
    await shown(ada)
    assert 3 < len(asked) <= 5


@at_full_strength
@pytest.mark.parametrize(("entity", "key", "told"), [
    ("session", "100", session(100, "completed", NOON)),
    ("attendance", "100/1", None), ("assessment", "7", of_north("assessment", assessment_id="7",
                                                                 student_id="1")),
    ("progress", "1/C-1", of_north("progress", student_id="1", class_id="C-1")),
    ("payment", "8", of_north("payment", payment_id="8")), ("enrollment", "C-1/99", None),
    ("membership", "1/1", None), ("student", "3", None), ("class", "C-1", None),
    ("teacher", "T-1", None), ("school", "1", None), ("membership", "9/T-1", None),
])  # fmt: skip
async def test_an_answer_says_what_it_lacks(asking, ada, school, entity, key, told):
    school.hold_further(session(100, "completed", NOON), *([told] if told else []))
    school.lack(entity, key, NOON - DAY)
    answer = await ada.ask("GET", PATH)
    assert answer.headers["homeroom-incomplete-since"] == "2026-02-28T12:00:00Z"
    other = await asking("T-2", "teacher").ask("GET", PATH)
    assert "homeroom-incomplete-since" not in other.headers
