"""Every operation that takes a caller's token, with the kinds of ids that it takes."""

import re
from typing import Any

MARK = {
    "student_id": "{student}",
    "class_level_id": "{class}",
    "subject_id": "{subject}",
    "score": 1,
}
BROWSER: dict[str, Any] = {
    "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/x",
    "keys": {"p256dh": "B" + 86 * "A", "auth": 22 * "A"},
}
# Each operation with the kinds of ids that it takes.
ASKED: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
    *(("GET", f"/api/teachers/{{teacher}}/dashboard{path}", None) for path in (
        "", "/stats", "/navigation-counts", "/exams/recent", "/question-banks/recent",
        "/classes/recent", "/assignments/recent")),
    ("POST", "/api/teachers/dashboard/ticket", None),
    ("GET", "/api/teachers/dashboard/stream?school_id={school}", None),
    ("GET", "/api/teachers/notifications", None),
    ("GET", "/api/teachers/notifications?school_id={school}", None),
    *(("POST", f"/api/teachers/notifications/{path}", None) for path in (
        "{notification}/read", "{notification}/dismiss", "read-all")),
    ("GET", "/api/teachers/notification-preferences", None),
    ("PUT", "/api/teachers/notification-preferences", {"new_student": {"email": True}}),
    ("POST", "/api/teachers/push-subscriptions", BROWSER),
    ("DELETE", "/api/teachers/push-subscriptions", {"endpoint": BROWSER["endpoint"]}),
    ("GET", "/api/v1/student/notification-preferences", None),
    ("PUT", "/api/v1/student/notification-preferences", {"deadline": {"email": True}}),
    ("POST", "/api/v1/student/push-subscriptions", BROWSER),
    ("DELETE", "/api/v1/student/push-subscriptions", {"endpoint": BROWSER["endpoint"]}),
    ("GET", "/api/teachers/resources", None),
    ("GET", "/api/teachers/resources?school_id={school}", None),
    ("POST", "/api/teachers/resources", {
        "school_id": "{school}", "title": "A", "file_name": "a.txt", "media_type": "text/plain",
        "size_bytes": 1}),
    ("GET", "/api/teachers/resources/{resource}/download", None),
    ("POST", "/api/teachers/resources/{resource}/uploaded", None),
    ("PATCH", "/api/teachers/resources/{resource}", {"title": "A"}),
    ("DELETE", "/api/teachers/resources/{resource}", None),
    *(("GET", f"/api/teachers/{{teacher}}/{path}", None) for path in (
        "exams", "question-banks", "classes", "assignments", "students")),
    ("GET", "/api/teachers/dashboard", None),
    ("GET", "/api/teachers/dashboard?school_id={school}", None),
    ("GET", "/api/teachers/{own}/students?class_id={class}", None),
    ("GET", "/api/teachers/{own}/exams?class_id={class}", None),
    *(("GET", f"/api/v1/student/{path}", None) for path in (
        "dashboard", "profile", "curriculum/progress", "missions", "habits")),
    ("POST", "/api/v1/student/habits/logs", {"logs": []}),
    ("GET", "/api/teacher-assignments?user_id={teacher}", None),
    ("GET", "/api/teacher-assignments?class_level_id={class}", None),
    ("GET", "/api/teacher-assignments?subject_id={subject}", None),
    ("GET", "/api/teacher-assignments/my-assignments", None),
    ("GET", "/api/teacher-assignments/workload", None),
    ("GET", "/api/teacher-assignments/history?user_id={teacher}", None),
    ("POST", "/api/teacher-assignments/class", {"user_id": "{teacher}", "class_level_id": "7"}),
    ("POST", "/api/teacher-assignments/class", {"user_id": "3", "class_level_id": "{class}"}),
    ("POST", "/api/teacher-assignments/subject", {"user_id": "{teacher}", "subject_id": "3"}),
    ("POST", "/api/teacher-assignments/bulk", {"user_id": "3", "class_level_ids": ["{class}"]}),
    ("DELETE", "/api/teacher-assignments/class/{class_link}", None),
    ("DELETE", "/api/teacher-assignments/subject/{subject_link}", None),
    *(("GET", f"/api/{path}", None) for path in (
        "teachers", "class-levels", "subjects", "students", "assessments", "access-log")),
    ("GET", "/api/students?class_level_id={class}", None),
    ("GET", "/api/students/{student}", None),
    ("GET", "/api/assessments?class_level_id={class}", None),
    ("GET", "/api/assessments?subject_id={subject}", None),
    ("GET", "/api/assessments?class_level_id={class}&subject_id={subject}", None),
    ("POST", "/api/assessments", MARK),
    ("POST", "/api/assessments", MARK | {"class_level_id": "5", "subject_id": "1"}),
    ("POST", "/api/assessments", MARK | {"student_id": "S-1", "class_level_id": "5"}),
    ("GET", "/api/reports/class/{class}", None),
    ("GET", "/api/reports/student/{student}", None),
)  # fmt: skip
NAMED = re.compile(r"\{(\w+)\}")


def filled(text: str, ids: dict[str, str]) -> str:
    return NAMED.sub(lambda match: ids[match[1]], text)
