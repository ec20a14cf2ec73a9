"""What the browser of these tests sees, and the identity provider at which people sign in."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from playwright.sync_api import Browser, Page

from tests.support import wait_for
from tests.support.browser.axe import axe
from tests.support.browser.looking import Looking, looking
from tests.support.browser.people import PEOPLE
from tests.support.browser.provider import CLIENT_ID, CLIENT_SECRET
from tests.support.commands import Service

# An answer that lets a browser load nothing, and run no script.
STRICT = "/healthz"
# A small page, whose scripts may ask the service.
LIGHT = "/sign-in"


@pytest.fixture
def seen(new_page: Callable[..., Page], browser: Browser, site: Service) -> Iterator[Looking]:
    """A context of the test's own: what goes wrong in it is what the test asks for."""
    assert new_page
    with looking(browser, [site.address]) as found:
        yield found


@pytest.mark.parametrize(
    ("path", "script", "said"),
    [
        (LIGHT, "console.error('broken')", "on the console: broken"),
        (LIGHT, "setTimeout(() => { throw new Error('lost') })", "error on the page: lost"),
        (
            "about:blank",
            "fetch('http://127.0.0.2:9/x').catch(() => {})",
            "request to another host: http://127.0",
        ),
        (LIGHT, "fetch('/nowhere')", "status of 404"),
    ],
)
def test_what_goes_wrong_behind_a_page_is_told(
    seen: Looking, path: str, script: str, said: str
) -> None:
    page = seen.context.new_page()
    page.goto(path)
    page.evaluate(f"() => {{ {script} }}")

    def told() -> bool:
        # What the browser tells comes with the answers to what it is asked.
        page.evaluate("() => new Promise(requestAnimationFrame)")
        return any(said in wrong for wrong in seen.wrong)

    wait_for(told, 5)


def test_what_the_policy_of_a_page_refuses_is_told(seen: Looking) -> None:
    page = seen.context.new_page()
    page.goto(STRICT)
    with page.expect_console_message():
        page.evaluate(
            "() => document.body.append(Object.assign(document.createElement('script'), "
            "{text: 'window.ran = true'}))"
        )
    assert any("Content Security Policy" in wrong for wrong in seen.wrong), seen.wrong
    assert page.evaluate("() => window.ran") is None


def test_axe_tells_what_is_wrong_under_the_strictest_policy(page: Page) -> None:
    page.goto(STRICT)
    page.evaluate("() => { document.body.innerHTML = '<main><h1>One</h1><input></main>' }")
    assert any(text.startswith("label (critical)") for text in axe(page))
    page.evaluate("() => { document.documentElement.lang = 'en'; document.title = 'One' }")
    page.evaluate("() => document.querySelector('input').remove()")
    assert axe(page) == []


async def test_coroutines_run_beside_the_browser(browser: Browser) -> None:
    assert browser.is_connected
    await asyncio.sleep(0)


def _code(provider_url: str, **asked: str) -> httpx.Response:
    """What the provider answers to somebody who chooses to be a teacher."""
    params = {"client_id": CLIENT_ID, "redirect_uri": "http://127.0.0.1/back", "state": "s",
              "response_type": "code", "scope": "openid"}  # fmt: skip
    form = {"sub": PEOPLE["teacher of two schools"].sub}
    return httpx.post(f"{provider_url}/oauth2/authorize", params=params | asked, data=form)


def test_the_provider_holds_clients_to_their_secret_and_to_the_challenge(provider_url: str) -> None:
    verifier = "v" * 43
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert _code(provider_url).status_code == 400

    def redeem(verifier: str, secret: str) -> httpx.Response:
        to = _code(provider_url, code_challenge=challenge, code_challenge_method="S256")
        code = parse_qs(urlsplit(to.headers["location"]).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier,
                "redirect_uri": "http://127.0.0.1/back"}  # fmt: skip
        return httpx.post(f"{provider_url}/oauth2/token", data=form, auth=(CLIENT_ID, secret))

    assert redeem(verifier, "another").status_code == 401
    assert redeem("w" * 43, CLIENT_SECRET).status_code == 400
    token = redeem(verifier, CLIENT_SECRET).json()["id_token"]
    key = jwt.PyJWKClient(f"{provider_url}/jwks").get_signing_keys()[0]
    claims = jwt.decode(token, key, ["RS256"], audience=CLIENT_ID, issuer=provider_url)
    told = PEOPLE["teacher of two schools"].claims
    assert {name: claims[name] for name in told} == told
