"""The ten reads of dashboards, by the names of their answers."""

from homeroom.api.student import dashboard, habits, missions, profile, progress
from homeroom.api.teacher import board, endpoints
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
