"""Nobody is led to another site by signing in."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from homeroom.api.pages.own_paths import asked_page, own_path

OURS = "https://homeroom.example"


@pytest.mark.parametrize(
    "path", ["/", "/teacher", "/console/subjects/exam/E%2F1?at=2", "/students?q=a%20b&x=[]"[:-2]]
)
def test_our_own_pages_are_kept(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "text",
    [
        "", "teacher", "https://evil.example", "//evil.example", "///evil.example",
        "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example",
        "\t//evil.example",
        "/teacher\r\nSet-Cookie: a=b", "/teacher\n", "javascript:alert(1)", "/a b", "/é",
        "/a\x00", "/" + "a" * 3_000, "/sign-in", "/sign-in?next=/teacher", "/sign-out", "/assets/x",
        "/sign-in/begin", " /teacher", "/@evil\\", "/teacher#//evil", "/teacher\u2028",
    ],
)  # fmt: skip
def test_all_else_leads_to_the_first_page(text: str) -> None:
    assert own_path(text) == "/"


@given(st.text() | st.text("/\\.:@%?#\t\r\n evilcomhtps"))
def test_whatever_is_asked_for_stays_here(text: str) -> None:
    led = urlsplit(urljoin(f"{OURS}/sign-in", own_path(text)))
    assert f"{led.scheme}://{led.netloc}" == OURS


def request(method: str, path: str, root_path: str = "", **headers: str) -> Request:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({
        "type": "http", "method": method, "path": root_path + path.partition("?")[0],
        "root_path": root_path, "query_string": path.partition("?")[2].encode(), "headers": sent,
    })  # fmt: skip


def test_the_page_that_was_asked_for_is_that_which_the_browser_shows() -> None:
    shown = {"hx_current_url": f"{OURS}/homeroom/teacher/exams?q=a", "hx_request": "true"}
    assert asked_page(request("GET", "/teacher?a=1")) == "/teacher?a=1"
    assert asked_page(request("GET", "/console/é a")) == "/console/%C3%A9%20a"
    assert asked_page(request("GET", "/part", "/homeroom", **shown)) == "/teacher/exams?q=a"
    # What changes something has no page of its own.
    form = request("POST", "/student/habits", referer=f"{OURS}/student?day=1")
    assert asked_page(form) == "/student?day=1"
    assert asked_page(request("POST", "/student/habits")) == "/"
    assert asked_page(request("GET", "/x", hx_current_url="https://[evil")) == "/"
