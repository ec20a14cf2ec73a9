"""A teacher looks at the dashboard while something happens, and finds things in the lists."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from homeroom.settings import Settings
from homeroom_kit.publishing.events import OutgoingEvent
from tests.support.browser.axe import axe
from tests.support.browser.looking import View
from tests.support.browser.loops import run_beside
from tests.support.commands import Service
from tests.support.habits import event, publish
from tests.support.strength import at_full_strength

MANY = range(100, 125)
SHORT = View(width=800, height=300)


@pytest.fixture
def site(own_living_service: Service) -> Service:
    return own_living_service


def opened(class_id: str, name: str) -> OutgoingEvent:
    made = {
        "class_id": class_id, "organization_id": None, "teacher_id": "T-1", "name": name,
        "code": "NEW-1", "subject": "Art", "created_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    return event("class.created.v1", class_id, 1, made)


def test_an_event_changes_the_number_without_a_reload_and_nothing_moves(
    new_page: Callable[..., Page], own_living_settings: Settings
) -> None:
    page = new_page("teacher", SHORT)
    with page.expect_response(re.compile("/teacher/stream")):
        page.goto("/teacher")
    menu = page.get_by_role("navigation", name="Main")
    own = menu.get_by_role("link", name=re.compile("^Classes: .* why"))
    before = int(own.inner_text())
    page.evaluate("() => { window.notReloaded = true }")
    link = page.get_by_role("link", name="All assignments")
    link.focus()
    top = page.evaluate("() => scrollY")
    assert top > 0

    run_beside(publish(own_living_settings, [opened("C-90", "Drawing 1")]))
    expect(page.get_by_role("region", name="Recent classes").first).to_contain_text("Drawing 1")
    expect(own).to_contain_text(str(before + 1))
    card = page.get_by_role("term").filter(has_text=re.compile("^Classes$")).locator("xpath=..")
    expect(card.get_by_role("definition").first).to_have_text(str(before + 1))
    expect(page.locator("#announcements")).to_have_text("The dashboard has changed.")
    assert page.evaluate("() => [scrollY, window.notReloaded]") == [top, True]
    expect(link).to_be_focused()


def test_data_that_are_more_than_a_minute_old_are_shown_so(new_page: Callable[..., Page]) -> None:
    page = new_page("teacher")
    page.goto("/teacher")
    line = page.locator(".freshness").first
    as_of = datetime.fromisoformat(line.get_attribute("data-as-of") or "")
    page.clock.install(time=as_of + timedelta(seconds=30))
    page.reload()
    expect(line).to_be_visible()
    expect(line.get_by_text("more than a minute ago")).to_be_hidden()
    page.clock.fast_forward(31_000)
    expect(line.get_by_text("more than a minute ago")).to_be_visible()


def test_a_list_finds_while_somebody_types_and_is_filtered(new_page: Callable[..., Page]) -> None:
    page = new_page("teacher")
    page.goto("/teacher")
    page.get_by_role("navigation", name="Main").get_by_role(
        "link", name="Exams", exact=True
    ).click()
    found = page.get_by_role("region", name="Exams").first
    expect(found).to_contain_text("Waves")
    page.get_by_label("Search").press_sequentially("optic")
    expect(found).not_to_contain_text("Waves")
    expect(found).to_contain_text("Optics")
    expect(page.get_by_role("status").first).to_contain_text("1 found")
    expect(page.get_by_label("Search")).to_be_focused()
    page.get_by_label("Status").select_option("draft")
    expect(found).to_contain_text("Nothing matches.")
    expect(page).to_have_url(re.compile("status=draft"))


def test_load_more_goes_on_in_the_table(
    new_page: Callable[..., Page], own_living_settings: Settings
) -> None:
    run_beside(publish(own_living_settings, [opened(f"C-{n}", f"Many {n}") for n in MANY]))
    page = new_page("teacher")
    page.goto("/teacher")
    # The dashboard shows that all are applied.
    newest = page.get_by_role("region", name="Recent classes").first
    expect(newest).to_contain_text("Many 124")
    page.goto("/teacher/classes?q=Many")
    expect(page.get_by_role("status").first).to_contain_text("25 found")
    rows = page.get_by_role("row")
    expect(rows).to_have_count(22)
    page.get_by_role("button", name="Load more").click()
    expect(rows).to_have_count(26)
    expect(page.get_by_role("button", name="Load more")).to_have_count(0)


@at_full_strength
def test_a_notification_is_dismissed_with_one_click(new_page: Callable[..., Page]) -> None:
    page = new_page("teacher of two schools")
    page.goto("/teacher/schools")
    expect(page.get_by_role("heading", level=1)).to_have_text("Northgate College")
    told = page.get_by_role("region", name="Notifications")
    expect(told).to_contain_text("2 unread")
    told.get_by_role("button", name="Mark as read: A student joined your class").click()
    expect(told).to_contain_text("1 unread")
    told.get_by_role("button", name="Dismiss: A student joined your class").click()
    expect(told).not_to_contain_text("A student joined your class")
    page.get_by_role("navigation", name="Switch school").get_by_role(
        "link", name="Southbank Academy"
    ).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Southbank Academy")
    expect(page.get_by_role("region", name="Notifications")).to_contain_text("2 unread")


@at_full_strength
def test_a_form_that_is_refused_says_so_beside_it(new_page: Callable[..., Page]) -> None:
    page = new_page("teacher of two schools", allowed=["403"])
    page.goto("/teacher/schools/O-2")
    told = page.get_by_role("region", name="Notifications")
    page.evaluate("""() => document.body.setAttribute("hx-headers", '{"X-CSRF-Token": "old"}')""")
    dismiss = told.get_by_role("button", name="Dismiss: Your session begins in an hour")
    dismiss.click()
    expect(told.get_by_role("alert")).to_contain_text("The form is too old")
    expect(told).to_contain_text("2 unread")
    expect(dismiss).to_be_focused()
    assert axe(page) == []
