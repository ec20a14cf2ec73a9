"""Signing in at the pages: through the identity provider, as people do, or already done."""

import json
from functools import cache

from playwright.sync_api import Page
from pydantic import SecretStr

from homeroom.api.app import create_app
from homeroom.settings import Settings
from tests.support.browser.people import PEOPLE, SignedIn
from tests.support.browser.provider import CLIENT_ID, CLIENT_SECRET
from tests.support.signing_in import SESSION_SECRET, session_cookie


def pages_on(settings: Settings, provider_url: str) -> Settings:
    """The same settings, with which the service also shows pages.

    Without a provider it shows those of the demo: people sign in with one click.
    """
    secret = {"session_secret": SecretStr(SESSION_SECRET)}
    if not provider_url:
        return settings.model_copy(update=secret | {"demo_people": _demo_people()})
    client = {"oidc_client_id": CLIENT_ID, "oidc_client_secret": SecretStr(CLIENT_SECRET)}
    return settings.model_copy(update=secret | client | {"oidc_issuer": provider_url})


def _demo_people() -> str:
    return json.dumps(
        [
            {"sub": who.sub, "role": who.role, "name": who.name or who.sub, "about": name}
            for name, who in PEOPLE.items()
            if who.organization_id is None
        ]
    )


def sign_in(page: Page, person: str) -> None:
    """From the sign-in page, through the provider's, to the page that was asked for."""
    page.get_by_role("link", name="Sign in").or_(page.get_by_role("button", name="Sign in")).click()
    page.get_by_role("button", name=PEOPLE[person].sub, exact=True).click()


@cache
def cookie_of(who: SignedIn) -> tuple[str, str]:
    """Name and value of the cookie of somebody who has signed in at a service of `pages_on`."""
    # Nothing is read from a database, and no token is made or verified.
    unused = Settings(database_url="postgresql://unused", jwt_secret=SecretStr("unused " * 5))
    settings = pages_on(unused, "")
    app = create_app(settings)
    made = session_cookie(app, settings, who.sub, who.role, who.organization_id, who.name)
    return next(iter(made.items()))
