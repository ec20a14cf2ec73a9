"""The pages of teachers: the dashboard, the lists behind its numbers, and their schools."""

from homeroom.api.pages.teacher import home, lists, notifications, resources, schools
from homeroom.api.pages.teacher.surface import router

__all__ = ["home", "lists", "notifications", "resources", "router", "schools"]
