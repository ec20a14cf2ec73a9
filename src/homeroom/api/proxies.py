"""Behind a proxy: under which prefix of paths it offers the service, and whose word is believed."""

from ipaddress import ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

from homeroom.api.envelopes import PAGES, surface_of_path
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError

# How each of our own paths begins, but for those of pages.
PATHS = (
    "/api/", "/v1/teacher/", "/bff/v1/teacher/", "/internal/", "/ws/", "/healthz", "/readyz",
    "/metrics", "/docs", "/openapi.json",
)  # fmt: skip


class RootPathMiddleware:
    """Reads paths with and without the prefix, since some proxies take it away and others do not.

    Whatever came, links in answers have it.
    """

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app = app
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            scope["root_path"] = self._root_path
            scope["path"] = self._root_path + self._inner(scope["path"])
        await self._app(scope, receive, send)

    def _inner(self, path: str) -> str:
        """The path without the prefix, whether it has it or not."""
        rest = path.removeprefix(self._root_path)
        # A prefix such as /api is how our own paths begin, too.
        if not rest.startswith(PATHS) and (path.startswith(PATHS) or not _is_page(rest)):
            return path
        return rest or "/"


def _is_page(path: str) -> bool:
    return path in ("", "/") or surface_of_path(path) is PAGES


def trusted_proxies(settings: Settings) -> list[str]:
    """Addresses and networks whose forwarded headers count; ConfigurationError for another text."""
    names = [name.strip() for name in settings.trusted_proxies.split(",") if name.strip()]
    for name in names:
        try:
            ip_network(name)
        except ValueError as error:
            raise ConfigurationError(
                f"HOMEROOM_TRUSTED_PROXIES must be addresses and networks, by comma: {error}."
            ) from None
    return names
