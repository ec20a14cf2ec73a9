"""Batches of essays, published to a real broker, as clients of teachers and services see them."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from homeroom.api import tokens
from homeroom.client import (
    Batches,
    BatchNotFound,
    ClassInfo,
    HttpBatches,
    KeyRefused,
    RequestRefused,
)
from homeroom.settings import Settings
from tests.model.batches import CLIENTS
from tests.support.commands import Service
from tests.support.essays import (
    CLASSES,
    EDITOR,
    STATUSES,
    TEACHER,
    EssayService,
    batch_id,
    say_classes,
    say_statuses,
)
from tests.support.habits import publish

PATHS = ("/v1/teacher/dashboard", "/bff/v1/teacher/dashboard")
OLD, NEW, OTHER = ("old-" * 8, "new-" * 8, "other")
KEYS = {"X-Service-ID": "essays", "X-Internal-API-Key": NEW}
SHA256_OF_OTHER = hashlib.sha256(OTHER.encode()).hexdigest()
NOBODYS = batch_id(0xFFFF)


@pytest.fixture(scope="module")
def file_settings(file_settings: Settings) -> Settings:
    keys = f"essays={OLD}, essays={NEW}, reports=sha256:{SHA256_OF_OTHER}"
    return file_settings.model_copy(update={"internal_api_keys": SecretStr(keys)})


@pytest.fixture(scope="module")
def told(projected: Settings, service: Service) -> Service:
    """The service, whose tables hold all of it; the essays came before what they are of."""
    said = EssayService()
    say_statuses(said)
    say_classes(said)
    position = asyncio.run(publish(projected, reversed(said.events)))
    headers = KEYS | {"Homeroom-Wait-For": position, "Homeroom-Wait-Seconds": "10"}
    answer = service.get("/internal/v1/batches/class-info", {}, headers)
    assert (answer.status_code, answer.json()) == (200, {})
    return service


@pytest.fixture
def board(told: Service, projected: Settings) -> Any:
    """Asks as a teacher's client."""

    def ask(
        path: str = PATHS[0], who: str = EDITOR, role: str = "teacher", **params: object
    ) -> httpx.Response:
        token = tokens.issue(projected, who, role)
        sent = {name: str(value) for name, value in params.items()}
        return told.get(path, sent, {"Authorization": f"Bearer {token}"})

    return ask


def listed(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [batch["batch_id"] for batch in answer.json()["batches"]]


def test_a_teacher_sees_the_batches_the_newest_first(board: Any) -> None:
    first, second = (board(path, limit=100) for path in PATHS)
    assert first.content == second.content
    body = first.json()
    assert list(body) == ["batches", "total_count", "limit", "offset"]
    assert (body["total_count"], body["limit"], body["offset"]) == (len(STATUSES), 100, 0)
    assert listed(first) == [batch_id(n) for n in reversed(range(len(STATUSES)))]
    assert body["batches"][-2] == {
        "batch_id": batch_id(1), "title": "Untitled Batch", "class_name": None,
        "status": "pending_content", "total_essays": 1, "completed_essays": 7,
        "created_at": "2026-03-01T01:00:00Z",
    }  # fmt: skip
    assert body["batches"][-3]["title"] == "Essays 2"
    (drama,) = [b for b in board(who=TEACHER).json()["batches"] if b["batch_id"] == batch_id(100)]
    assert (drama["class_name"], drama["completed_essays"]) == ("Drama", 0)


def test_the_board_says_the_clients_statuses(board: Any) -> None:
    shown = {b["batch_id"]: b["status"] for b in board(limit=100).json()["batches"]}
    assert shown == {
        batch_id(n): CLIENTS.get(status, "pending_content") for n, status in enumerate(STATUSES)
    }
    for status in {*CLIENTS.values()}:
        found = board(status=status)
        assert listed(found) == [i for i, s in shown.items() if s == status], status
        assert found.json()["total_count"] == len(listed(found))
    assert listed(board(status="")) == listed(board())


def test_pages_follow_each_other(board: Any, told: Service) -> None:
    everything = listed(board())
    assert listed(board(limit=5, offset=10)) == everything[10:15]
    first = board(limit=5, status="processing")
    assert (len(listed(first)), first.headers.get("link")) == (4, None)
    found, answer = listed(board(limit=5)), board(limit=5)
    while link := answer.headers.get("link"):
        path, query = re.fullmatch(r'<([^?]*)\?(.*)>; rel="next"', link).groups()  # type: ignore[union-attr]
        answer = board(path, **dict(httpx.QueryParams(query)))
        found += listed(answer)
    assert found == everything
    # Behind the last one there is no page, though it is full.
    last = {"limit": "1", "offset": str(len(everything) - 1)}
    assert "link" not in board(**last).headers
    path = f"/internal/v1/batches/user/{EDITOR}"
    assert "link" not in told.get(path, last, KEYS).headers
    linked = told.get(path, {"limit": "5", "offset": "4"}, KEYS)
    assert linked.headers["link"] == f'<{path}?limit=5&offset=9>; rel="next"'
    assert board(limit=1, offset=10**30).json()["batches"] == []


@pytest.mark.parametrize("path", PATHS)
def test_what_is_wrong_with_a_request_is_said_with_a_code(board: Any, path: str) -> None:
    wrong = [("limit", value) for value in ("0", "101", "-1", "x", "", "1.5", "٣")]
    wrong += [("offset", value) for value in ("-1", "x", "")]
    for name, value in wrong:
        check(board(path, **{name: value}), 422, "VALIDATION_ERROR", {"field": name})
    for status in ("Ready", "awaiting_content_validation", "ready,failed", " ready"):
        refused = board(path, status=status)
        check(refused, 400, "VALIDATION_ERROR", {"field": "status"})
    for role in ("student", "admin", "service", "operator"):
        check(board(path, role=role), 403, "FORBIDDEN", {})
    # Whoever may not ask hears only that.
    check(board(path, role="student", limit="x"), 403, "FORBIDDEN", {})
    check(board(f"{path}/nowhere"), 404, "NOT_FOUND", {})


def check(answer: httpx.Response, status: int, code: str, details: dict[str, str]) -> None:
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert list(answer.json()) == ["error"]
    assert list(error) == ["code", "message", "correlation_id", "details"]
    assert (error["code"], error["details"]) == (code, details)
    assert error["correlation_id"] == answer.headers["x-correlation-id"]
    assert error["message"]


def test_a_board_without_a_token_is_refused_and_ids_are_given_back(
    told: Service, projected: Settings
) -> None:
    token = {"Authorization": f"Bearer {tokens.issue(projected, EDITOR, 'teacher')}"}
    for path in PATHS:
        for headers in ({}, {"Authorization": "Bearer x"}):
            answer = told.get(path, {}, {"X-Correlation-ID": "c-1"} | headers)
            check(answer, 401, "UNAUTHORIZED", {})
            assert answer.headers["x-correlation-id"] == "c-1"
            assert answer.headers["www-authenticate"].startswith("Bearer")
        given = told.get(path, {}, token | {"X-Correlation-ID": "c-2"})
        made = told.get(path, {}, token | {"X-Correlation-ID": "no id", "X-Request-Id": "r-1"})
        assert given.headers["x-correlation-id"] == "c-2"
        assert made.headers["x-correlation-id"] == "r-1"


def test_services_learn_the_class_of_each_batch(told: Service) -> None:
    asked = [106, 105, 104, 103, 102, 101, 100]
    ids = [batch_id(number) for number in asked]
    sent = [ids[0].upper(), *ids, NOBODYS, ids[2]]
    answer = told.get("/internal/v1/batches/class-info", {"batch_ids": ",".join(sent)}, KEYS)
    assert answer.status_code == 200
    assert list(answer.json()) == [*ids, NOBODYS]
    expected = {batch_id(number): CLASSES[number] for number in asked}
    assert answer.json() == expected | {NOBODYS: None}
    for nothing in ("", " ", ","):
        answer = told.get("/internal/v1/batches/class-info", {"batch_ids": nothing}, KEYS)
        assert (answer.status_code, answer.json()) == (200, {})


def test_what_is_no_uuid_or_too_many_is_refused(told: Service) -> None:
    path = "/internal/v1/batches/class-info"
    for wrong in ("x", batch_id(1)[:-1], f"{batch_id(1)}0", batch_id(1).replace("-", "")):
        answer = told.get(path, {"batch_ids": f"{batch_id(1)},{wrong}"}, KEYS)
        assert answer.status_code == 400
        assert list(answer.json()) == ["error"]
        assert f"{wrong} is none" in answer.json()["error"]
    many = [batch_id(number) for number in range(501)]
    full = told.get(path, {"batch_ids": ",".join(many[:500])}, KEYS)
    assert (full.status_code, len(full.json())) == (200, 500)
    assert told.get(path, {"batch_ids": ",".join(many)}, KEYS).status_code == 400
    # What is asked twice counts once.
    doubled = [*many[:500], *(id_.upper() for id_ in many[:50])]
    assert told.get(path, {"batch_ids": ",".join(doubled)}, KEYS).json() == full.json()


def test_only_services_with_one_of_their_own_keys_are_answered(told: Service) -> None:
    paths = ("class-info", f"user/{EDITOR}", f"{batch_id(1)}/status")
    good = [("essays", OLD), ("essays", NEW), ("reports", OTHER)]
    bad = [("essays", OTHER), ("reports", OLD), ("nobody", OLD), ("essays", ""), ("", OLD),
           ("reports", SHA256_OF_OTHER), ("reports", f"sha256:{SHA256_OF_OTHER}")]  # fmt: skip
    for path in paths:
        for service, key in good:
            assert asked_with(told, path, service, key).status_code == 200
        for service, key in bad:
            answer = asked_with(told, path, service, key)
            assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})
        assert told.get(f"/internal/v1/batches/{path}", {}, {}).status_code == 401


def asked_with(told: Service, path: str, service: str, key: str) -> httpx.Response:
    headers = {"X-Service-ID": service, "X-Internal-API-Key": key}
    return told.get(f"/internal/v1/batches/{path}", {}, headers)


@pytest.fixture
async def client(told: Service) -> AsyncIterator[Batches]:
    async with HttpBatches(told.address, "essays", NEW) as made:
        yield made


async def test_the_client_reads_all_of_it(client: Batches) -> None:
    ids = [batch_id(number) for number in CLASSES]
    info = await client.get_batch_class_info(ids)
    assert info == {batch_id(n): c and ClassInfo(**c) for n, c in CLASSES.items()}
    assert await client.get_batch_class_info([]) == {}

    status = await client.get_batch_status(batch_id(1).upper())
    assert status.model_dump(mode="json") == {
        "batch_id": batch_id(1), "user_id": EDITOR, "overall_status": STATUSES[1],
        "essay_count": 1, "completed_essay_count": 7, "failed_essay_count": 1,
        "updated_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip

    page = await client.get_batches_for_user(EDITOR, limit=2, offset=1)
    assert page.pagination.model_dump() == {"limit": 2, "offset": 1, "total": len(STATUSES)}
    newest = len(STATUSES) - 1
    assert [b.batch_id for b in page.batches] == [batch_id(newest - 1), batch_id(newest - 2)]
    whole = await client.get_batches_for_user(EDITOR, limit=100)
    assert [b.overall_status for b in whole.batches] == STATUSES[::-1]
    (paused,) = (await client.get_batches_for_user(EDITOR, status="paused by hand")).batches
    assert paused.model_dump(mode="json") == {
        "batch_id": batch_id(newest), "user_id": EDITOR, "overall_status": "paused by hand",
        "essay_count": newest, "completed_essay_count": 0, "failed_essay_count": 0,
        "created_at": f"2026-03-01T{newest:02d}:00:00Z", "assignment_id": None,
    }  # fmt: skip
    (assigned, *_) = (await client.get_batches_for_user(TEACHER)).batches
    assert assigned.assignment_id == "A-1"
    nobody = ("T-nobody", "no id at all", "a/b", "..", "")
    for who, status_ in (*((who, None) for who in nobody), (EDITOR, "pending_content")):
        found = await client.get_batches_for_user(who, status=status_)
        assert (found.batches, found.pagination.total) == ((), 0)


async def test_the_client_says_clearly_what_is_wrong(client: Batches, told: Service) -> None:
    for missing in (NOBODYS, batch_id(103)):
        with pytest.raises(BatchNotFound, match="Batch not found"):
            await client.get_batch_status(missing)
    for wrong in ("x", "a/b", "..", ""):
        with pytest.raises(RequestRefused, match="batch_id must be a UUID"):
            await client.get_batch_status(wrong)
    with pytest.raises(RequestRefused, match="limit must be a whole number from 1 to 100"):
        await client.get_batches_for_user(EDITOR, limit=101)
    with pytest.raises(RequestRefused, match="offset must be") as refused:
        await client.get_batches_for_user(EDITOR, offset=-1, request_id="r-17")
    assert (refused.value.status, refused.value.request_id) == (400, "r-17")
    with pytest.raises(RequestRefused, match="at most 500"):
        await client.get_batch_class_info(batch_id(n) for n in range(501))
    async with HttpBatches(told.address, "essays", "wrong") as stranger:
        with pytest.raises(KeyRefused, match="401: Unauthorized"):
            await stranger.get_batch_status(batch_id(1))


def test_answers_have_the_headers_that_all_reads_have(told: Service, projected: Settings) -> None:
    token = {"Authorization": f"Bearer {tokens.issue(projected, EDITOR, 'teacher')}"}
    for path, headers in (
        *((path, token) for path in PATHS),
        ("/internal/v1/batches/class-info", KEYS),
        (f"/internal/v1/batches/user/{EDITOR}", KEYS),
        (f"/internal/v1/batches/{batch_id(1)}/status", KEYS),
    ):
        answer = told.get(path, {}, headers)
        assert answer.headers["homeroom-generation"] == "g0001"
        assert answer.headers["homeroom-as-of"] == "2026-01-01T00:00:00Z"
        assert "homeroom-incomplete-since" not in answer.headers
        assert set(answer.headers["vary"].split(", ")) == set(headers)
        again = told.get(path, {}, headers | {"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        head = told.head(path, headers)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["etag"] == answer.headers["etag"]
