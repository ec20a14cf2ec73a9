"""Teachers' assignments: the surface, what admins change, and what is read of it."""

from homeroom.api.assignments import choices, lists, writes
from homeroom.api.assignments.surface import router

__all__ = ["choices", "lists", "router", "writes"]
