"""Whoever cannot use a mouse, or see, can use every page, in both schemes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support.browser import school
from tests.support.browser.axe import axe
from tests.support.browser.looking import View
from tests.support.browser.visits import VISITS, Visit


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.name)
def test_axe_finds_nothing(new_page: Callable[..., Page], visit: Visit, scheme: str) -> None:
    page = new_page(visit.person, View(scheme=scheme))
    page.goto(visit.path.format(**school.IDS))
    found = axe(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [360, 3840])
@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.name)
def test_nothing_is_wider_than_the_window(
    new_page: Callable[..., Page], visit: Visit, width: int
) -> None:
    page = new_page(visit.person, View(width=width))
    page.goto(visit.path.format(**school.IDS))
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
