"""The documentation as a site: built strictly, whole, and asked of nobody else."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser.looking import Looking, looking
from tests.support.browser.loops import Driver
from tests.support.pages import PAGES, ROOT
from tests.support.strength import at_full_strength


class Read(HTMLParser):
    """What a page links, what it loads, and its anchors."""

    LOADED = frozenset({"script", "img", "link", "source", "iframe"})

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(page.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors.add(found.get("id", ""))
        address = found.get("href") or found.get("src") or found.get("srcset") or ""
        if address:
            (self.loads if tag in self.LOADED else self.links).append(address)


# To build it takes a minute.
pytestmark = at_full_strength


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def read(built: Path) -> dict[Path, Read]:
    """Its pages."""
    return {page: Read(page) for page in built.rglob("*.html") if page.name != "404.html"}


def test_every_page_of_the_project_is_on_it(read: dict[Path, Read], built: Path) -> None:
    expected = {
        (built / page.relative_to(ROOT))
        .with_name("index" if page.stem == "README" else page.stem)
        .with_suffix(".html")
        for page in PAGES
    }
    assert len(expected) > 60
    assert expected - read.keys() == set()


def test_every_link_leads_somewhere(read: dict[Path, Read], built: Path) -> None:
    broken = []
    for page, found in read.items():
        for address in {*found.links, *found.loads}:
            parts = urlsplit(address)
            if parts.scheme in {"http", "https", "mailto", "data", "javascript"}:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if target.is_dir():
                target /= "index.html"
            known = read[target].anchors if target in read else {parts.fragment}
            if not target.exists() or (parts.fragment and parts.fragment not in known):
                broken.append(f"{page.relative_to(built)}: {address}")
    assert broken == []


def test_no_page_loads_anything_of_another_host(read: dict[Path, Read]) -> None:
    foreign = {
        (page.name, address)
        for page, found in read.items()
        for address in found.loads
        if urlsplit(address).netloc
    }
    assert foreign == set()


class Quiet(SimpleHTTPRequestHandler):
    """Hands out files, and says nothing."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    """Where the site is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(built))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def looked(_driver: Driver, browser: Browser, address: str) -> Iterator[Looking]:
    """A browser that notes each request to another host, and each error."""
    with _driver.used(), looking(browser, [address]) as found:
        yield found
        assert found.wrong == []


def sees_the_drawings(page: Page) -> None:
    expect(page.locator("div.mermaid")).to_have_count(4)


def sees_the_paths(page: Page) -> None:
    surfaces = page.frame_locator("iframe").locator(".opblock-tag-section")
    expect(surfaces.filter(has_text="student's dashboard")).to_be_visible()


def sees_the_messages(page: Page) -> None:
    expect(page.locator("asyncapi-viewer").get_by_text("class.created.v1").first).to_be_visible()


def sees_the_reference(page: Page) -> None:
    expect(page.get_by_role("heading", name="HttpBatches").first).to_be_visible()


@pytest.mark.parametrize(
    ("path", "sees"),
    [
        ("docs/architecture.html", sees_the_drawings),
        ("reference/openapi.html", sees_the_paths),
        ("reference/asyncapi.html", sees_the_messages),
        ("reference/python/homeroom.client.html", sees_the_reference),
    ],
)
def test_a_browser_shows_what_scripts_draw_and_asks_nobody_else(
    looked: Looking, path: str, sees: Callable[[Page], None]
) -> None:
    page = looked.context.new_page()
    page.goto(path)
    sees(page)


def test_the_search_finds_a_word(looked: Looking) -> None:
    page = looked.context.new_page()
    page.goto("index.html")
    page.get_by_role("textbox", name="Search").fill("dead letter")
    expect(page.get_by_role("link", name="Glossary").first).to_be_visible()
