"""HEAD wherever there is GET: monitors and proxies ask so (RFC 9110, section 9.3.2)."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadMiddleware:
    """Has HEAD answered as GET is, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        # A stream looks at `head`: it would never end.
        as_get = {**scope, "method": "GET", "head": True}
        try:
            await self._app(as_get, receive, send_head)
        finally:
            # Metrics count it by its route.
            if "route" in as_get:
                scope["route"] = as_get["route"]
