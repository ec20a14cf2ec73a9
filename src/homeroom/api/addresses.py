"""An address for clients and one for services, operators and Prometheus, if a setting says so."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from homeroom.api.errors import path_of, problem

INTERNAL = ("/internal", "/metrics", "/docs", "/openapi.json")
# Of whoever restarts or replaces the process, who may ask at either.
AT_BOTH = ("/healthz", "/readyz")


class InternalAddressMiddleware:
    """Answers 404 for what is not answered at the address that a request came to.

    ``port``: of the internal address.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or self._is_answered(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await problem(Request(scope), 404, "Not found")(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    def _is_answered(self, scope: Scope) -> bool:
        path = path_of(scope)
        # The socket's own address: no header says another.
        at_internal = scope["server"][1] == self._port
        return _is_below(path, AT_BOTH) or at_internal is _is_below(path, INTERNAL)


def _is_below(path: str, beginnings: tuple[str, ...]) -> bool:
    return any(f"{path}/".startswith(f"{beginning}/") for beginning in beginnings)
