"""The pages of admins: who is assigned to what, changing it, and who was denied what."""

from homeroom.api.pages.admin import assignments, changes, denials, importing
from homeroom.api.pages.admin.surface import router

__all__ = ["assignments", "changes", "denials", "importing", "router"]
