"""Somebody signs in with a browser, comes to the page that was asked for, and signs out."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.browser.axe import axe, axe_in_both_schemes
from tests.support.browser.signing_in import sign_in


def test_a_person_signs_in_where_asked_for_and_out(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto("/teacher?from=a-letter")
    expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()
    assert axe(page) == []
    sign_in(page, "teacher")
    page.wait_for_url("**/teacher?from=a-letter")
    expect(page.get_by_role("heading", name="Dashboard", level=1)).to_be_visible()
    # What was signed in to is not left by the browser's memory of the page.
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    expect(page.get_by_role("link", name="Sign out there, too")).to_be_visible()
    assert axe_in_both_schemes(page) == []
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()


def test_who_may_not_see_a_page_is_told_so_on_a_page(new_page: Callable[..., Page]) -> None:
    page = new_page("student", allowed=["403"])
    page.goto("/teacher")
    expect(page.get_by_role("heading", name="You may not see this page")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="To the first page").click()
    page.wait_for_url("**/student")
