"""Pages go out compressed where their user asked for them, and never where another site did."""

import gzip
import re

import pytest

from tests.integration.pages.conftest import PagesClient
from tests.support.readmodel import Tables

TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


@pytest.fixture
def browser(pages: PagesClient, tables: Tables) -> PagesClient:
    """A teacher who is signed in."""
    tables.insert("teachers")
    pages.sign_in()
    return pages


async def encoding_of(browser: PagesClient, path: str = "/teacher", **headers: str) -> str:
    answer = await browser.get(path, **headers)
    assert "Accept-Encoding, Sec-Fetch-Site" in answer.headers["Vary"]
    return answer.headers.get("Content-Encoding", "")


@pytest.mark.parametrize("asked", ["none", "same-origin"])
async def test_what_its_user_asks_for_is_compressed(browser: PagesClient, asked: str) -> None:
    answer = await browser.get("/teacher", Sec_Fetch_Site=asked)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert 3 * answer.num_bytes_downloaded < len(answer.content)
    plain = await browser.get("/teacher")
    assert TOKEN.sub("", answer.text).partition("<body")[0] == plain.text.partition("<body")[0]
    assert await encoding_of(browser, Sec_Fetch_Site=asked, Accept_Encoding="identity") == ""


@pytest.mark.parametrize("asked", ["cross-site", "same-site", "", "NONE"])
async def test_what_another_site_has_chosen_is_not(browser: PagesClient, asked: str) -> None:
    for path in ("/teacher", "/teacher/exams?q=guess", "/teacher/nowhere"):
        assert await encoding_of(browser, path, Sec_Fetch_Site=asked) == ""
    # Nor what a browser asks for that does not say who did.
    assert await encoding_of(browser) == ""


async def test_without_a_session_nothing_is_compressed(pages: PagesClient) -> None:
    answer = await pages.get("/sign-in", Sec_Fetch_Site="none")
    assert "Content-Encoding" not in answer.headers


async def test_the_token_of_a_form_is_another_text_each_time_and_each_does(
    browser: PagesClient,
) -> None:
    shown = [(await browser.get("/teacher", Sec_Fetch_Site="none")).text for _ in range(3)]
    tokens = [set(TOKEN.findall(page)) for page in shown]
    assert len(set[str]().union(*tokens)) == 3
    lengths = {len(gzip.compress(page.encode(), 5, mtime=0)) for page in shown}
    assert max(lengths) - min(lengths) < 100
    (first,), (last,) = tokens[0], tokens[-1]
    answer = await browser.client.post("/sign-out", data={"csrf_token": last[:64] + first[64:]})
    assert answer.status_code == 403
    answer = await browser.client.post("/sign-out", data={"csrf_token": first})
    assert answer.status_code == 303
