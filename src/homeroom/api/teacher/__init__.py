"""The teacher's dashboard: the surface, which all its endpoints share, and the endpoints."""

from homeroom.api.teacher import board, endpoints
from homeroom.api.teacher.surface import router

__all__ = ["board", "endpoints", "router"]
