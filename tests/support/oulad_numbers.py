"""What the dashboards must say about the Open University data set, computed from its CSV files.

With DuckDB, from the rules of the import, without anything of the code under test.
"""

import lzma
from collections.abc import Collection
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

FILES = ("assessments", "courses", "studentAssessment", "studentInfo", "studentRegistration")

VIEWS = """
CREATE VIEW given AS
SELECT code_module AS module, code_module || '-' || code_presentation AS class_id,
       code_module || ' ' || code_presentation AS name, code_presentation AS presentation,
       make_date(left(code_presentation, 4)::int,
                 CASE right(code_presentation, 1) WHEN 'J' THEN 10 ELSE 2 END, 1) AS first_day,
       first_day + module_presentation_length::int AS last_day
FROM courses;

CREATE VIEW enrolled AS
SELECT r.code_module AS module, r.code_module || '-' || r.code_presentation AS class_id,
       r.id_student AS student_id
FROM studentRegistration r
JOIN studentInfo i USING (code_module, code_presentation, id_student)
WHERE i.final_result <> 'Withdrawn';

CREATE VIEW assessed AS
SELECT a.id_assessment AS id, a.assessment_type AS kind, a.code_module AS module, g.class_id,
       g.name AS class_name, g.first_day, g.last_day,
       g.first_day + CASE WHEN a.date NOT IN ('', '?') THEN a.date::double::int END AS day
FROM assessments a
JOIN given g ON g.module = a.code_module AND g.presentation = a.code_presentation;

CREATE VIEW handed_in AS
SELECT s.id_assessment AS id, a.kind, a.module, s.id_student AS student_id,
       s.score NOT IN ('', '?') AS graded
FROM studentAssessment s JOIN assessed a ON a.id = s.id_assessment;
"""

STATS = """
SELECT (SELECT count(*) FROM given WHERE module = $m),
       (SELECT count(DISTINCT student_id) FROM enrolled WHERE module = $m),
       (SELECT count(*) FROM assessed WHERE module = $m AND kind <> 'Exam'),
       (SELECT count(*) FROM assessed WHERE module = $m AND kind = 'Exam'),
       (SELECT count(*) FROM handed_in WHERE module = $m AND graded),
       (SELECT count(DISTINCT id) FROM handed_in WHERE module = $m AND kind = 'Exam')
"""
CLASSES = """
SELECT class_id, name, class_id, g.module,
       (SELECT count(*) FROM enrolled e WHERE e.class_id = g.class_id), first_day
FROM given g WHERE g.module = $m ORDER BY first_day DESC, class_id
"""
ASSIGNMENTS = """
SELECT id, kind || ' ' || id, module, class_name, day, 'published',
       (SELECT count(*) FROM handed_in h JOIN enrolled e USING (student_id)
        WHERE h.id = a.id AND e.class_id = a.class_id),
       (SELECT count(*) FROM enrolled e WHERE e.class_id = a.class_id), first_day
FROM assessed a WHERE module = $m AND kind <> 'Exam' ORDER BY first_day DESC, id
"""
EXAMS = """
SELECT id, kind || ' ' || id, module, class_name, coalesce(day, last_day) AS held
FROM assessed WHERE module = $m AND kind = 'Exam' ORDER BY held DESC, id
"""


def unpack(folder: Path) -> None:
    """The CSV files that homeroom ships, as they were downloaded."""
    for name in FILES:
        packed = files("homeroom.local").joinpath("data", "oulad", f"{name}.csv.xz").read_bytes()
        (folder / f"{name}.csv").write_bytes(lzma.decompress(packed))


def part_of_data_set(folder: Path, one_in: int, named: Collection[str] = ()) -> Path:
    """A folder with all modules and, of their students, those whom `Numbers.write_part` chooses."""
    part = folder / "part"
    part.mkdir()
    unpack(folder)
    numbers = Numbers(folder)
    numbers.write_part(part, tuple(numbers.modules()), one_in, named=named)
    numbers.close()
    return part


class Numbers:
    """The expected answers and tables, from the CSV files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._db = duckdb.connect()
        for name in FILES:
            path = str(folder / f"{name}.csv")
            self._db.execute(f"CREATE TABLE {name} AS FROM read_csv('{path}', all_varchar = true)")
        self._db.execute(VIEWS)

    def rows(self, query: str, **parameters: str) -> list[tuple[Any, ...]]:
        return self._db.execute(query, parameters or None).fetchall()

    def write_part(
        self,
        folder: Path,
        modules: tuple[str, ...],
        one_in: int = 1,
        whole: str = "",
        named: Collection[str] = (),
    ) -> None:
        """CSV files with some of the modules only, and of their students one in so many.

        ``whole``: the module of which all students are taken. ``named``: who is taken besides.
        """
        chosen = f"code_module IN {modules}"
        names = ", ".join(f"'{student}'" for student in ("", *sorted(named)))
        students = (
            "SELECT id_student FROM studentRegistration "  # noqa: S608
            f"WHERE code_module = '{whole}' OR id_student IN ({names})"
        )
        for name in FILES:
            where = chosen
            if name == "studentAssessment":
                where = f"id_assessment IN (SELECT id_assessment FROM assessments WHERE {chosen})"  # noqa: S608
            if name.startswith("student"):
                where += f" AND (id_student::bigint % {one_in} = 0 OR id_student IN ({students}))"
            self._db.execute(f"COPY (FROM {name} WHERE {where}) TO '{folder / name}.csv' (HEADER)")

    def modules(self) -> list[str]:
        return [module for (module,) in self.rows("SELECT DISTINCT module FROM given ORDER BY 1")]

    def stats(self, module: str) -> dict[str, int]:
        classes, students, assignments, exams, _, _ = self.rows(STATS, m=module)[0]
        return {
            "totalClasses": classes,
            "totalStudents": students,
            "totalAssignments": assignments,
            "totalExams": exams,
            "upcomingExams": 0,
            "totalQuestionBanks": 0,
            "totalQuestions": 0,
        }

    def navigation(self, module: str) -> dict[str, int]:
        classes, students, assignments, exams, grades, reports = self.rows(STATS, m=module)[0]
        return {
            "classes": classes,
            "students": students,
            "assignments": assignments,
            "schedule": 0,
            "exams": exams,
            "questionBank": 0,
            "grades": grades,
            "quizzes": 0,
            "reports": reports,
        }

    def classes(self, module: str) -> list[dict[str, Any]]:
        names = ("_id", "className", "classCode", "subject", "totalStudents", "createdAt")
        return _named(names, self.rows(CLASSES, m=module))

    def assignments(self, module: str) -> list[dict[str, Any]]:
        names = ("_id", "title", "subject", "class", "dueDate", "status")
        names += ("totalSubmissions", "totalStudents", "createdAt")
        return _named(names, self.rows(ASSIGNMENTS, m=module))

    def exams(self, module: str) -> list[dict[str, Any]]:
        names = ("_id", "title", "subject", "class", "scheduledDate")
        more = {"startTime": "12:00 AM", "status": "completed"}
        more |= {"totalQuestions": 0, "totalMarks": 100}  # type: ignore[dict-item]
        return [row | more for row in _named(names, self.rows(EXAMS, m=module))]

    def unfinished_batch(self, assessment_id: str) -> dict[str, Any]:
        """What the board has of the batch of an assignment's first twenty pieces of work, of which
        half of those with a score are done.
        """
        ((day, graded),) = self.rows(
            "SELECT min(first_day + date_submitted::int), "
            "count(*) FILTER (score NOT IN ('', '?')) "
            "FROM (SELECT * FROM studentAssessment WHERE id_assessment = $id "
            "ORDER BY rowid LIMIT 20) JOIN assessed ON assessed.id = id_assessment",
            id=assessment_id,
        )
        return {"created_at": f"{day}T00:00:00Z", "completed_essays": graded // 2}

    def close(self) -> None:
        self._db.close()


def _named(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Rows as on the wire: a day is its first moment in UTC."""
    return [
        {
            n: f"{v}T00:00:00Z" if hasattr(v, "isoformat") else v
            for n, v in zip(names, row, strict=True)
        }
        for row in rows
    ]
