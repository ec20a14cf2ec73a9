"""What a browser's pages must rest on is known from a cookie of the service's own, for a while."""

from collections.abc import Mapping

import pytest
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.seen_positions import COOKIE, SeenPositions
from homeroom.queries.positions import Partition

HELD = {("p-people", 0): 7, ("p-classes", 3): 2**40}
KEY = b"a key of the tests, longer than 32 bytes"


def asked(cookie: str = "", waited_for: Mapping[Partition, int] | None = None) -> Request:
    """A request with this cookie, which has waited for these positions."""
    headers = [(b"cookie", f"{COOKIE}={cookie}".encode())] if cookie else []
    scope = {"type": "http", "scheme": "http", "server": ("localhost", 80), "path": "/",
             "headers": headers, "query_string": b""}  # fmt: skip
    request = Request(scope)
    request.state.waited_for = waited_for or {}
    return request


def kept(key: bytes, waited_for: Mapping[Partition, int], seconds: float = 30) -> str:
    """The cookie of an answer; empty where there is none."""
    response = Response()
    SeenPositions(key, seconds).keep(asked(waited_for=waited_for), response)
    return response.headers.get("set-cookie", "").partition(";")[0].removeprefix(f"{COOKIE}=")


def test_the_next_pages_rest_on_what_a_form_has_waited_for() -> None:
    assert SeenPositions(KEY, 30).of(asked(kept(KEY, HELD))) == HELD


@pytest.mark.parametrize("cookie", ["", "x", kept(b"another key, longer than 32 bytes too", HELD),
                                    kept(KEY, HELD, seconds=-5)])  # fmt: skip
def test_a_cookie_of_others_or_of_long_ago_says_nothing(cookie: str) -> None:
    assert SeenPositions(KEY, 30).of(asked(cookie)) == {}


def test_who_has_waited_for_nothing_gets_no_cookie_and_nobody_one_that_browsers_drop() -> None:
    assert kept(KEY, {}) == ""
    assert kept(KEY, {("p-people", number): 7 for number in range(500)}) == ""
