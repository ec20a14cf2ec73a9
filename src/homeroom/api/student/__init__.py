"""The student's dashboard: the surface, which all its endpoints share, and a file per endpoint."""

from homeroom.api.student import (
    dashboard,
    habits,
    missions,
    notification_preferences,
    profile,
    progress,
)
from homeroom.api.student.surface import check_student, router

__all__ = [
    "check_student", "dashboard", "habits", "missions", "notification_preferences", "profile",
    "progress", "router",
]  # fmt: skip
