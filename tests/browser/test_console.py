"""An operator at the console: a letter is retried, and a number leads to its event."""

from collections.abc import Callable
from dataclasses import asdict

import psycopg
import pytest
from playwright.sync_api import Page, expect

from homeroom.engine.generations.registry import enter, live_generation
from homeroom.operations.differences import Difference
from homeroom.operations.rebuilding.comparing import Report, TableDifference
from homeroom.operations.rebuilding.record import ActiveRebuild, RebuildOptions, abort
from homeroom.settings import Settings
from tests.browser.test_explaining import follow
from tests.support import wait_for
from tests.support.browser.axe import axe_in_both_schemes
from tests.support.browser.loops import run_beside
from tests.support.commands import Service
from tests.support.feed import record
from tests.support.publishing import publish_teacher
from tests.support.strength import at_full_strength

# What waits for the tables to follow, and for the page to look again.
SOON = 30_000


@pytest.fixture
def site(living_service: Service) -> Service:
    return living_service


def mended(settings: Settings, key: str) -> bool:
    """Whether the letter of a teacher is there; its record holds what was meant from then on."""
    data = {"teacher_id": key, "name": "Rózsa Péter", "email": None, "organization_id": None}
    value = record("people", "teacher.registered.v1", key, 1, data).value
    with psycopg.connect(settings.require_database(), autocommit=True) as connection:
        enter(connection, live_generation(connection), for_session=True)
        statement = "UPDATE dead_letters SET value = %s WHERE key = %s"
        return connection.execute(statement, (value, key)).rowcount == 1


def drifted(settings: Settings, key: str) -> bool:
    """Whether the row of a teacher is there; somebody has changed it from then on."""
    with psycopg.connect(settings.require_database(), autocommit=True) as connection:
        enter(connection, live_generation(connection), for_session=True)
        statement = "UPDATE teachers SET name = 'Mallory' WHERE teacher_id = %s"
        return connection.execute(statement, (key,)).rowcount == 1


def test_an_operator_retries_a_letter_and_the_number_changes(
    new_page: Callable[..., Page], living_settings: Settings
) -> None:
    wrong = b'{"teacher_id": "T-90", "name": 5, "email": null, "organization_id": null}'
    run_beside(publish_teacher(living_settings, "T-90", value=wrong))
    wait_for(lambda: mended(living_settings, "T-90"), 30)
    page = new_page("operator", allowed=["409"])
    page.goto("/console")
    count = page.locator("#dead-letters-count")
    expect(count).to_have_text("1", timeout=SOON)
    assert axe_in_both_schemes(page) == []
    late = page.context.new_page()
    late.goto("/console")
    late.get_by_role("button", name="Discard", exact=False).click()
    expect(late.get_by_role("heading", level=1)).to_contain_text("for ever?")
    assert axe_in_both_schemes(late) == []
    page.get_by_role("button", name="Retry", exact=False).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Retry")
    assert axe_in_both_schemes(page) == []
    page.get_by_label("Why").fill("the publisher has mended it")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator(".deed")).to_contain_text("Applied.")
    expect(page.get_by_text("No dead letters, no holes.")).to_be_visible()
    expect(count).to_have_text("0", timeout=SOON)
    # Whoever had the question open is told that it is answered.
    late.get_by_label("Why").fill("nobody needs it")
    late.get_by_role("button", name="Discard").click()
    expect(late.get_by_role("heading", name="Not done", level=1)).to_be_visible()
    assert axe_in_both_schemes(late) == []


@at_full_strength
def test_explain_leads_from_a_number_to_its_event(
    new_page: Callable[..., Page], living_settings: Settings
) -> None:
    run_beside(publish_teacher(living_settings, "T-91"))
    wait_for(lambda: drifted(living_settings, "T-91"), 30)
    page = new_page("operator", allowed=["503"])
    page.goto("/console/verify")
    page.get_by_label("Table").select_option("teachers")
    page.get_by_role("button", name="Verify").click()
    page.goto("/console/verify")
    number = page.get_by_role("link", name="T-91 name: why?")
    expect(number).to_be_visible()
    assert axe_in_both_schemes(page) == []
    event = page.get_by_role("table").filter(has_text="teacher.registered.v1")
    follow(page, number, event)
    expect(page.get_by_role("heading", level=1)).to_have_text("Explain")
    page.get_by_role("link", name="teacher T-91").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A subject's life")
    step = page.locator(".step.applied")
    expect(step).to_contain_text("teacher.registered.v1", timeout=SOON)
    step.get_by_text("The row after it").click()
    value = step.locator("details dd").filter(has_text="Ada").get_by_role("link")
    follow(page, value, event)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Explain").click()
    assert axe_in_both_schemes(page) == []
    page.get_by_label("Table").select_option("teacher_stats")
    page.get_by_label("Key").fill("T-1")
    page.get_by_label("Column").fill("classes")
    page.get_by_role("button", name="Explain").click()
    expect(page.locator(".explained-value")).to_contain_text("teacher_stats T-1 classes =")


def test_everybody_can_read_what_a_rebuild_would_change(
    new_page: Callable[..., Page], living_settings: Settings
) -> None:
    row = Difference("teachers", "T-1", "name", "Ada Lovelace", "Ada King")
    table = TableDifference("teachers", 3, changed=1, examples=[row], untouched=True)
    report = asdict(Report([table, TableDifference("classes", 5)], {}, {}))
    url = living_settings.require_database()
    with ActiveRebuild.take(url, RebuildOptions(), lambda _: "g0002", lambda *_: None) as active:
        active.report(report)
    page = new_page("operator")
    page.goto("/console/generations/swap")
    expect(page.get_by_role("button", name="Swap").first).to_be_visible()
    expect(page.get_by_role("link", name="T-1 name: why?")).to_be_visible()
    assert axe_in_both_schemes(page) == []
    abort(url, 10)
