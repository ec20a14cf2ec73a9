"""A student logs a habit, and the streak grows before their eyes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from homeroom.settings import Settings
from tests.support.browser.axe import axe
from tests.support.browser.looking import View
from tests.support.browser.loops import run_beside
from tests.support.commands import Service
from tests.support.habits import event, publish
from tests.support.strength import thinned

ADDRESS = "/student"
HABIT = "H-chess"


@pytest.fixture
def site(living_service: Service) -> Service:
    """A school in which something happens."""
    return living_service


def started() -> Any:
    """A habit that the student took up a week ago."""
    day = (datetime.now(UTC) - timedelta(days=7)).date().isoformat()
    data = {"habit_id": HABIT, "student_id": "S-2", "name": "Chess", "started_on": day}
    return event("habit.started.v1", HABIT, 1, data)


def test_a_student_logs_a_habit_and_the_streak_grows(
    new_page: Callable[..., Page], living_settings: Settings
) -> None:
    page = new_page("student on the free tier")
    page.goto(ADDRESS)
    expect(page.get_by_role("heading", name="My day")).to_be_visible()
    expect(page.get_by_text("You have no habits yet.")).to_be_visible()
    page.evaluate("() => { window.same = true }")

    # Another service says that there is a habit.
    run_beside(publish(living_settings, [started()]))
    button = page.get_by_role("button", name="Log Chess")
    expect(button).to_be_visible()
    expect(page.locator("#announcements")).to_have_text("Your day has changed.")
    streak = page.locator(".card", has_text="Streak")
    expect(streak).to_contain_text("0 days")

    button.click()
    expect(streak).to_contain_text("1 day")
    expect(page.get_by_role("status").filter(has_text="Recorded.")).to_be_visible()
    # Who has no mouse is where they were.
    undo = page.get_by_role("button", name="Undo Chess")
    expect(undo).to_be_focused()
    calendar = page.locator("#calendar")
    expect(calendar.locator(".level-4")).to_have_count(1)

    page.keyboard.press("Enter")
    expect(streak).to_contain_text("0 days")
    expect(calendar.locator(".missed")).to_have_count(1)
    expect(page.get_by_role("button", name="Log Chess")).to_be_focused()
    assert page.evaluate("() => window.same"), "the page was loaded anew"


@pytest.mark.parametrize(
    ("person", "scheme"),
    thinned(
        product(["student", "student on the free tier"], ["light", "dark"]),
        lambda one: one in {("student", "dark"), ("student on the free tier", "light")},
    ),
)
def test_everybody_can_use_the_day_on_a_narrow_screen(
    new_page: Callable[..., Page], person: str, scheme: str
) -> None:
    page = new_page(person, View(width=360, scheme=scheme))
    page.goto(ADDRESS)
    expect(page.get_by_role("heading", name="Portfolio")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
