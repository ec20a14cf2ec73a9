"""The reads of dashboards, by the names of their answers."""

from homeroom.api.batches import dashboard as batches_dashboard
from homeroom.api.batches import services as batches_services
from homeroom.api.student import dashboard, habits, missions, profile, progress
from homeroom.api.teacher import board, endpoints, lists
from homeroom.queries.statement import ReadStatement

TEACHERS: dict[str, ReadStatement] = {
    "stats": endpoints.STATS,
    "navigation_counts": endpoints.NAVIGATION_COUNTS,
    "recent_exams": endpoints.EXAMS,
    "recent_question_banks": endpoints.QUESTION_BANKS,
    "recent_classes": endpoints.CLASSES,
    "recent_assignments": endpoints.ASSIGNMENTS,
    "board": board.BOARD,
}
STUDENTS: dict[str, ReadStatement] = {
    "dashboard": dashboard.READ,
    "profile": profile.READ,
    "progress": progress.READ,
    "missions": missions.READ,
    "habits": habits.READ,
}
# What the first page of a list is asked with, without any filter.
FIRST_PAGE: dict[str, object] = {
    "filtered": False, "kind": None, "upcoming": False, "has_results": False, "graded": False,
    "class_id": None, "q": None, "at": "infinity", "id": "", "nameless": False, "name": "",
}  # fmt: skip
# The teacher's lists in full.
TEACHERS_LISTS: dict[str, ReadStatement] = {
    "all_exams": lists.EXAMS.read,
    "exams_with_results": lists.EXAMS_WITH_RESULTS,
    "all_question_banks": lists.QUESTION_BANKS.read,
    "all_classes": lists.CLASSES.read,
    "all_assignments": lists.ASSIGNMENTS.read,
    "graded_assignments": lists.GRADED_ASSIGNMENTS,
    "all_students": lists.STUDENTS.read,
    "students_of_class": lists.STUDENTS_OF_CLASS,
}
# Batches of essays, by whose they are; those of a status need `status`.
TEACHERS_BATCHES: dict[str, ReadStatement] = {
    "batches": batches_dashboard.BOARD.of_any,
    "batches_of_status": batches_dashboard.BOARD.of_status,
    "user_batches": batches_services.USER_BATCHES.of_any,
    "user_batches_of_status": batches_services.USER_BATCHES.of_status,
}
# By which batches are asked for.
BATCHES: dict[str, ReadStatement] = {
    "class_info": batches_services.CLASS_INFO,
    "batch_status": batches_services.STATUS,
}
