"""What the headers say of an answer: from which generation, as of when, and what it lacks."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from psycopg import sql

from homeroom.queries.database import Database
from tests.support import reads, wait_for_async
from tests.support.readmodel import NOON, TEACHER
from tests.support.strength import at_full_strength

AS_OF, GENERATION, SINCE = (
    "homeroom-as-of",
    "homeroom-generation",
    "homeroom-incomplete-since",
)
LISTS = ("exams/recent", "question-banks/recent", "classes/recent", "assignments/recent")
ALL = ("stats", "navigation-counts", *LISTS)
COUNTS = ("stats", "navigation-counts")
GRADES = ("navigation-counts",)


@pytest.fixture(autouse=True)
def everything_a_teacher_has(tables):
    """Each thing in a class of its own, and the same once more for another teacher."""
    for who, x in ((TEACHER, ""), ("T-2", "-theirs")):
        own = {"teacher_id": who}
        tables.insert("teachers", own)
        tables.insert("teacher_classes", own | {"class_id": f"C{x}"})
        tables.insert("class_teachers", own | {"class_id": f"C{x}"})
        tables.insert("student_classes", own | {"class_id": f"C{x}", "student_id": f"S{x}"})
        tables.insert("teacher_exams", own | {"exam_id": f"E{x}", "class_id": f"CE{x}"})
        tables.insert("teacher_exams", own | {"exam_id": f"E0{x}", "class_id": None})
        of_class = {"assignment_id": f"A{x}", "class_id": f"CA{x}"}
        tables.insert("teacher_assignments", own | of_class)
        tables.insert("assignment_classes", own | of_class)
        tables.insert("submission", {"assignment_id": f"A{x}", "student_id": f"SA{x}"})
        tables.insert("teacher_question_banks", own | {"question_bank_id": f"B{x}"})
        tables.insert("teacher_questions", own | {"question_id": f"Q{x}"})
        guest = {"teacher_id": "T-3", "question_id": f"QG{x}", "question_bank_id": f"B{x}"}
        tables.insert("teacher_questions", guest)
        for table in ("exam_grades", "teacher_exam_grades"):
            tables.insert(table, own | {"exam_id": f"EG{x}"})
        for table in ("assignment_grades", "teacher_assignment_grades"):
            tables.insert(table, own | {"assignment_id": f"AG{x}"})


async def marked(api):
    """Which of the six answers say that something is missing."""
    answers = {path: await api.dashboard(path) for path in ALL}
    return {path for path, answer in answers.items() if SINCE in answer.headers}


@pytest.mark.parametrize("has_row", [True, pytest.param(False, marks=at_full_strength)])
@pytest.mark.parametrize(
    ("entity", "key", "resting"),
    [
        ("teacher", TEACHER, ALL),
        ("class", "C", (*COUNTS, "classes/recent")),
        ("class", "CE", ("exams/recent",)),
        ("class", "CA", ("assignments/recent",)),
        ("enrollment", "C/S-1", (*COUNTS, "classes/recent")),
        ("enrollment", "CA/S-1", ("assignments/recent",)),
        ("enrollment", "CE/S-1", ()),
        ("exam", "E", (*COUNTS, "exams/recent")),
        ("exam", "EG", GRADES),
        ("exam_result", "E/S-1", GRADES),
        ("exam_result", "EG/S-1", GRADES),
        ("assignment", "A", (*COUNTS, "assignments/recent")),
        ("assignment", "AG", GRADES),
        ("submission", "A/S-1", ("assignments/recent",)),
        ("submission", "AG/S-1", GRADES),
        ("question_bank", "B", (*COUNTS, "question-banks/recent")),
        ("question", "Q", ("stats",)),
        ("question", "QG", ("question-banks/recent",)),
        ("student", "S", (*COUNTS, "classes/recent")),
        ("student", "SA", ("assignments/recent",)),
        ("student", TEACHER, ()),
        ("mission", "E", ()),
        ("class", "unknown", ()),
    ],
)
async def test_an_incomplete_subject_marks_the_answers_that_rest_on_it(
    api, tables, entity, key, resting, has_row
):
    """Also where its first event is missing, so that it has no row: its key says whose it is."""
    tables.insert("incomplete", {"entity": entity, "key": key, "has_row": has_row})
    assert await marked(api) == set(resting)


@pytest.mark.parametrize(
    ("entity", "key"),
    [
        ("teacher", "T-2"),
        ("student", "S-theirs"),
        ("student", "SA-theirs"),
        ("class", "C-theirs"),
        ("class", "CE-theirs"),
        ("class", "CA-theirs"),
        ("enrollment", "C-theirs/S"),
        ("exam", "E-theirs"),
        ("exam_result", "E-theirs/S"),
        ("exam_result", "EG-theirs/S"),
        ("assignment", "A-theirs"),
        ("submission", "A-theirs/S"),
        ("submission", "AG-theirs/S"),
        ("question_bank", "B-theirs"),
        ("question", "Q-theirs"),
        ("question", "QG-theirs"),
    ],
)
async def test_what_another_teacher_lacks_marks_nothing(api, tables, entity, key):
    tables.insert("incomplete", {"entity": entity, "key": key})
    assert await marked(api) == set()


async def test_an_answer_is_incomplete_since_the_oldest_of_what_it_lacks(api, tables):
    older = NOON - timedelta(days=1, microseconds=1)
    for key, since in {"E": NOON, "E0": older, "E-theirs": older - timedelta(days=1)}.items():
        tables.insert("incomplete", {"entity": "exam", "key": key, "since": since})
    answer = await api.dashboard("exams/recent")
    assert answer.headers[SINCE] == "2026-02-28T11:59:59.999999Z"


async def test_what_is_incomplete_is_asked_only_while_something_is(own_api, tables, monkeypatch):
    asked = []
    execute = Database._execute

    async def watched(self, connection, read, values, *, marked):
        assert read in reads.TEACHERS.values()
        asked.append(marked)
        return await execute(self, connection, read, values, marked=marked)

    monkeypatch.setattr(Database, "_execute", watched)
    assert SINCE not in (await own_api.dashboard("exams/recent")).headers
    tables.insert("incomplete", {"entity": "exam", "key": "E"})
    assert SINCE in (await own_api.dashboard("exams/recent")).headers
    assert SINCE in (await own_api.dashboard("exams/recent")).headers
    tables.clear()
    tables.insert("teachers")
    assert SINCE not in (await own_api.dashboard("exams/recent")).headers
    assert SINCE not in (await own_api.dashboard("exams/recent")).headers
    # Asked twice where it was not expected, and once more than needed where it had been.
    assert asked == [False, False, True, True, True, False]


async def test_an_answer_names_the_live_generation(api):
    assert (await api.dashboard("stats")).headers[GENERATION] == "g0001"


async def test_as_of_is_absent_while_no_event_was_applied(api, tables):
    tables.reach("exams", 0, 7)
    assert AS_OF not in (await api.dashboard("stats")).headers


async def test_as_of_is_the_newest_of_all_partitions(api, tables):
    tables.reach("exams", 0, 7, datetime(2026, 3, 1, 12, 0, 0, 5_000, UTC))
    tables.reach("exams", 1, 7)
    tables.reach("classes", 0, 7, NOON)
    assert (await api.dashboard("stats")).headers[AS_OF] == "2026-03-01T12:00:00.005000Z"


async def test_refusals_that_the_read_model_gave_say_what_was_read(api, tables):
    tables.reach("exams", 0, 7, NOON)
    wrong = await api.dashboard("exams/recent?limit=0")
    assert (wrong.headers[GENERATION], wrong.headers[AS_OF]) == ("g0001", "2026-03-01T12:00:00Z")
    tables.clear()
    absent = await api.dashboard("stats")
    assert (absent.status_code, absent.headers[GENERATION]) == (404, "g0001")


async def test_refusals_that_the_token_gave_say_nothing_of_the_read_model(api):
    answer = await api.dashboard("stats", Authorization=None)
    assert GENERATION not in answer.headers


@pytest.fixture
def second_generation(tables):
    """Another generation with the same tables, in which the teacher has one class more."""
    run = tables.connection.execute
    run("CREATE SCHEMA g0002")
    run("GRANT USAGE ON SCHEMA g0002 TO homeroom_reader")
    names = run(
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_schema = 'g0001' AND table_type = 'BASE TABLE'"
    ).fetchall()
    for (name,) in names:
        run(
            sql.SQL("CREATE TABLE {} (LIKE {})").format(
                sql.Identifier("g0002", name), sql.Identifier("g0001", name)
            )
        )
        run(
            sql.SQL("INSERT INTO {} SELECT * FROM {}").format(
                sql.Identifier("g0002", name), sql.Identifier("g0001", name)
            )
        )
    run("GRANT SELECT ON ALL TABLES IN SCHEMA g0002 TO homeroom_reader")
    # A column of another type: the answer's shape must not change with it.
    run("ALTER TABLE g0002.teacher_classes ALTER COLUMN total_students TYPE numeric(9, 2)")
    run("ALTER TABLE g0002.teacher_classes ALTER COLUMN name TYPE varchar(99)")
    run(
        "INSERT INTO g0002.teacher_classes SELECT 'C-2', teacher_id, 'New', code, subject, "
        "created_at, 2 FROM g0002.teacher_classes WHERE class_id = 'C'"
    )
    yield
    run("UPDATE homeroom.live SET schema = 'g0001'")
    run("DROP SCHEMA g0002 CASCADE")


@pytest.mark.usefixtures("second_generation")
async def test_a_swap_of_generations_shows_at_once_and_so_does_a_rollback(api, tables):
    for schema, students in [("g0001", [0]), ("g0002", [0, 2]), ("g0001", [0])] * 2:
        tables.connection.execute("UPDATE homeroom.live SET schema = %s", (schema,))
        # More often than it takes to make the statements prepared ones.
        for _ in range(12):
            answer = await api.dashboard("classes/recent")
            assert answer.headers[GENERATION] == schema
            classes = answer.json()["data"]["classes"]
            assert [c["totalStudents"] for c in classes] == students


async def test_reads_beside_each_other_do_not_take_the_mark_from_one_another(
    api, tables, monkeypatch
):
    """Each asks again by what itself has asked, whatever another has found out meanwhile."""
    execute, first, second = Database._execute, asyncio.Event(), []

    async def one_late(self, connection, read, values, *, marked):
        found = await execute(self, connection, read, values, marked=marked)
        if not marked and not second:
            second.append(read)
            await first.wait()
        return found

    monkeypatch.setattr(Database, "_execute", one_late)
    tables.insert("incomplete", {"entity": "exam", "key": "E"})
    late = asyncio.create_task(api.dashboard("exams/recent"))
    await wait_for_async(lambda: bool(second))
    assert SINCE in (await api.dashboard("exams/recent")).headers
    first.set()
    assert SINCE in (await late).headers
