"""`make pictures`: what every page looks like, narrow and wide, light and dark.

They are taken of the school that the tests of pages look at, with a running worker, on servers of
their own, and go to docs/pictures/.
"""

import asyncio
import base64
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from pydantic import SecretStr

from bench.servers import SECRET, servers
from homeroom.settings import Settings
from tests.support.browser import chromium, school
from tests.support.browser.looking import View, looking
from tests.support.browser.people import PEOPLE
from tests.support.browser.signing_in import cookie_of, pages_on
from tests.support.browser.visits import VISITS, Visit
from tests.support.commands import serving, succeed
from tests.support.pages import DOCS
from tests.support.scraping import watched_worker

FOLDER = DOCS / "pictures"
VIEWS = [View(width=width, scheme=scheme) for width in (360, 1280) for scheme in ("light", "dark")]
QUALITY = 60
# Nothing is being loaded any more.
SETTLED = """() => !document.querySelector("[aria-busy=true], [hx-trigger=load]")"""
# A list is as long as it is; a picture of it is not.
HEIGHT_MAX = 2_000
BYTES_MAX = 5_000_000


@contextmanager
def shown() -> Iterator[str]:
    """The address of a service that shows the school, with a running worker."""
    with servers(2) as bare:
        unset = bare.model_copy(
            update={"jwt_secret": SecretStr(SECRET), "topic_prefix": f"p{secrets.token_hex(3)}-"}
        )
        settings: Settings = pages_on(unset, "")
        succeed(settings, "migrate")
        school.fill(settings.database_url)
        with watched_worker(settings), serving(settings) as service:
            asyncio.run(school.happen(settings))
            yield service.address


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, chromium.find().running(playwright) as browser:
        yield browser


def take(browser: Browser, address: str, visit: Visit, folder: Path) -> list[str]:
    """Its pictures; returns what went wrong behind the page."""
    expected = (f"status of {visit.status}",) if visit.status != 200 else ()
    with looking(browser, [address], allowed=expected) as found:
        if visit.person is not None:
            found.enter(*cookie_of(PEOPLE[visit.person]))
        # As of the second visit: the first one tells the service where the viewer is.
        found.enter("homeroom_time_zone", View().time_zone)
        page = found.context.new_page()
        page.goto(visit.path.format(**school.IDS))
        page.wait_for_function(SETTLED)
        for view in VIEWS:
            page.set_viewport_size({"width": view.width, "height": view.height})
            page.emulate_media(color_scheme="dark" if view.scheme == "dark" else "light")
            file = folder / f"{visit.name}-{view.width}-{view.scheme}.webp"
            file.write_bytes(_picture(page))
        return [f"{visit.name}: {what}" for what in found.wrong]


def _picture(page: Page) -> bytes:
    """The whole page as WebP, which Playwright's own pictures cannot be."""
    session = page.context.new_cdp_session(page)
    size = session.send("Page.getLayoutMetrics")["cssContentSize"]
    clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], HEIGHT_MAX)}
    taken = session.send(
        "Page.captureScreenshot",
        {"format": "webp", "quality": QUALITY, "captureBeyondViewport": True,
         "clip": clip | {"scale": 1}},
    )  # fmt: skip
    return base64.b64decode(taken["data"])


def main() -> None:
    """Take all; ends with 1 where something went wrong behind a page, or they are too large."""
    fresh = FOLDER.with_name("pictures.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    wrong: list[str] = []
    with shown() as address, _browser() as browser:
        for visit in VISITS:
            wrong += take(browser, address, visit, fresh)
    total = sum(file.stat().st_size for file in fresh.iterdir())
    print(f"{len(VISITS) * len(VIEWS)} pictures, {total / 1e6:.1f} MB")
    if total > BYTES_MAX:
        wrong.append(f"they have more than {BYTES_MAX / 1e6:.0f} MB: lower QUALITY or HEIGHT_MAX")
    if wrong:
        sys.exit("\n".join(wrong))
    shutil.rmtree(FOLDER, ignore_errors=True)
    fresh.rename(FOLDER)


if __name__ == "__main__":
    main()
