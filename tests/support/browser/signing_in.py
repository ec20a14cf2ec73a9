"""Signing in at the pages, through the identity provider, as people do."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page

from homeroom.settings import Settings
from tests.support.browser.looking import looking
from tests.support.browser.people import PEOPLE
from tests.support.browser.provider import CLIENT_ID, CLIENT_SECRET

# Where who has not signed in is led to, and comes from.
SIGN_IN = "/sign-in"


def pages_on(settings: Settings, provider_url: str) -> Settings:
    """The same settings, with which the service also shows pages."""
    return settings.model_copy(
        update={
            "oidc_issuer": provider_url,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": CLIENT_SECRET,
        }
    )


def sign_in(page: Page, person: str) -> None:
    """From the sign-in page, through the provider's, to the page that was asked for."""
    page.get_by_role("link", name="Sign in").or_(page.get_by_role("button", name="Sign in")).click()
    page.get_by_role("button", name=PEOPLE[person].sub, exact=True).click()


def cookies_of(browser: Browser, origins: Sequence[str], person: str, folder: Path) -> Path:
    """The file of the cookies of somebody who has signed in, made once for each service."""
    file = folder / f"{quote(origins[0], safe='')}-{person}.json"
    if not file.exists():
        with looking(browser, origins) as found:
            page = found.context.new_page()
            page.goto(SIGN_IN)
            sign_in(page, person)
            page.wait_for_url(f"{origins[0]}/**")
            assert not found.wrong, found.wrong
            found.context.storage_state(path=file)
    return file
