"""The data set's events against what DuckDB makes of the shipped files by itself."""

import lzma
from collections.abc import Iterator
from importlib.resources import files
from itertools import islice
from pathlib import Path

import duckdb
import orjson
import pytest

from homeroom.local.oulad import Events, events_of
from homeroom_kit.errors import HomeroomError, InvalidEvents
from homeroom_kit.publishing.events import check
from tests.support.oulad_numbers import Numbers
from tests.support.strength import at_full_strength, pick

STUDENTS_ONE_IN = pick(quick=8, thorough=1)
NAMES = ("assessments", "courses", "studentAssessment", "studentInfo", "studentRegistration")
EVENTS = 414_691

# The data set's tables with real days and nulls; `taught` is a presentation.
VIEWS = """
CREATE VIEW taught AS SELECT code_module AS module, code_presentation AS presentation,
    code_module || '-' || code_presentation AS class_id, 'T-' || code_module AS teacher_id,
    make_date(left(code_presentation, 4)::INT,
        CASE right(code_presentation, 1) WHEN 'J' THEN 10 ELSE 2 END, 1) AS first_day,
    first_day + module_presentation_length::INT AS last_day
FROM courses;
CREATE VIEW assessed AS SELECT t.*, id_assessment, assessment_type AS kind,
    t.first_day + CAST(CAST(nullif(nullif(date, ''), '?') AS DOUBLE) AS INT) AS day
FROM assessments a JOIN taught t ON module = code_module AND presentation = code_presentation;
CREATE VIEW handed_in AS SELECT a.*, id_student, first_day + date_submitted::INT AS submitted,
    CAST(nullif(nullif(s.score, ''), '?') AS DOUBLE) AS score
FROM studentAssessment s JOIN assessed a USING (id_assessment);
CREATE VIEW enrolled AS SELECT t.*, r.id_student, final_result = 'Withdrawn' AS withdrawn,
    first_day + coalesce(CAST(CAST(nullif(nullif(date_registration, ''), '?') AS DOUBLE) AS INT), 0)
        AS started
FROM studentRegistration r
JOIN taught t ON t.module = r.code_module AND t.presentation = r.code_presentation
JOIN studentInfo i USING (code_module, code_presentation, id_student);
"""

# For each type what its events say: subject, sequence, day, and a text of the data that matter.
EXPECTED = {
    "teacher.registered.v1": """
        SELECT teacher_id, 1, min(first_day), 'Teacher ' || module FROM taught GROUP BY ALL""",
    "student.registered.v1": """
        SELECT id_student, 1, min(started), 'Student ' || id_student FROM enrolled GROUP BY ALL""",
    "class.created.v1": """
        SELECT class_id, 1, first_day, concat_ws('|', module || ' ' || presentation, class_id,
            module, teacher_id, first_day || 'T00:00:00Z') FROM taught""",
    "enrollment.started.v1": """
        SELECT class_id || '/' || id_student, 1, started, started || 'T00:00:00Z' FROM enrolled""",
    "enrollment.ended.v1": """
        SELECT class_id || '/' || id_student, 2, last_day, last_day || 'T00:00:00Z|Withdrawn'
        FROM enrolled WHERE withdrawn""",
    "assignment.created.v1": """
        SELECT id_assessment, 1, first_day, concat_ws('|', kind || ' ' || id_assessment, module,
            class_id, teacher_id, day || 'T00:00:00Z', first_day || 'T00:00:00Z')
        FROM assessed WHERE kind <> 'Exam'""",
    "assignment.published.v1": """
        SELECT id_assessment, 2, first_day, '' FROM assessed WHERE kind <> 'Exam'""",
    "submission.received.v1": """
        SELECT id_assessment || '/' || id_student, 1, submitted, submitted || 'T00:00:00Z'
        FROM handed_in WHERE kind <> 'Exam'""",
    "submission.graded.v1": """
        SELECT id_assessment || '/' || id_student, 2, submitted,
            concat_ws('|', score, teacher_id, submitted || 'T00:00:00Z')
        FROM handed_in WHERE kind <> 'Exam' AND score IS NOT NULL""",
    "exam.created.v1": """
        SELECT id_assessment, 1, first_day, concat_ws('|', 'Exam ' || id_assessment, module,
            class_id, teacher_id, 'exam', '0', '100', '[]', first_day || 'T00:00:00Z')
        FROM assessed WHERE kind = 'Exam'""",
    "exam.scheduled.v1": """
        SELECT id_assessment, 2, first_day, coalesce(day, last_day) || 'T00:00:00Z'
        FROM assessed WHERE kind = 'Exam'""",
    "exam.completed.v1": """
        SELECT id_assessment, 3, coalesce(day, last_day), '' FROM assessed WHERE kind = 'Exam'""",
    "exam_result.recorded.v1": """
        SELECT id_assessment || '/' || id_student, 1, submitted, concat_ws('|', score,
            CASE WHEN score IS NOT NULL THEN teacher_id END, submitted || 'T00:00:00Z')
        FROM handed_in WHERE kind = 'Exam'""",
}

# The same fields of the events' data; a field that is not mentioned has a test of its own.
FIELDS = {
    "teacher.registered.v1": ["name"],
    "student.registered.v1": ["name"],
    "class.created.v1": ["name", "code", "subject", "teacher_id", "created_at"],
    "enrollment.started.v1": ["enrolled_at"],
    "enrollment.ended.v1": ["ended_at", "reason"],
    "assignment.created.v1": ["title", "subject", "class_id", "created_by", "due_at", "created_at"],
    "assignment.published.v1": [],
    "submission.received.v1": ["submitted_at"],
    "submission.graded.v1": ["score", "graded_by", "graded_at"],
    "exam.created.v1": [
        *["title", "subject", "class_id", "created_by", "kind", "total_questions"],
        *["total_marks", "assigned_teachers", "created_at"],
    ],
    "exam.scheduled.v1": ["scheduled_at"],
    "exam.completed.v1": [],
    "exam_result.recorded.v1": ["score", "graded_by", "recorded_at"],
}


@pytest.fixture(scope="module")
def downloaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped files as somebody would have downloaded them."""
    folder = tmp_path_factory.mktemp("oulad")
    for name in NAMES:
        shipped = files("homeroom.local").joinpath("data", "oulad", f"{name}.csv.xz")
        (folder / f"{name}.csv").write_bytes(lzma.decompress(shipped.read_bytes()))
    return folder


@pytest.fixture(scope="module")
def taken(downloaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files with one student of so many in them."""
    folder = tmp_path_factory.mktemp("taken")
    numbers = Numbers(downloaded)
    numbers.write_part(folder, tuple(numbers.modules()), one_in=STUDENTS_ONE_IN)
    numbers.close()
    return folder


@pytest.fixture(scope="module")
def database(taken: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The files, and the events in the order of their publication; each event is checked."""
    lines = taken / "events.jsonl"
    with lines.open("wb") as file:
        for place, event in enumerate(Events(taken)):
            check(event)
            file.write(orjson.dumps({"place": place, "event": event}) + b"\n")
    with duckdb.connect() as connection:
        for name in NAMES:
            path = taken / f"{name}.csv"
            connection.execute(
                f"CREATE TABLE {name} AS SELECT * FROM read_csv('{path}', all_varchar = true)"  # noqa: S608
            )
        connection.execute(VIEWS)
        connection.execute(
            "CREATE TABLE events AS SELECT place, event.* FROM read_json("  # noqa: S608
            f"'{lines}', format = 'newline_delimited', columns = {{place: 'BIGINT', event: 'STRUCT("
            "type VARCHAR, source VARCHAR, id VARCHAR, subject VARCHAR, sequence BIGINT, "
            "time VARCHAR, data JSON)'})"
        )
        yield connection


@pytest.mark.parametrize("event_type", list(EXPECTED))
def test_every_row_of_the_files_is_the_event_that_the_rules_say(
    database: duckdb.DuckDBPyConnection, event_type: str
) -> None:
    parts = [
        f"CAST(data ->> '{name}' AS DOUBLE)" if name == "score" else f"data ->> '{name}'"
        for name in FIELDS[event_type]
    ]
    said = f"concat_ws('|', {', '.join(parts)})" if parts else "''"
    told = f"""SELECT subject, sequence, CAST(left(time, 10) AS DATE), {said}
        FROM events WHERE type = '{event_type}' AND right(time, 10) = 'T00:00:00Z'"""  # noqa: S608
    for one, other in ((EXPECTED[event_type], told), (told, EXPECTED[event_type])):
        query = f"({one}) EXCEPT ALL ({other}) LIMIT 3"
        assert database.execute(query).fetchall() == []


def test_there_are_no_other_events(database: duckdb.DuckDBPyConnection, taken: Path) -> None:
    types = database.execute("SELECT DISTINCT type FROM events ORDER BY type").fetchall()
    assert [name for (name,) in types] == sorted(EXPECTED)
    (count,) = database.execute("SELECT count(*) FROM events").fetchone() or (0,)
    assert count == len(Events(taken)) > EVENTS / STUDENTS_ONE_IN / 2


def test_nobody_belongs_to_a_school(database: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT count(*) FROM events WHERE data ->> 'organization_id' IS NOT NULL"
    assert database.execute(query).fetchone() == (0,)


def test_ids_are_unique_within_their_source(database: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT source, id FROM events GROUP BY ALL HAVING count(*) > 1"
    assert database.execute(query).fetchall() == []


def test_the_key_stands_in_the_data(database: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT count(*) FROM events
        WHERE split_part(type, '.', 1) IN ('submission', 'exam_result')
        AND subject <> concat_ws('/', coalesce(data ->> 'assignment_id', data ->> 'exam_id'),
                                 data ->> 'student_id')"""
    assert database.execute(query).fetchone() == (0,)


def test_a_subjects_events_are_published_in_order_without_holes(
    database: duckdb.DuckDBPyConnection,
) -> None:
    query = """SELECT * FROM (SELECT sequence, row_number() OVER (
            PARTITION BY split_part(type, '.', 1), subject ORDER BY place) AS expected
        FROM events) WHERE sequence <> expected LIMIT 3"""
    assert database.execute(query).fetchall() == []


def test_events_also_come_before_what_they_belong_to(
    database: duckdb.DuckDBPyConnection,
) -> None:
    early = """SELECT count(*) FROM events AS e JOIN events AS f ON f.type = '{of}'
        AND f.subject = split_part(e.subject, '/', {part})
        WHERE e.type = '{type}' AND e.place < f.place"""
    for event_type, part, of in (
        ("submission.received.v1", 1, "assignment.created.v1"),
        ("enrollment.started.v1", 1, "class.created.v1"),
        ("enrollment.started.v1", 2, "student.registered.v1"),
    ):
        query = early.format(type=event_type, part=part, of=of)
        (count,) = database.execute(query).fetchone() or (0,)
        assert count > 100, event_type


@at_full_strength
def test_the_downloaded_files_give_the_same_events_in_the_same_order(downloaded: Path) -> None:
    theirs, ours = Events(downloaded), Events()
    assert len(theirs) == len(ours) == EVENTS
    assert list(islice(theirs, 10_000)) == list(islice(ours, 10_000))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(HomeroomError, match=r"courses\.csv cannot be read"):
        Events(tmp_path)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("courses", b"AAA,2013J", b"AAA,2013X", r"courses\.csv, line 2: unknown: 'X'"),
        ("assessments", b",1752,TMA", b",1752,Quiz", r"assessments\.csv, line 2: unknown: 'Quiz'"),
        (
            "studentAssessment",
            b"28400,1752,22,",
            b"28400,1752,x,",
            r"Assessment\.csv, line \d+:",
        ),
        ("studentInfo", b"final_result", b"result", "studentInfo.csv has no column final_result"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(
    taken: Path, tmp_path: Path, name: str, old: bytes, new: bytes, said: str
) -> None:
    for each in NAMES:
        text = (taken / f"{each}.csv").read_bytes()
        (tmp_path / f"{each}.csv").write_bytes(text.replace(old, new, 1) if each == name else text)
    with pytest.raises(HomeroomError, match=said):
        Events(tmp_path)


def test_files_of_others_are_held_against_the_contract(tmp_path: Path, taken: Path) -> None:
    for each in NAMES:
        text = (taken / f"{each}.csv").read_bytes()
        wrong = text.replace(b"28400,1752,22,0,70", b"28400,1752,22,0,170", 1)
        (tmp_path / f"{each}.csv").write_bytes(wrong)
    with pytest.raises(InvalidEvents, match=r"submission\.graded/1752/28400/2 .* data\.score"):
        events_of(tmp_path)
