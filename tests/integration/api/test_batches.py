"""Batches of essays: errors of any kind on their surfaces, waiting, what answers lack, privacy."""

import asyncio

import pytest
import pytest_asyncio
from pydantic import SecretStr

from homeroom.api import tokens
from homeroom.api.app import create_app
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError
from tests.integration.api.conftest import SECRET, asking_students
from tests.support.applications import LOOP
from tests.support.essays import batch_id
from tests.support.strength import at_full_strength
from tests.support.students import NOON

BOARDS = ("/v1/teacher/dashboard", "/bff/v1/teacher/dashboard")
KEYS = {"X-Service-ID": "essays", "X-Internal-API-Key": "open-sesame-open-sesame-open-sesame"}
CLASS_INFO = f"/internal/v1/batches/class-info?batch_ids={batch_id(1)}"
STATUS = f"/internal/v1/batches/{batch_id(1)}/status"
OF_USER = "/internal/v1/batches/user/T-1"
SERVICES = (CLASS_INFO, STATUS, OF_USER)
ESSAYS = SecretStr("essays=open-sesame-open-sesame-open-sesame")
NOBODY_LISTENS = "postgresql://nobody@127.0.0.1:9/none"


@pytest.fixture(autouse=True)
def held(students):
    """A batch of T-1 with essays of two classes, and one of T-2."""
    essays = [("Y-1", "C-1"), ("Y-2", "C-1"), ("Y-3", "C-unknown")]
    students.hold(
        ("class", {"class_id": "C-1", "name": "Rhetoric", "teacher_id": "T-1"}),
        ("batch", {"batch_id": batch_id(1), "teacher_id": "T-1", "title": ""}),
        ("batch", {"batch_id": batch_id(2), "teacher_id": "T-2"}),
        *(
            ("essay_association", {"batch_id": batch_id(1), "essay_id": essay, "class_id": of})
            for essay, of in essays
        ),
    )
    return students


@pytest_asyncio.fixture(loop_scope=LOOP)
async def ask(applications, students_url):
    """Asks as a teacher where the path is a teacher's, and else as a service."""
    known = Settings(database_url=students_url, jwt_secret=SECRET, internal_api_keys=ESSAYS)
    async with asking_students(applications, known) as api:

        async def get(path, who="T-1", role="teacher", method="GET", **headers):
            token = tokens.issue(api.settings, who, role)
            own = KEYS if path.startswith("/internal/") else {"Authorization": f"Bearer {token}"}
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            return await api.client.request(method, path, headers=own | sent)

        get.api = api
        yield get


def coded(answer, status, code):
    assert answer.status_code == status
    error = answer.json()["error"]
    assert (error["code"], error["details"]) == (code, {})
    assert error["correlation_id"] == answer.headers["x-correlation-id"] != ""
    assert answer.json() == {"error": error}


def plain(answer, status):
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert "x-correlation-id" not in answer.headers


async def test_a_title_that_is_empty_is_none(ask):
    (batch,) = (await ask(BOARDS[0])).json()["batches"]
    assert (batch["title"], batch["class_name"]) == ("Untitled Batch", "Rhetoric")


async def test_paths_and_methods_that_there_are_not_have_the_surfaces_envelope(ask):
    for path in BOARDS:
        coded(await ask(f"{path}/nowhere"), 404, "NOT_FOUND")
        coded(await ask(path.removesuffix("/dashboard") + "/"), 404, "NOT_FOUND")
        for method in ("POST", "DELETE", "OPTIONS"):
            answer = await ask(path, method=method)
            coded(answer, 405, "METHOD_NOT_ALLOWED")
            assert answer.headers["allow"] == "GET, HEAD"
        coded(await ask(f"{path}?limit=%ff"), 400, "VALIDATION_ERROR")
    for path in SERVICES:
        plain(await ask(path, method="POST"), 405)
        plain(await ask(f"{path.partition('?')[0]}?status=%ff"), 400)
    plain(await ask("/internal/v1/batches/nowhere"), 404)


@at_full_strength
async def test_an_error_that_nobody_foresaw_has_the_surfaces_envelope(ask, held):
    rename = "ALTER TABLE teacher_batches RENAME COLUMN {} TO {}"
    held.connection.execute(rename.format("batch_id", "gone"))
    try:
        coded(await ask(BOARDS[0]), 500, "INTERNAL_ERROR")
        plain(await ask(CLASS_INFO), 500)
    finally:
        held.connection.execute(rename.format("gone", "batch_id"))


@at_full_strength
async def test_a_database_that_is_down_is_503_with_the_surfaces_envelope(serve_students):
    down = {"database_url": NOBODY_LISTENS, "internal_api_keys": ESSAYS}
    async with serve_students(**down) as api:
        token = {"Authorization": f"Bearer {tokens.issue(api.settings, 'T-1', 'teacher')}"}
        asked = ((BOARDS[0], token), (BOARDS[1], token), *((path, KEYS) for path in SERVICES))
        answers = [api.client.get(path, headers=headers) for path, headers in asked]
        first, second, *others = await asyncio.gather(*answers)
        coded(first, 503, "SERVICE_UNAVAILABLE")
        coded(second, 503, "SERVICE_UNAVAILABLE")
        assert first.headers["retry-after"] == "1"
        for answer in others:
            plain(answer, 503)
        # Nobody learns that who may not ask.
        coded(await api.client.get(BOARDS[1]), 401, "UNAUTHORIZED")
        plain(await api.client.get(STATUS), 401)


async def test_behind_a_proxy_paths_links_and_envelopes_are_the_same(serve_students, held):
    held.hold_further(("batch", {"batch_id": batch_id(3), "teacher_id": "T-1"}))
    async with serve_students(root_path="/homeroom", internal_api_keys=ESSAYS) as api:
        token = {"Authorization": f"Bearer {tokens.issue(api.settings, 'T-1', 'teacher')}"}
        for prefix in ("", "/homeroom"):
            for path in BOARDS:
                answer = await api.client.get(f"{prefix}{path}?limit=1", headers=token)
                assert answer.headers["x-correlation-id"]
                link = f'</homeroom{path}?limit=1&offset=1>; rel="next"'
                assert answer.headers["link"] == link
                head = await api.client.head(f"{prefix}{path}", headers=token)
                assert head.headers["x-correlation-id"]
                coded(await api.client.get(prefix + path), 401, "UNAUTHORIZED")
            plain(await api.client.get(prefix + STATUS), 401)


async def test_a_revoked_token_is_refused_before_anything_else(ask, held):
    held.connection.execute("INSERT INTO homeroom.revoked_subject VALUES ('T-1', now() + '1 hour')")
    for path in (*BOARDS, f"{BOARDS[0]}?limit=x"):
        coded(await ask(path), 401, "UNAUTHORIZED")
    coded(await ask(BOARDS[0], role="student"), 401, "UNAUTHORIZED")
    assert (await ask(BOARDS[0], who="T-2")).status_code == 200
    held.connection.execute("DELETE FROM homeroom.revoked_subject")


async def test_a_service_sees_the_batches_of_a_teacher_who_was_deactivated(ask, held):
    held.hold_further(("teacher", {"teacher_id": "T-1", "deactivated": True}))
    coded(await ask(BOARDS[0]), 401, "UNAUTHORIZED")
    answer = await ask(OF_USER)
    assert answer.status_code == 200, answer.text
    assert [batch["batch_id"] for batch in answer.json()["batches"]] == [batch_id(1)]


async def test_an_answer_waits_for_an_event(ask, held):
    held.reach(NOON)
    for path in (BOARDS[0], CLASS_INFO):
        late = await ask(path, Homeroom_Wait_For="people:0:9", Homeroom_Wait_Seconds="0.01")
        assert late.status_code == 504
        assert (await ask(path, Homeroom_Wait_For="people:0:0")).status_code == 200
        assert (await ask(path, Homeroom_Wait_For="x")).status_code == 400
    coded(await ask(BOARDS[0], Homeroom_Wait_For="x"), 400, "VALIDATION_ERROR")
    plain(await ask(CLASS_INFO, Homeroom_Wait_For="people:0:9", Homeroom_Wait_Seconds="0"), 504)


@pytest.mark.parametrize(
    ("entity", "key", "lacking"),
    [
        ("batch", batch_id(1), (*BOARDS, *SERVICES)),
        ("batch", batch_id(2), ()),
        ("essay_association", f"{batch_id(1)}/Y-9", (*BOARDS, CLASS_INFO)),
        ("essay_association", f"{batch_id(2)}/Y-9", ()),
        ("class", "C-1", (*BOARDS, CLASS_INFO)),
        # It would be the batch's, once it is known.
        ("class", "C-unknown", (*BOARDS, CLASS_INFO)),
        ("class", "C-2", ()),
    ],
)
async def test_an_answer_says_what_it_lacks(ask, held, entity, key, lacking):
    held.lack(entity, key)

    answers = {path: await ask(path) for path in (*BOARDS, *SERVICES)}
    marked = {p for p, a in answers.items() if "homeroom-incomplete-since" in a.headers}
    assert marked == set(lacking)


async def test_a_token_that_names_no_teacher_is_refused(serve_students):
    async with serve_students(jwt_teacher_id_claim="dashboardData.teacherId") as api:
        without = api.settings.model_copy(update={"jwt_teacher_id_claim": ""})
        token = {"Authorization": f"Bearer {tokens.issue(without, 'T-1', 'teacher')}"}
        coded(await api.client.get(BOARDS[0], headers=token), 403, "FORBIDDEN")


@pytest.mark.parametrize(
    "keys",
    ["a=sha256:", "a=sha256:12", f"a=sha256:{'g' * 64}", f"a={'k' * 32},b=sha256:{'0' * 63}"],
)
def test_a_hash_that_is_none_is_refused_at_the_start(ask, keys):
    settings = ask.api.settings.model_copy(update={"internal_api_keys": SecretStr(keys)})
    with pytest.raises(ConfigurationError, match="64 hexadecimal digits"):
        create_app(settings)


async def test_classes_of_500_batches_are_one_query(ask):
    pool = ask.api.app.state.services.database.pool
    ids = ",".join(batch_id(number) for number in range(500))
    await ask(CLASS_INFO)
    before = pool.get_stats()["requests_num"]
    answer = await ask(f"{CLASS_INFO.partition('=')[0]}={ids}")
    assert len(answer.json()) == 500
    assert pool.get_stats()["requests_num"] == before + 1


@pytest.mark.parametrize("given", ["c-1", "A._9" * 32])
async def test_a_correlation_id_is_given_back_with_whatever_is_answered(ask, given):
    for path, status in ((BOARDS[0], 200), (f"{BOARDS[1]}?limit=0", 422), (BOARDS[0] + "/x", 404)):
        answer = await ask(path, X_Correlation_ID=given)
        assert (answer.status_code, answer.headers["x-correlation-id"]) == (status, given)
        assert status == 200 or answer.json()["error"]["correlation_id"] == given


@pytest.mark.parametrize("given", ["", "a b", "a,b", "../x", "x" * 129, "é".encode()])
async def test_a_correlation_id_that_is_none_is_replaced(ask, given):
    for path in (BOARDS[0], f"{BOARDS[1]}?status=READY"):
        answer = await ask(path, X_Correlation_ID=given)
        assert answer.headers["x-correlation-id"] == answer.headers["x-request-id"]
