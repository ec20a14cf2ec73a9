"""Every page, and who looks at it: for the tests of all pages, their pictures, and their times."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Visit:
    """A page as somebody sees it. ``person``: one of PEOPLE, or None for nobody.

    ``name``: what its picture is called. ``endpoint``: the API's path of the same data, if there is
    one. `{…}` in paths stands for ids, which each data set has of its own.
    ``status``: of the answer. ``in_demo``: only where the demo's people sign in.
    """

    name: str
    path: str
    person: str | None
    endpoint: str | None = None
    status: int = 200
    in_demo: bool = False


TEACHER, STUDENT, ADMIN, OPERATOR = "teacher", "student", "admin", "operator"
NEW_TEACHER, OF_SCHOOLS = "teacher without anything", "teacher of two schools"
BOARD = "/api/teachers/{teacher_id}"
TEACHERS = (
    Visit("teacher", "/teacher", TEACHER, f"{BOARD}/dashboard"),
    Visit("teacher-empty", "/teacher", NEW_TEACHER),
    *(
        Visit(f"teacher-{name}", f"/teacher/{name}", TEACHER, f"{BOARD}/{name}")
        for name in ("exams", "assignments", "classes", "question-banks", "students")
    ),
    *(
        Visit(f"teacher-{name}", f"/teacher/{name}", TEACHER)
        for name in ("schedule", "quizzes", "reports", "grades")
    ),
    Visit("teacher-exams-empty", "/teacher/exams", NEW_TEACHER),
    Visit("school", "/teacher/schools/{school_id}", OF_SCHOOLS),
    *(
        Visit(f"school-{name}", f"/teacher/schools/{{school_id}}/{name}", OF_SCHOOLS)
        for name in ("students", "notifications", "resources")
    ),
    Visit("school-none", "/teacher/schools", NEW_TEACHER),
)  # fmt: skip
RECORDS = (
    Visit("teaching", "/teacher/teaching", TEACHER, "/api/teacher-assignments/my-assignments"),
    Visit("teaching-empty", "/teacher/teaching", NEW_TEACHER),
    Visit("students", "/students", TEACHER, "/api/students"),
    Visit("students-empty", "/students", NEW_TEACHER),
    Visit("marks", "/marks", TEACHER, "/api/assessments"),
    Visit("marks-empty", "/marks", NEW_TEACHER),
    Visit("class-report", "/reports/classes/{class_id}", TEACHER, "/api/reports/class/{class_id}"),
    Visit(
        "student-report",
        "/reports/students/{student_id}",
        TEACHER,
        "/api/reports/student/{student_id}",
    ),
)
STUDENTS = (
    Visit("student", "/student", STUDENT, "/api/v1/student/dashboard"),
    Visit("student-free", "/student", "student on the free tier"),
    Visit("student-missions", "/student/missions/approved", STUDENT),
    Visit("student-unregistered", "/student", "student without anything", status=404),
)
ADMINS = (
    Visit("assignments", "/admin/assignments", ADMIN, "/api/teacher-assignments"),
    Visit("assignments-teacher", "/admin/assignments?user_id={teacher_id}", ADMIN),
    Visit("assignments-workload", "/admin/assignments/workload", ADMIN),
    Visit("admin-students", "/students", ADMIN),
    Visit("access-log", "/admin/access-log", ADMIN, "/api/access-log"),
)
OPERATORS = (
    Visit("console", "/console", OPERATOR),
    Visit("dead-letters", "/console/dead-letters", OPERATOR),
    Visit("verify", "/console/verify", OPERATOR),
    Visit("swap", "/console/generations/swap", OPERATOR),
    Visit("roll-back", "/console/generations/roll-back", OPERATOR),
    Visit("subjects", "/console/subjects", OPERATOR),
    Visit("subject", "/console/subjects/habit/H-9", OPERATOR),
    Visit("console-explain", "/console/explain/teacher_stats/{teacher_id}/exams", OPERATOR),
    Visit("explain", "/explain/teacher_stats/{teacher_id}/exams", TEACHER),
    Visit("explain-computed", "/explain/computed/upcoming_exams", TEACHER),
)
# Pages of nobody's own: how people come and go, and what they get where there is nothing for them.
OTHERS = (
    Visit("sign-in", "/sign-in", None),
    Visit("sign-out", "/sign-out", TEACHER),
    Visit("forbidden", "/admin/assignments", STUDENT, status=403),
    Visit("missing", "/teacher/nowhere", TEACHER, status=404),
    Visit("styleguide", "/styleguide", TEACHER, in_demo=True),
)
VISITS = (*TEACHERS, *RECORDS, *STUDENTS, *ADMINS, *OPERATORS, *OTHERS)
