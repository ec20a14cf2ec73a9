"""Teachers in their schools: one teacher looks at one school at a time."""

from homeroom.api.schools import dashboard, notification_commands, notifications
from homeroom.api.schools.surface import router

__all__ = ["dashboard", "notification_commands", "notifications", "router"]
