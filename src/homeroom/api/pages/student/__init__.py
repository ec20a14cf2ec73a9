"""The student's pages: the day at a glance, and logging habits."""

from homeroom.api.pages.student.endpoints import router

__all__ = ["router"]
