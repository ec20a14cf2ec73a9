"""The headers of every answer that protect whoever reads it in a browser."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from homeroom.settings import Settings

NOSNIFF = (b"x-content-type-options", b"nosniff")
NO_REFERRER = (b"referrer-policy", b"no-referrer")


def security_headers(settings: Settings) -> list[tuple[bytes, bytes]]:
    """Those of every answer, as ASGI has them; Strict-Transport-Security only where it is set."""
    headers = [NOSNIFF, NO_REFERRER]
    if settings.hsts_seconds:
        value = f"max-age={settings.hsts_seconds}"
        headers.append((b"strict-transport-security", value.encode()))
    return headers


class SecurityHeadersMiddleware:
    """Adds them to every answer."""

    def __init__(self, app: ASGIApp, headers: list[tuple[bytes, bytes]]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        await self._app(scope, receive, send_with_headers)
