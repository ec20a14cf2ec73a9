"""Every page, and who looks at it: for the tests of all pages, their pictures, and their times."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Visit:
    """A page as somebody sees it. ``person``: one of PEOPLE, or None for nobody.

    ``name``: what its picture is called. ``endpoint``: the API's path of the same data, if there is
    one. `{…}` in paths stands for ids, which each data set has of its own.
    """

    name: str
    path: str
    person: str | None
    endpoint: str | None = None


TEACHER, STUDENT, ADMIN, OPERATOR = "teacher", "student", "admin", "operator"
OF_SCHOOLS = "teacher of two schools"
VISITS = (
    Visit("teacher", "/teacher", TEACHER, "/api/teachers/{teacher_id}/dashboard"),
    Visit("teacher-empty", "/teacher", "teacher without anything"),
    Visit("teacher-exams", "/teacher/exams", TEACHER, "/api/teachers/{teacher_id}/exams"),
    Visit(
        "teacher-assignments",
        "/teacher/assignments",
        TEACHER,
        "/api/teachers/{teacher_id}/assignments",
    ),
    Visit("teacher-classes", "/teacher/classes", TEACHER, "/api/teachers/{teacher_id}/classes"),
    Visit(
        "teacher-banks",
        "/teacher/question-banks",
        TEACHER,
        "/api/teachers/{teacher_id}/question-banks",
    ),
    Visit("teacher-students", "/teacher/students", TEACHER, "/api/teachers/{teacher_id}/students"),
    Visit("teacher-grades", "/teacher/grades", TEACHER),
    Visit("school", "/teacher/schools/O-1", OF_SCHOOLS),
    Visit("school-students", "/teacher/schools/O-1/students", OF_SCHOOLS),
    Visit("school-none", "/teacher/schools", TEACHER),
    Visit("teaching", "/teacher/teaching", TEACHER, "/api/teacher-assignments/my-assignments"),
    Visit("teaching-empty", "/teacher/teaching", "teacher without anything"),
    Visit("students", "/students", TEACHER, "/api/students"),
    Visit("marks", "/marks", TEACHER, "/api/assessments"),
    Visit("marks-empty", "/marks", "teacher without anything"),
    Visit("students-empty", "/students", "teacher without anything"),
    Visit("class-report", "/reports/classes/{class_id}", TEACHER, "/api/reports/class/{class_id}"),
    Visit(
        "student-report",
        "/reports/students/{student_id}",
        TEACHER,
        "/api/reports/student/{student_id}",
    ),
    Visit("student", "/student", STUDENT, "/api/v1/student/dashboard"),
    Visit("student-free", "/student", "student on the free tier"),
    Visit("assignments", "/admin/assignments", ADMIN, "/api/teacher-assignments"),
    Visit("assignments-of-one", "/admin/assignments?user_id={teacher_id}", ADMIN),
    Visit("assignments-empty", "/admin/assignments", "admin of a school"),
    Visit("access-log", "/admin/access-log", ADMIN, "/api/access-log"),
    Visit("console", "/console", OPERATOR),
    Visit("dead-letters", "/console/dead-letters", OPERATOR),
    Visit("verify", "/console/verify", OPERATOR),
    Visit("subjects", "/console/subjects", OPERATOR),
)
