"""Pages as a person sees them, and everything that goes wrong behind them."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

# A page never waits longer on a machine that does nothing else; others do.
TIMEOUT_MILLISECONDS = 60_000


@dataclass(frozen=True)
class View:
    """Through what somebody looks: pixels, `light` or `dark`, language, time zone."""

    width: int = 1280
    height: int = 800
    scheme: str = "light"
    locale: str = "en-GB"
    time_zone: str = "Europe/London"


USUAL = View()


@dataclass
class Looking:
    """A browser context, and what went wrong in it.

    ``origins``: where its pages may send requests. ``allowed``: parts of messages on the console
    that a test expects, such as `status of 403`.
    """

    context: BrowserContext
    origins: Collection[str]
    allowed: Collection[str] = ()
    wrong: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """From now on, in all pages of the context."""
        self.context.tracing.start(snapshots=True)
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda e: self.wrong.append(f"error on the page: {e.error}"))
        self.context.on("request", self._on_request)
        self.context.on("page", lambda page: page.on("crash", self._on_crash))

    def enter(self, name: str, value: str) -> None:
        """Have a cookie of the service's from here on."""
        self.context.add_cookies([{"name": name, "value": value, "url": next(iter(self.origins))}])

    def keep(self, folder: Path) -> Path:
        """Pictures of its pages, and the trace of all that was done, as `playwright show-trace`
        shows it; returns the folder."""
        for number, page in enumerate(self.context.pages):
            page.screenshot(path=folder / f"page-{number}.png", full_page=True)
        self.context.tracing.stop(path=folder / "trace.zip")
        return folder

    def _on_console(self, message: ConsoleMessage) -> None:
        # What the Content-Security-Policy refuses is said there, too.
        expected = any(part in message.text for part in self.allowed)
        if message.type == "error" and not expected:
            at = message.location.get("url", "")
            self.wrong.append(f"on the console: {message.text} ({at})")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        origin = f"{address.scheme}://{address.netloc}"
        if address.scheme not in ("data", "blob", "about") and origin not in self.origins:
            self.wrong.append(f"request to another host: {request.url}")

    def _on_crash(self, page: Page) -> None:
        self.wrong.append(f"the page crashed: {page.url}")


@contextmanager
def looking(
    browser: Browser,
    origins: Collection[str],
    view: View = USUAL,
    allowed: Collection[str] = (),
) -> Iterator[Looking]:
    """A context of its own, as of a browser that was just bought, until the block ends.

    The first of the origins is the service's.
    """
    context = browser.new_context(
        base_url=next(iter(origins)),
        viewport={"width": view.width, "height": view.height},
        color_scheme="dark" if view.scheme == "dark" else "light",
        # What moves is looked at when it has arrived.
        reduced_motion="reduce",
        locale=view.locale,
        timezone_id=view.time_zone,
    )
    context.set_default_timeout(TIMEOUT_MILLISECONDS)
    found = Looking(context, origins, allowed)
    found.watch()
    try:
        yield found
    finally:
        context.close()
