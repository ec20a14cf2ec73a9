"""What the headers say of a student's answer: generation, as of when, and what it lacks."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.model.contract import BY_ENTITY
from tests.support import a_student
from tests.support.a_student import ME
from tests.support.strength import at_full_strength
from tests.support.students import NOON

AS_OF, GENERATION, SINCE = (
    "homeroom-as-of",
    "homeroom-generation",
    "homeroom-incomplete-since",
)
DASHBOARD, PROFILE, PROGRESS, MISSIONS = PATHS = (
    "/dashboard", "/profile", "/curriculum/progress", "/missions",
)  # fmt: skip
# Of every entity that a student's answers may rest on: a row, and which answers do.
RESTING: dict[str, dict[str, tuple[str, ...]]] = {
    "student": {ME: PATHS, "S-2": ()},
    "profile": {ME: (DASHBOARD, PROFILE), "S-2": ()},
    # The mentor; and another teacher.
    "teacher": {"T-1": (PROFILE,), "T-2": (), ME: ()},
    # The own one, the recommended one, another's own, nobody's.
    "track": {
        "K-1": (DASHBOARD, PROFILE, PROGRESS), "K-2": (DASHBOARD, PROFILE), "K-3": (), "K-4": (),
    },
    # Of the own track; of another's; unknown.
    "module": {"U-1": (DASHBOARD, PROGRESS), "U-3": (), "U-9": ()},
    "module_progress": {f"U-1/{ME}": (DASHBOARD, PROGRESS), "U-1/S-2": (), f"{ME}/U-1": ()},
    # Begun; recommended; recommended and unknown; both for another student only.
    "mission": {
        "M-2": (DASHBOARD, PROGRESS, MISSIONS), "M-6": (DASHBOARD, PROGRESS),
        "M-unknown": (DASHBOARD, PROGRESS), "M-8": (), "M-9": (),
    },
    "mission_progress": {
        f"M-2/{ME}": (DASHBOARD, PROGRESS, MISSIONS), "M-2/S-2": (), f"{ME}/M-2": (),
    },
    "subscription": {ME: (DASHBOARD, MISSIONS), "S-2": ()},
    "habit": {"H-1": (DASHBOARD,), "H-1-theirs": ()},
    # Of a habit that was logged, and of one that was not yet.
    "habit_log": {
        "H-1/2026-03-01": (DASHBOARD,), "H-new/2026-03-01": (DASHBOARD,),
        "H-1-theirs/2026-03-01": (), "H-new-theirs/2026-03-01": (),
    },
    "goal": {"G-1": (DASHBOARD,), "G-1-theirs": ()},
    "reflection": {"R-1": (DASHBOARD,), "R-1-theirs": ()},
    "portfolio_item": {"P-1": (DASHBOARD,), "P-1-theirs": ()},
    "readiness": {f"{ME}/2026-02-28": (DASHBOARD,), "S-2/2026-02-28": ()},
    "recommendation": {"N-1": (DASHBOARD,), "N-1-theirs": ()},
}  # fmt: skip
# No answer of a student's rests on these, whatever their keys are.
NEVER = {*BY_ENTITY} - {*RESTING}


@pytest.fixture
def everything(students):
    """The student's, and another's on another track."""
    own = [
        ("module", {"module_id": "U-8", "track_id": "K-1", "recommended_missions": ["M-unknown"]}),
        ("habit", {"habit_id": "H-new", "student_id": ME}),
    ]
    theirs = [
        ("habit", {"habit_id": "H-new-theirs", "student_id": "S-2"}),
        ("student", {"student_id": "S-2", "track_id": "K-3", "mentor_id": "T-2"}),
        ("track", {"track_id": "K-3"}),
        ("module", {"module_id": "U-3", "track_id": "K-3", "recommended_missions": ["M-9"]}),
        ("mission", {"mission_id": "M-8"}),
        ("mission", {"mission_id": "M-9"}),
        ("mission_progress", {"mission_id": "M-8", "student_id": "S-2"}),
    ]
    other = a_student.student("S-2", "-theirs")
    students.hold(*a_student.school(), *a_student.student(), *own, *other, *theirs)
    return students


async def marked(student_api) -> set[str]:
    """Which of the answers say that something is missing."""
    answers = {path: await student_api.get(path) for path in PATHS}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {path for path, answer in answers.items() if SINCE in answer.headers}


@pytest.mark.parametrize("has_row", [True, pytest.param(False, marks=at_full_strength)])
async def test_an_incomplete_subject_marks_the_answers_that_rest_on_it_and_no_others(
    student_api, everything, has_row
):
    """Also where its first event is missing, so that it has no row: its key says whose it is."""
    for entity, keys in RESTING.items():
        for key, resting in keys.items():
            everything.lack(entity, key, has_row=has_row)
            assert await marked(student_api) == set(resting), (entity, key)


@at_full_strength
async def test_rows_of_other_entities_mark_nothing(student_api, everything):
    keys = {key for of in RESTING.values() for key in of}
    for entity in sorted(NEVER):
        everything.connection.execute("DELETE FROM incomplete")
        rows = [(entity, key, NOON) for key in keys]
        with everything.connection.cursor() as cursor:
            cursor.executemany("INSERT INTO incomplete VALUES (%s, %s, %s, true)", rows)
        assert await marked(student_api) == set(), entity
    assert {"class", "exam", "nudge", "membership"} <= NEVER


async def test_an_answer_is_incomplete_since_the_oldest_of_what_it_lacks(student_api, everything):
    older = NOON - timedelta(days=1, microseconds=1)
    lacking = (
        ("goal", "G-1", NOON), ("habit", "H-1", older),
        ("habit", "H-1-theirs", older - timedelta(days=1)),
    )  # fmt: skip
    for entity, key, since in lacking:
        everything.connection.execute(
            "INSERT INTO incomplete VALUES (%s, %s, %s, true)", (entity, key, since)
        )
    answer = await student_api.get("/dashboard")
    assert answer.headers[SINCE] == "2026-02-28T11:59:59.999999Z"


async def test_answers_and_refusals_say_what_was_read(student_api, students):
    at = datetime(2026, 3, 1, 12, 0, 0, 5_000, UTC)
    students.reach(None)
    assert AS_OF not in (await student_api.get("/dashboard")).headers
    for hold, status in (((), 404), ((("student", {"student_id": ME}),), 200)):
        students.hold(*hold)
        students.reach(at)
        for path in (*PATHS, "/missions?limit=0"):
            answer = await student_api.get(path)
            assert answer.status_code == (400 if status == 200 and "?" in path else status), path
            assert answer.headers[GENERATION] == "g0001"
            assert answer.headers[AS_OF] == "2026-03-01T12:00:00.005000Z"
            assert SINCE not in answer.headers
    assert (await student_api.body("/dashboard"))["cache_updated_at"] == answer.headers[AS_OF]


@pytest.mark.usefixtures("students")
async def test_which_request_it_was_is_said_too(student_api):
    answer = await student_api.get("/profile", X_Request_Id="mine")
    assert answer.headers["x-request-id"] == "mine"
    assert answer.json() == {"error": "Student not found"}
