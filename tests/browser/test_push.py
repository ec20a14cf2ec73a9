"""The button that has messages delivered to a browser, and the service worker that shows them.

A browser subscribes at a push service, which tests have none of: `subscribe` is ours here, and so
is who delivers. All else is real: the page, the service worker, what the service keeps.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from homeroom.notifying.vapid_keys import new_pair
from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.browser.axe import axe
from tests.support.commands import Service, serving
from tests.support.post_office import Browser
from tests.support.strength import at_full_strength

_, PUBLIC_KEY = new_pair()
PUSH_SERVICE = "http://127.0.0.1:9"
BROWSER = Browser(f"{PUSH_SERVICE}/push/1")
ELSEWHERE = Browser("https://elsewhere.example/push/1")
OFF, ON = "Notify me in this browser", "Stop notifying me in this browser"
SUBSCRIBED = """
(() => {
  const made = () => {
    const told = JSON.parse(localStorage.getItem("subscription"));
    return told && {
      endpoint: told.endpoint,
      toJSON: () => told,
      unsubscribe: async () => localStorage.removeItem("subscription"),
    };
  };
  PushManager.prototype.getSubscription = async () => made();
  PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
    if (applicationServerKey.length !== 65 || !userVisibleOnly) throw new Error("refused");
    localStorage.setItem("subscription", JSON.stringify(GIVEN));
    return made();
  };
})();
"""
# A browser without a window shows no notifications, whoever permits them.
NOTING = """
() => {
  self.shown = [];
  ServiceWorkerRegistration.prototype.showNotification = async (title, about) => {
    self.shown.push([title, about]);
  };
}
"""


@pytest.fixture(scope="module")
def push_settings(school_settings: Settings) -> Settings:
    """The school's, with Web Push."""
    return school_settings.model_copy(
        update={"vapid_public_key": PUBLIC_KEY, "push_hosts": PUSH_SERVICE}
    )


@pytest.fixture(scope="module")
def push_service(push_settings: Settings) -> Iterator[Service]:
    with serving(push_settings) as service:
        yield service


@pytest.fixture
def site(push_service: Service) -> Service:
    return push_service


def subscribing(page: Page, browser: Browser = BROWSER) -> None:
    """Has the page's browser get this subscription when it asks for one."""
    given = {"endpoint": browser.endpoint, "expirationTime": None, "keys": browser.keys}
    page.add_init_script(SUBSCRIBED.replace("GIVEN", json.dumps(given)))


def registered(settings: Settings) -> list[tuple[Any, ...]]:
    with psycopg.connect(settings.database_url) as connection:
        return connection.execute(
            "SELECT role, person_id, endpoint FROM homeroom.push_subscription"
        ).fetchall()


def test_the_button_registers_the_browser_and_removes_it(
    new_page: Callable[..., Page], push_settings: Settings
) -> None:
    page = new_page("teacher")
    subscribing(page)
    page.goto("/teacher")
    off, on = (page.get_by_role("button", name=name, exact=True) for name in (OFF, ON))
    expect(off).to_have_attribute("aria-pressed", "false")
    off.click()
    expect(on).to_have_attribute("aria-pressed", "true")
    assert axe(page) == []
    assert registered(push_settings) == [("teacher", "T-1", BROWSER.endpoint)]
    page.reload()
    expect(on).to_have_attribute("aria-pressed", "true")
    on.click()
    expect(off).to_have_attribute("aria-pressed", "false")
    assert registered(push_settings) == []


@at_full_strength
def test_a_browser_that_is_refused_is_told_so_and_not_subscribed(
    new_page: Callable[..., Page], push_settings: Settings
) -> None:
    page = new_page("teacher", allowed=["status of 400"])
    subscribing(page, ELSEWHERE)
    page.goto("/teacher")
    page.get_by_role("button", name=OFF, exact=True).click()
    expect(page.get_by_text("That did not work.")).to_be_visible()
    expect(page.get_by_role("button", name=OFF, exact=True)).to_be_enabled()
    assert page.evaluate("() => localStorage.getItem('subscription')") is None
    assert registered(push_settings) == []


@at_full_strength
def test_signing_out_ends_the_messages_to_this_browser(
    new_page: Callable[..., Page], push_settings: Settings
) -> None:
    page = new_page("student")
    subscribing(page)
    page.goto("/student")
    page.get_by_role("button", name=OFF, exact=True).click()
    expect(page.get_by_role("button", name=ON, exact=True)).to_be_visible()
    assert registered(push_settings) == [("student", "S-1", BROWSER.endpoint)]
    # From a page without the button, too.
    page.goto("/sign-out")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert page.evaluate("() => localStorage.getItem('subscription')") is None
    assert registered(push_settings) == []


def test_a_message_that_comes_is_shown(new_page: Callable[..., Page], site: Service) -> None:
    page = new_page("teacher")
    registrations: list[Any] = []
    tools = page.context.new_cdp_session(page)
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registrations.extend(told["registrations"]),
    )
    tools.send("ServiceWorker.enable")
    page.goto("/teacher")
    page.evaluate("async () => { await navigator.serviceWorker.ready }")
    (worker,) = page.context.service_workers
    worker.evaluate(NOTING)
    message = {"id": "m-1", "title": "A new student", "body": "Ben joined", "language": "en"}
    tools.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": site.address,
            "registrationId": registrations[-1]["registrationId"],
            "data": json.dumps(message | {"url": "/teacher"}),
        },
    )
    (shown,) = wait_for(lambda: worker.evaluate("() => self.shown"))
    about = {"body": "Ben joined", "lang": "en", "tag": "m-1", "data": {"url": "/teacher"}}
    assert shown == ["A new student", about]
