"""What holds for every answer, and what operators and browsers ask for."""

import re

import httpx
import pytest

from homeroom.api.app import create_app
from homeroom.api.middleware import REQUEST_ID
from homeroom.statements import load

PREFLIGHT = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x"}


@pytest.mark.parametrize("given", ["x", "a-B_9.z", "x" * 128])
async def test_an_answer_carries_the_callers_own_request_id(api, given):
    answer = await api.get("/healthz", X_Request_Id=given)
    assert answer.headers["x-request-id"] == given


@pytest.mark.parametrize("given", [None, "", "x" * 129, "a b", "é", "a\tb", "a/b"])
async def test_another_id_is_replaced_by_a_new_one(api, given):
    sent = given.encode("latin-1") if given else given
    one, two = [(await api.get("/nowhere", X_Request_Id=sent)) for _ in range(2)]
    assert re.fullmatch("[0-9a-f]{32}", one.headers["x-request-id"])
    assert one.headers["x-request-id"] != two.headers["x-request-id"]
    assert one.json()["requestId"] == one.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/", "/nowhere", "/healthz/", "/api/teachers/T-1/dashboard/x"])
async def test_an_unknown_path_is_404(api, path):
    answer = await api.get(path, X_Request_Id="r")
    assert answer.status_code == 404
    assert answer.content == b'{"success":false,"message":"Not found","requestId":"r"}'


async def test_an_unknown_method_is_405(api):
    answer = await api.client.post("/healthz", headers={"X-Request-Id": "r"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.content == b'{"success":false,"message":"Method not allowed","requestId":"r"}'


async def test_what_nobody_foresaw_is_500_with_the_envelope(settings):
    app = create_app(settings)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("secret detail")

    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://homeroom") as client:
        answer = await client.get("/broken", headers={"X-Request-Id": "r"})
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] == "r"
    assert answer.content == b'{"success":false,"message":"Internal server error","requestId":"r"}'


async def test_the_process_lives_and_is_ready(api):
    assert (await api.get("/healthz")).json() == {"status": "ok"}
    assert (await api.get("/readyz")).json() == {"status": "ready", "generation": "g0001"}


async def test_the_metrics_count_answers_by_route_method_and_status(own_api, tables):
    tables.insert("teachers")
    await own_api.dashboard("stats")
    await own_api.dashboard("stats", Authorization=None)
    await own_api.get("/nowhere")
    await own_api.client.request("BREW", "/healthz")
    answer = await own_api.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    route = "/api/teachers/{teacherId}/dashboard/stats"
    for labels in (
        f'{{method="GET",route="{route}",status="200"}}',
        f'{{method="GET",route="{route}",status="401"}}',
        '{method="GET",route="unmatched",status="404"}',
        '{method="other",route="/healthz",status="405"}',
    ):
        assert f"homeroom_http_request_seconds_count{labels} 1.0" in answer.text
    assert "homeroom_waiters 0.0" in answer.text
    assert "homeroom_pool_connections " in answer.text
    assert "homeroom_pool_requests_total " in answer.text


async def test_browsers_of_known_origins_may_ask_and_read_the_headers(serve, settings):
    known = settings.model_copy(update={"cors_origins": "https://a.example, https://b.example"})
    async with serve(known) as api:
        for origin in ("https://a.example", "https://b.example"):
            answer = await api.dashboard("stats", Origin=origin)
            assert answer.headers["access-control-allow-origin"] == origin
            exposed = set(answer.headers["access-control-expose-headers"].split(", "))
            assert exposed == {
                "Homeroom-As-Of",
                "Homeroom-Generation",
                "Homeroom-Incomplete-Since",
                "Homeroom-Position",
                "ETag",
                "Link",
                "Retry-After",
                "WWW-Authenticate",
                REQUEST_ID,
                "X-Correlation-ID",
                "RateLimit-Limit",
                "RateLimit-Remaining",
                "RateLimit-Reset",
            }
        ids = "x-request-id, x-correlation-id"
        asked = f"authorization, homeroom-wait-for, homeroom-wait-seconds, {ids}"
        sent = PREFLIGHT | {"Origin": origin, "Access-Control-Request-Headers": asked}
        answer = await api.client.options("/api/teachers/T-1/dashboard/stats", headers=sent)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == origin
        assert "x-request-id" in answer.headers
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            sent = {"Origin": origin, "Access-Control-Request-Method": method,
                    "Access-Control-Request-Headers": "authorization, content-type"}  # fmt: skip
            answer = await api.client.options("/api/teachers/resources/R-1", headers=sent)
            assert answer.status_code == 200
            assert method in answer.headers["access-control-allow-methods"]


async def test_browsers_of_other_origins_may_not(serve, settings):
    known = settings.model_copy(update={"cors_origins": "https://a.example"})
    async with serve(known) as api:
        answer = await api.dashboard("stats", Origin="https://evil.example")
        assert "access-control-allow-origin" not in answer.headers
        sent = PREFLIGHT | {"Origin": "https://evil.example"}
        answer = await api.client.options("/healthz", headers=sent)
        assert answer.status_code == 400
        assert answer.json()["requestId"] == answer.headers["x-request-id"]


async def test_errors_can_be_read_by_browsers_too(serve, settings):
    known = settings.model_copy(update={"cors_origins": "https://a.example"})
    async with serve(known) as api:
        answer = await api.dashboard("stats", Origin="https://a.example", Authorization=None)
        assert answer.status_code == 401
        assert answer.headers["access-control-allow-origin"] == "https://a.example"


async def test_the_documentation_names_every_field_as_it_is_answered(api, tables):
    tables.insert("teachers")
    tables.insert("teacher_exams", {"exam_id": "E"})
    tables.insert("teacher_question_banks", {"question_bank_id": "B"})
    tables.insert("teacher_classes", {"class_id": "C"})
    tables.insert("teacher_assignments", {"assignment_id": "A"})
    schemas = (await api.get("/openapi.json")).json()["components"]["schemas"]
    for path, name, list_name in (
        ("stats", "Stats", None),
        ("navigation-counts", "NavigationCounts", None),
        ("exams/recent", "RecentExam", "exams"),
        ("question-banks/recent", "RecentQuestionBank", "questionBanks"),
        ("classes/recent", "RecentClass", "classes"),
        ("assignments/recent", "RecentAssignment", "assignments"),
    ):
        data = (await api.dashboard(path)).json()["data"]
        shown = data[list_name][0] if list_name else data
        assert list(schemas[name]["properties"]) == list(shown)
        assert list(schemas[name]["required"]) == list(shown)
    assert (await api.get("/docs")).status_code == 200


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("statement", "homeroom.queries"), ("positions", "homeroom.queries"),
        ("tokens", "homeroom.queries"), ("teacher", "homeroom.api.teacher"),
        ("student", "homeroom.api.student"),
    ],
)  # fmt: skip
def test_every_statement_is_named_and_described(module, package):
    statements = load(module, package)
    assert statements
    for name, statement in statements.items():
        assert statement.startswith(b"-- "), name
