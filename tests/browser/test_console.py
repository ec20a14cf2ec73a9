"""An operator at the console: a letter is retried, and a number leads to its event."""

from collections.abc import Callable

import psycopg
import pytest
from playwright.sync_api import Page, expect

from homeroom.engine.generations.registry import enter, live_generation
from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.browser.loops import run_beside
from tests.support.commands import Service
from tests.support.feed import record
from tests.support.publishing import publish_teacher

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


def test_an_operator_retries_a_letter_and_the_number_changes(
    new_page: Callable[..., Page], living_settings: Settings
) -> None:
    wrong = b'{"teacher_id": "T-90", "name": 5, "email": null, "organization_id": null}'
    run_beside(publish_teacher(living_settings, "T-90", value=wrong))
    wait_for(lambda: mended(living_settings, "T-90"), 30)
    page = new_page("operator")
    page.goto("/console")
    count = page.locator("#dead-letters-count")
    expect(count).to_have_text("1", timeout=SOON)
    page.get_by_role("button", name="Retry", exact=False).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Retry")
    page.get_by_label("Why").fill("the publisher has mended it")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator(".deed")).to_contain_text("Applied.")
    expect(page.get_by_text("No dead letters, no holes.")).to_be_visible()
    expect(count).to_have_text("0", timeout=SOON)


def test_explain_leads_from_a_number_to_its_event(
    new_page: Callable[..., Page], living_settings: Settings
) -> None:
    run_beside(publish_teacher(living_settings, "T-91"))
    page = new_page("operator", allowed=["404"])

    def explained() -> bool:
        answer = page.goto("/console/explain/teachers/T-91/name")
        return answer is not None and answer.ok

    wait_for(explained, 30)
    expect(page.get_by_role("heading", level=1)).to_have_text("Explain")
    expect(page.get_by_text("teacher.registered.v1").first).to_be_visible()
    page.get_by_role("link", name="teacher T-91").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("teacher T-91")
    step = page.locator(".step.applied")
    expect(step).to_contain_text("teacher.registered.v1", timeout=SOON)
    step.get_by_text("The row after it").click()
    expect(step.locator("details dd").filter(has_text="Ada")).to_be_visible()
