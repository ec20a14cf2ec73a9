"""The headers of every answer that protect it in browsers and on its way to them."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from homeroom.settings import Settings

# What an answer says itself stays: the page of the documentation has a policy of its own, and a
# read that is confirmed by its ETag may be kept by its caller. Answers are data: a browser that
# shows one as a page loads nothing for it, and puts it into no frame. Nobody keeps what says
# nothing else: a refusal and the result of a command may name persons, too.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-site",
    "Cache-Control": "no-store",
}


def security_headers(settings: Settings) -> dict[str, str]:
    """Those of every answer; Strict-Transport-Security only where it is set."""
    if not settings.hsts_seconds:
        return ALWAYS
    return ALWAYS | {"Strict-Transport-Security": f"max-age={settings.hsts_seconds}"}


def raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """As ASGI has them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


class SecurityHeadersMiddleware:
    """Adds them to every answer that does not say something else."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ())]
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
