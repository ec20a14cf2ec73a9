"""Routers, of which the application takes the routes as they are."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from homeroom.api.envelopes import OTHER, Surface


class AnyText(Convertor[str]):
    """A part of a path that may be anything, so that a malformed id is 400 and not 404."""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("any", AnyText())


class DirectRoute(APIRoute):
    """A route of FastAPI's documentation whose function is called without FastAPI.

    The function takes the request, and texts of the query, and returns a Response. FastAPI would
    look at each request for all that a function may take, and open what is to be closed behind
    it, which takes time and finds nothing here. Errors are the application's, as they are anyway.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.app = self._call

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        takes, endpoint = self.dependant, self.endpoint
        others = (takes.dependencies, takes.path_params, takes.header_params, takes.body_params)
        assert not any(others), f"{self.path} takes what only FastAPI can find"
        texts = [(field.name, field.alias) for field in takes.query_params]

        async def handle(request: Request) -> Response:
            query = request.query_params
            response: Response = await endpoint(
                request, **{name: query.get(alias) for name, alias in texts}
            )
            return response

        self._handle = handle
        return handle

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._handle(Request(scope, receive, send))
        await response(scope, receive, send)


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
