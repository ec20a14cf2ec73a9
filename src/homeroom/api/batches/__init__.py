"""Batches of essays: the teacher's board of them, and what services ask (docs/batches.md)."""

from homeroom.api.batches import dashboard, services
from homeroom.api.batches.dashboard import bff_router, dashboard_router
from homeroom.api.batches.services import services_router

__all__ = ["bff_router", "dashboard", "dashboard_router", "services", "services_router"]
