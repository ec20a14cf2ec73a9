"""Routers, of which the application takes the routes as they are."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute


def new_router(**options: Any) -> APIRouter:
    """A router whose operations are called as their functions; a path may change.

    ``options``: what APIRouter takes. Clients that are made from the document call their
    functions so.
    """
    return APIRouter(generate_unique_id_function=_operation_id, **options)


def add_routes(app: FastAPI, *routers: APIRouter) -> None:
    """Have the application answer what the routers answer, looked through in their order.

    ``include_router`` would make each route anew, at the first request: whoever sends it waits.
    """
    for router in routers:
        app.router.routes.extend(router.routes)


def _operation_id(route: APIRoute) -> str:
    return route.name
