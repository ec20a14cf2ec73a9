"""What happens while somebody looks."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support.commands import Service


@pytest.fixture
def site(living_service: Service) -> Service:
    return living_service


def test_the_living_school_is_the_same(new_page: Callable[..., Page]) -> None:
    page = new_page("teacher")
    page.goto("/teacher")
    assert page.title()
