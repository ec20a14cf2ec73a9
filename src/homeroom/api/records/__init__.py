"""Students, assessments and reports, each as far as the caller may see them, and the access log."""

from homeroom.api.records import assessments, log, reports, students
from homeroom.api.records.surface import router

__all__ = ["assessments", "log", "reports", "router", "students"]
