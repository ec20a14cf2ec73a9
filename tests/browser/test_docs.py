"""The page of the documentation in a real browser."""

from playwright.sync_api import Page, expect

from tests.support.strength import at_full_strength


@at_full_strength
def test_the_documentation_shows_the_surfaces_and_one_of_their_requests(page: Page) -> None:
    page.goto("/docs")
    expect(page.get_by_role("heading", name="homeroom")).to_be_visible()
    surface = page.locator(".opblock-tag-section", has_text="student's dashboard")
    surface.locator(".opblock-summary-control").first.click()
    expect(surface.get_by_role("heading", name="Responses")).to_be_visible()
