"""Requests that are refused for their form, with the envelope of the surface."""

import pytest

from homeroom.api import tokens
from homeroom.api.bodies import BODY_BYTES_MAX
from tests.support.readmodel import TEACHER

LOGS = "/api/v1/student/habits/logs"


def refused(answer, status, text):
    assert answer.status_code == status
    assert text in answer.json()["message"]
    assert answer.json()["requestId"] == answer.headers["x-request-id"]
    return True


@pytest.mark.parametrize(
    "raw", ["/api/teachers/%ff/dashboard/stats", "/%C3", "/a%80b", "/%ed%a0%80"]
)
async def test_a_path_that_is_no_utf_8_is_400(api, raw):
    assert refused(await api.get(raw), 400, "path is no UTF-8")


@pytest.mark.parametrize("query", ["limit=%ff", "status=%C3%28", "%fe"])
async def test_a_query_that_is_no_utf_8_is_400(api, query):
    path = f"/api/teachers/{TEACHER}/dashboard/exams/recent"
    assert refused(await api.get(f"{path}?{query}"), 400, "query is no UTF-8")


async def test_other_letters_of_any_script_are_looked_at_as_usual(api):
    assert (await api.get("/api/teachers/%C3%A9/dashboard/stats")).json()["message"] == (
        "Invalid teacher ID format"
    )


@pytest.mark.parametrize(
    ("hosts", "text"),
    [
        ([], "Host is missing"),
        (["a", "a"], "more than once"),
        (["a b"], "no host"),
        (["[::1"], "no host"),
        (["a/b"], "no host"),
        (["user@a"], "no host"),
        ([""], "no host"),
    ],
)
async def test_a_host_that_is_missing_repeated_or_malformed_is_400(api, hosts, text):
    request = api.client.build_request("GET", "/healthz")
    del request.headers["host"]
    request.headers = type(request.headers)(
        [*request.headers.raw, *((b"host", host.encode()) for host in hosts)]
    )
    assert refused(await api.client.send(request), 400, text)


@pytest.mark.parametrize("host", ["a", "a.b:80", "[::1]:8000", "127.0.0.1", "a:"])
async def test_every_host_of_the_right_form_is_taken(api, host):
    assert (await api.get("/healthz", Host=host)).status_code == 200


@pytest.fixture
def post(api):
    """Posts to the habit logs as a student."""

    async def send(content, **headers):
        sent = {"Authorization": f"Bearer {tokens.issue(api.settings, 'S-1', 'student')}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await api.client.post(LOGS, content=content, headers=sent)

    return send


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "x",
        "",
    ],
)
async def test_another_content_type_than_json_is_415(post, content_type):
    answer = await post(b'{"logs":[]}', Content_Type=content_type)
    assert (answer.status_code, answer.headers["accept"]) == (415, "application/json")
    assert answer.json() == {"error": "The body must be application/json in UTF-8"}


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip", "x"])
async def test_another_encoding_is_415(post, encoding):
    answer = await post(b"x", Content_Type="application/json", Content_Encoding=encoding)
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content_Type": "application/json"},
        {"Content_Type": "Application/JSON; charset=UTF-8", "Content_Encoding": "identity"},
    ],
)
async def test_json_is_taken_as_it_is_usually_sent(post, headers):
    assert (await post(b"{", **headers)).status_code == 400


async def test_a_body_over_the_limit_is_413_however_it_is_sent(post):
    async def chunks():
        for _ in range(BODY_BYTES_MAX // 65_536 + 1):
            yield b" " * 65_536

    for content in (b" " * (BODY_BYTES_MAX + 1), chunks()):
        answer = await post(content, Content_Type="application/json")
        assert answer.status_code == 413
        assert answer.json() == {"error": "The body has more than 1,048,576 bytes"}


async def test_no_method_that_a_path_lacks_is_taken_and_those_it_has_are_named(api):
    for path, allowed in (("/healthz", "GET, HEAD"), (LOGS, "POST")):
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "BREW"):
            answer = await api.client.request(method, path)
            assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


async def test_every_answer_says_how_browsers_must_read_it(serve, settings):
    async with serve(settings.model_copy(update={"hsts_seconds": 300})) as api:
        for path in ("/healthz", "/nowhere", "/api/teachers/%ff/dashboard/stats", "/docs"):
            answer = await api.get(path)
            assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
            assert answer.headers.get_list("referrer-policy") == ["no-referrer"]
            assert answer.headers.get_list("strict-transport-security") == ["max-age=300"]
    async with serve(settings) as api:
        assert "strict-transport-security" not in (await api.get("/healthz")).headers
