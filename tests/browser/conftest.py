"""A browser for each process of tests, and the service that it looks at.

`page` is a page of somebody who has not signed in; `new_page` makes others. Both fail their test
where something goes wrong behind the page. What they look at is `site`: the school that all tests
read, unless a file's own fixture `site` says `living_service`.
"""

import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from homeroom.local.components import Components, drop_database
from homeroom.settings import Settings
from tests.support import topics, wait_for
from tests.support.browser import chromium, school
from tests.support.browser.looking import USUAL, Looking, View, looking
from tests.support.browser.loops import Driver, driver
from tests.support.browser.people import PEOPLE
from tests.support.browser.provider import provider
from tests.support.browser.signing_in import cookie_of, pages_on
from tests.support.commands import Service, serving, succeed
from tests.support.scraping import watched_worker
from tests.support.templates import OWN_PREFIX, create_filled

FAILED = pytest.StashKey[bool]()
# Other tests run beside it: what is expected of a page is waited for as long as of a command.
expect.set_options(timeout=60_000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> object:
    """Remember whether the test failed, for what its pages leave behind."""
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def _driver() -> Iterator[Driver]:
    with driver() as found:
        yield found


@pytest.fixture(scope="session")
def browser(_driver: Driver) -> Iterator[Browser]:
    """A real Chromium, one for each process of pytest."""
    with ExitStack() as stack:
        with _driver.used() as playwright:
            started = stack.enter_context(chromium.find().running(playwright))
        yield started
        with _driver.used():
            stack.close()


@pytest.fixture(scope="session")
def provider_url() -> Iterator[str]:
    """The identity provider: a process, in which PEOPLE can sign in."""
    with provider(*(person.claims for person in PEOPLE.values())) as url:
        yield url


def _school(components: Components, provider_url: str) -> Iterator[Settings]:
    """Settings of a database that holds the school: a copy, which costs little."""
    name = f"{OWN_PREFIX}{secrets.token_hex(6)}"
    settings = Settings(
        database_url=create_filled(components.database_url, name, "the school", school.fill),
        kafka_bootstrap_servers=components.kafka_bootstrap_servers,
        topic_prefix=f"t{secrets.token_hex(3)}-",
        topic_partitions=2,
        jwt_secret="the tests' own key, longer than 32 bytes",
        session_timeout_seconds=1,
    )
    yield pages_on(settings, provider_url)
    drop_database(components.database_url, name)


@pytest.fixture(scope="session")
def school_settings(components: Components, provider_url: str) -> Iterator[Settings]:
    """Settings of the school that nobody changes."""
    yield from _school(components, provider_url)


@pytest.fixture(scope="session")
def service(school_settings: Settings) -> Iterator[Service]:
    """A running `homeroom serve` over it."""
    with serving(school_settings) as service:
        yield service


def _living(components: Components, provider_url: str) -> Iterator[Settings]:
    """Settings of the same school, with a running `homeroom worker`.

    The school is in the tables alone; what happens from now on is in the log, too.
    """
    for settings in _school(components, provider_url):
        succeed(settings, "migrate")
        with watched_worker(settings) as port:
            wait_for(port.ready, 60)
            yield settings
        topics.delete(settings.kafka_bootstrap_servers, settings.topic_prefix)


@pytest.fixture(scope="session")
def living_settings(components: Components, provider_url: str) -> Iterator[Settings]:
    """Settings of a school in which something happens, for files whose tests bear each other."""
    yield from _living(components, provider_url)


@pytest.fixture(scope="session")
def living_service(living_settings: Settings) -> Iterator[Service]:
    """A running `homeroom serve` over the school in which something happens."""
    with serving(living_settings) as service:
        yield service


@pytest.fixture(scope="module")
def own_living_settings(components: Components, provider_url: str) -> Iterator[Settings]:
    """Settings of such a school for one file alone."""
    yield from _living(components, provider_url)


@pytest.fixture(scope="module")
def own_living_service(own_living_settings: Settings) -> Iterator[Service]:
    """A running `homeroom serve` over the file's own school."""
    with serving(own_living_settings) as service:
        yield service


@pytest.fixture
def site(service: Service) -> Service:
    """What the pages of a test are asked for."""
    return service


@pytest.fixture
def new_page(
    _driver: Driver,
    browser: Browser,
    site: Service,
    provider_url: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser context of its own: `new_page("teacher", View(width=360))`.

    Its person, one of PEOPLE, has signed in already. ``allowed``: parts of messages on the console
    that the test expects; whatever else goes wrong behind the page fails the test at its end.
    """
    with ExitStack() as stack:
        stack.enter_context(_driver.used())
        opened: list[Looking] = []

        def open_page(
            person: str | None = None, view: View = USUAL, allowed: Collection[str] = ()
        ) -> Page:
            origins = (site.address, provider_url)
            found = stack.enter_context(looking(browser, origins, view, allowed))
            if person is not None:
                found.enter(*cookie_of(PEOPLE[person]))
            opened.append(found)
            return found.context.new_page()

        yield open_page
        wrong = [what for one in opened for what in one.wrong]
        if wrong or request.node.stash.get(FAILED, False):
            for number, one in enumerate(opened):
                print(f"What the browser saw is in {one.keep(tmp_path / str(number))}")
        assert not wrong, "\n".join(wrong)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page of somebody who has not signed in."""
    return new_page()
