"""The teacher's dashboard and lists: the surface, which all endpoints share, and the endpoints."""

from fastapi import APIRouter

from homeroom.api.teacher import board, endpoints, lists
from homeroom.api.teacher.surface import lists_router
from homeroom.api.teacher.surface import router as dashboard_router

router = APIRouter()
router.include_router(dashboard_router)
router.include_router(lists_router)

__all__ = ["board", "endpoints", "lists", "router"]
