"""The pages of students, marks and reports, and of a teacher's own assignments."""

from homeroom.api.pages.records import marks, reports, students, teaching
from homeroom.api.pages.records.surface import router

__all__ = ["marks", "reports", "router", "students", "teaching"]
