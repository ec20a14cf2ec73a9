"""Routers, of which the application takes the routes as they are."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.convertors import Convertor, register_url_convertor

from homeroom.api.envelopes import OTHER, Surface


class AnyText(Convertor[str]):
    """A part of a path that may be anything, so that a malformed id is 400 and not 404."""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("any", AnyText())


class SurfaceRouter(APIRouter):
    """A router all of whose routes are of one surface."""

    def __init__(self, surface: Surface, **options: Any) -> None:
        super().__init__(generate_unique_id_function=_operation_id, **options)
        self.surface = surface


def new_router(surface: Surface = OTHER, **options: Any) -> SurfaceRouter:
    """A router whose operations are called as their functions; a path may change.

    ``options``: what APIRouter takes. Clients that are made from the document call their
    functions so.
    """
    return SurfaceRouter(surface, **options)


def add_routes(app: FastAPI, *routers: SurfaceRouter) -> None:
    """Have the application answer what the routers answer, looked through in their order.

    ``include_router`` would make each route anew, at the first request: whoever sends it waits.
    """
    for router in routers:
        for route in router.routes:
            route.surface = router.surface  # type: ignore[attr-defined]
        app.router.routes.extend(router.routes)


def _operation_id(route: APIRoute) -> str:
    return route.name
