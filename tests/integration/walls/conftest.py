"""Two students behind the second wall, and somebody on the other side of it.

Whatever belongs to the second student has `theirs` in it.
"""

from collections.abc import Iterator

import pytest
from psycopg import sql

from homeroom.engine.generations.creating import create_generation
from homeroom.operations.migrating.reader import READER
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support import a_student
from tests.support.a_student import ME
from tests.support.intruder import LIVE, NEXT, THEM, Intruder, intruder
from tests.support.students import Students


def of_school(who: str, x: str) -> list[a_student.Told]:
    """What a school has of a student."""
    return [
        ("membership", {"school_id": "O-1", "user_id": who, "role": "student"}),
        ("enrollment", {"class_id": "C-3", "student_id": who}),
        ("mark", {"mark_id": f"1{x}", "student_id": who, "class_id": "C-3", "subject_id": "J-1"}),
        *taught(who, x, {"teacher_id": "T-9", "school_id": "O-1"}, "C-3"),
    ]


def taught(who: str, x: str, by: dict[str, str], class_id: str) -> list[a_student.Told]:
    """What a teacher of a school says of a student."""
    told = by | {"student_id": who, "class_id": class_id}
    return [("assessment", told | {"assessment_id": f"V{by['school_id']}{x}"}), ("progress", told)]


@pytest.fixture(scope="package")
def held(students_url: str) -> Iterator[Students]:
    """Two students with something of everything in two generations; they share what is public."""
    students = Students(students_url)
    with students.connection.transaction():
        model = read_model(Settings())
        create_generation(students.connection, NEXT, model, READER)
    students.connection.execute("SET search_path = g0001")
    enrolled = [
        ("class", {"class_id": "C-1", "teacher_id": "T-1"}),
        ("class", {"class_id": "C-2", "teacher_id": "T-2"}),
        ("enrollment", {"class_id": "C-1", "student_id": THEM}),
        ("enrollment", {"class_id": "C-2", "student_id": ME}),
        ("enrollment", {"class_id": "C-2", "student_id": THEM}),
        ("assignment", {"assignment_id": "A-1", "created_by": "T-1", "class_id": "C-1"}),
        ("assignment", {"assignment_id": "A-2", "created_by": "T-2", "class_id": "C-2"}),
        ("submission", {"assignment_id": "A-1", "student_id": THEM}),
        ("submission", {"assignment_id": "A-2", "student_id": ME}),
        ("class", {"class_id": "C-3", "teacher_id": "T-9", "organization_id": "O-1"}),
        *of_school(ME, ""),
        *of_school(THEM, "-theirs"),
        # Whom T-1 teaches at a school.
        ("school", {"school_id": "O-9"}),
        ("membership", {"school_id": "O-9", "user_id": "T-1", "role": "teacher"}),
        ("class", {"class_id": "C-9", "teacher_id": "T-1", "organization_id": "O-9"}),
        ("enrollment", {"class_id": "C-9", "student_id": THEM}),
        *taught(THEM, "-theirs", {"teacher_id": "T-1", "school_id": "O-9"}, "C-9"),
    ]
    told = a_student.school() + a_student.student() + a_student.student(THEM, "-theirs")
    told = [(e, row | {"email": row["student_id"]} if e == "student" else row) for e, row in told]
    students.hold(*told, *enrolled)
    # Whoever is deactivated has no other rows: these stand in the table as if they were.
    students.connection.execute("INSERT INTO deactivated_students VALUES (%s), (%s)", (ME, THEM))
    copy = "INSERT INTO {0}.{2} SELECT * FROM {1}.{2}"
    for table in (*students.rows, *students.projections):
        statement = sql.SQL(copy).format(*map(sql.Identifier, (NEXT, LIVE, table)))
        students.connection.execute(statement)
    students.connection.execute("ANALYZE")
    yield students
    students.connection.execute("DROP SCHEMA g0002 CASCADE")
    students.close()


@pytest.fixture(scope="package")
def login(held: Students, students_url: str) -> Iterator[Intruder]:
    with intruder(students_url, held.generation) as made:
        yield made


@pytest.fixture
def other(login: Intruder) -> Intruder:
    for statement in ("RESET ALL", "DEALLOCATE ALL", "CLOSE ALL"):
        login.sees(statement)
    login.enter(LIVE)
    return login
