"""The second wall against everybody: students, teachers, admins with and without a realm, services.

There are two of everything, `mine` and `theirs`, which have nothing to do with each other.
"""

from collections.abc import Iterator
from contextlib import closing

import pytest

from homeroom.local.components import Components
from homeroom.operations.migrating.reader import READER
from tests.support import a_student, everybody
from tests.support.intruder import LIVE, Intruder, intruder, possible
from tests.support.students import Students
from tests.support.templates import prepared_database

WAYS = (
    "TABLE {}",
    "SELECT array_agg(t) FROM {} t",
    "COPY {} TO STDOUT",
    "SELECT * FROM {} t WHERE t::text LIKE '%theirs%' OR true",
)
# In which tables each of them sees something; of one's own, but for the admin of the platform and a
# service.
OF_STUDENT = {
    "class_submissions_own", "habit_runs", "marks", "organization_enrollments",
    "organization_students", "resource_classes", "resources", "school_assessment_means",
    "school_assessments", "school_class_students", "school_enrollments",
    "school_student_progress", "student_classes", "student_contacts", "student_goal_totals",
    "student_goals", "student_habits", "student_memberships", "student_mission_totals",
    "student_missions", "student_modules", "student_overview", "student_portfolio_items",
    "student_portfolios", "student_readiness", "student_readiness_scores",
    "student_recommendations", "student_reflections", "student_tracks", "students",
    "teacher_student_names", "teacher_students",
}  # fmt: skip
OF_TEACHER = {
    "assignment_classes", "assignment_grades", "class_submissions_own",
    "class_assignment_history", "class_assignments", "class_teachers", "classes",
    "ended_teacherships", "exam_grades",
    "marks", "notification_deliveries", "notification_receipts", "notifications",
    "organization_enrollments", "organization_teachers", "resource_classes", "resources",
    "school_assessment_means",
    "school_assessments", "school_class_students", "school_class_teachers", "school_classes",
    "school_enrollments",
    "school_student_progress", "school_teachers", "student_classes", "student_contacts", "students",
    "subject_assignment_history", "subject_assignments", "teacher_assignment_grades",
    "teacher_assignments", "teacher_batch_totals", "teacher_batches",
    "teacher_classes", "teacher_exam_grades", "teacher_exams",
    "teacher_memberships", "teacher_payments", "teacher_question_banks", "teacher_questions",
    "teacher_sessions", "teacher_stats",
    "teacher_student_names", "teacher_students", "teachers", "unscanned_resources",
}  # fmt: skip
OF_ADMIN = {
    "class_assignment_history", "class_assignments", "classes", "marks", "memberships",
    "organization_students", "organization_teachers", "student_classes", "student_contacts",
    "students", "subject_assignment_history", "subject_assignments", "teachers",
}  # fmt: skip
OF_REALM = OF_ADMIN | {"organization_enrollments", "student_memberships", "teacher_memberships"}
# Of everybody.
OF_SERVICE = {"teacher_batches"}
READERS = {
    "student": ({"student": "S-mine"}, OF_STUDENT),
    "teacher": ({"teacher": "T-mine"}, OF_TEACHER),
    "admin of a realm": ({"organization": "O-mine", "admin": "M-mine"}, OF_REALM),
    "school": ({"organization": "O-mine"}, OF_REALM),
    "admin": ({"admin": "M-mine"}, OF_ADMIN),
    "service": ({"service": "mine"}, OF_SERVICE),
    "nobody": ({}, set[str]()),
}


@pytest.fixture(scope="module")
def two(components: Components) -> Iterator[Students]:
    with (
        prepared_database(components.database_url) as url,
        closing(Students(url)) as students,
    ):
        subject = ("subject", {"subject_id": "J", "name": "Maths"})
        students.hold(
            *a_student.school(), *everybody.one("mine"), *everybody.one("theirs"), subject
        )
        yield students


@pytest.fixture(scope="module")
def fenced_tables(two: Students) -> list[str]:
    """All that say something of somebody."""
    people = {"student_id", "teacher_id", "organization_id"}
    return sorted(
        projection.readable for projection in two.plan.projections
        if people & {*projection.columns} or projection.name in READER.conditions
    )  # fmt: skip


@pytest.fixture(scope="module")
def login(two: Students) -> Iterator[Intruder]:
    info = two.connection.info
    url = f"postgresql://{info.user}:{info.password}@{info.host}:{info.port}/{info.dbname}"
    with intruder(url, LIVE) as made:
        yield made


def test_each_sees_the_own_rows_and_nobody_elses_however_they_are_read(two, login, fenced_tables):
    owner = Intruder(two.connection, LIVE)
    for reader, (who, tables) in READERS.items():
        assert tables <= {*fenced_tables}
        for table in fenced_tables:
            for way in possible(WAYS, table):
                statement = way.format(table)
                everything = owner.sees(way.format(table.removesuffix("_own")))
                assert "mine" in everything, statement
                assert "theirs" in everything, statement
                with login.being(**who):
                    seen = login.sees(statement)
                assert ("mine" in seen) == (table in tables), (reader, statement)
                others = reader in ("admin", "service") and table in tables
                assert ("theirs" in seen) == others, (reader, statement)


def test_an_id_counts_only_as_what_it_is(login, fenced_tables):
    """Ids of a student, a teacher, a school and a service may be alike."""
    for kind, ids in {
        "student": ("T-theirs", "O-theirs", "M-theirs"),
        "teacher": ("S-theirs", "O-theirs", "M-theirs", "D-theirs "),
        "organization": ("T-theirs", "S-theirs", "M-theirs", "?", "%"),
        "service": ("T-theirs", "S-theirs", "O-theirs", "M-theirs"),
    }.items():
        for who in ids:
            for table in {*fenced_tables} - (OF_SERVICE if kind == "service" else set()):
                with login.being(**{kind: who}):
                    assert "theirs" not in login.sees(f"TABLE {table}"), (kind, who, table)


def test_what_is_open_names_nobody(two, login, fenced_tables):
    people = [f"{kind}-{x}" for kind in "STMD" for x in ("mine", "theirs")]
    for projection in two.plan.projections:
        if projection.readable not in fenced_tables:
            seen = login.sees(f"TABLE {projection.readable}")
            assert not [who for who in people if who in seen], projection.name


def test_of_a_teacher_who_is_taken_off_a_class_nothing_of_it_remains(two):
    """The rows of the class go with the assignment, in the same transaction."""
    table = ("student_classes", "marks", "student_contacts")
    with two.connection.transaction(force_rollback=True):
        two.connection.execute("UPDATE class_assignments SET teacher_id = 'T-theirs'")
        two.connection.execute("SET LOCAL ROLE homeroom_reader")
        two.connection.execute("SELECT set_config('homeroom.teacher_id', 'T-mine', true)")
        owner = Intruder(two.connection, LIVE)
        seen = "".join(owner.sees(f"TABLE {name}") for name in table)
        assert "C-mine" not in seen
        assert "grace" not in seen
        two.connection.execute("SELECT set_config('homeroom.teacher_id', 'T-theirs', true)")
        assert "C-mine" in "".join(owner.sees(f"TABLE {name}") for name in table)
