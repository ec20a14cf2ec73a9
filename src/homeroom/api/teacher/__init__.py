"""The teacher's dashboard and lists: the surface, which all endpoints share, and the endpoints."""

from homeroom.api.teacher import board, endpoints, lists
from homeroom.api.teacher.surface import lists_router, router

__all__ = ["board", "endpoints", "lists", "lists_router", "router"]
