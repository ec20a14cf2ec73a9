"""Tokens as identity providers issue them: whose claims have other names, and what is revoked."""

import asyncio
import time

import jwt
import psycopg
import pytest

from homeroom.api import tokens
from homeroom.api.claims import claim_at
from homeroom.api.revoking import NothingToRevoke
from tests.support.commands import homeroom
from tests.support.readmodel import TEACHER

SECRET = "the tests' own key, longer than 32 bytes"
URL = "https://school.example/role"


@pytest.fixture(autouse=True)
def registered(tables):
    tables.insert("teachers")


def signed(**claims):
    usual = {"sub": "login-7", "role": "teacher", "exp": time.time() + 60}
    known = {name: value for name, value in (usual | claims).items() if value != "left out"}
    return jwt.encode(known, SECRET, "HS256")


async def asked(api, token, path="stats"):
    return await api.dashboard(path, Authorization=f"Bearer {token}")


@pytest.mark.parametrize(
    ("path", "claims", "value"),
    [
        ("a", {"a": 1}, 1),
        ("a", {}, None),
        ("a.b.c", {"a": {"b": {"c": 1}}}, 1),
        ("a.b.c", {"a": {"b": 7}}, None),
        ("a.b.c", {"a.b": {"c": 1}}, 1),
        ("a.b.c", {"a.b.c": 1, "a": {"b": {"c": 2}}}, 1),
        ("a.b.c", {"a": {}, "a.b": {"c": 1}}, 1),
        (URL, {URL: 1}, 1),
        (f"{URL}.main", {URL: {"main": 1}}, 1),
    ],
)
def test_a_claim_is_found_by_its_path(path, claims, value):
    assert claim_at(claims, path) == value


@pytest.mark.parametrize("value", [TEACHER, {"teacherId": TEACHER}])
async def test_a_teacher_whose_login_has_another_id_is_known_by_the_named_claim(
    serve, settings, value
):
    path = "dashboardData.teacherId" if isinstance(value, dict) else "dashboardData"
    named = settings.model_copy(update={"jwt_teacher_id_claim": path})
    async with serve(named) as api:
        assert (await asked(api, signed(dashboardData=value))).status_code == 200
        # Without the claim nobody is taken for the teacher whose id the login happens to have.
        assert (await asked(api, signed(sub=TEACHER))).status_code == 403
        for other in ("T-2", None, 7, [TEACHER], {"teacherId": "T-2"}):
            assert (await asked(api, signed(dashboardData=other))).status_code == 403
        # What we issue ourselves does as well.
        own = tokens.issue(named, TEACHER, "teacher")
        assert (await asked(api, own)).status_code == 200


async def test_an_id_that_is_a_number_is_its_digits(serve, settings, tables):
    tables.insert("teachers", {"teacher_id": "42"})
    async with serve(settings.model_copy(update={"jwt_teacher_id_claim": "id"})) as api:
        headers = {"Authorization": f"Bearer {signed(id=42)}"}
        answer = await api.client.get("/api/teachers/42/dashboard/stats", headers=headers)
        assert answer.status_code == 200


async def test_a_student_is_known_by_the_named_claim(serve_students, students):
    students.hold(("student", {"student_id": "S-1"}))
    async with serve_students(jwt_student_id_claim="person.student") as api:
        mine = signed(role="student", person={"student": "S-1"})
        assert (await api.get("/profile", Authorization=f"Bearer {mine}")).status_code == 200
        without = signed(role="student", sub="S-1")
        answer = await api.get("/profile", Authorization=f"Bearer {without}")
        assert (answer.status_code, answer.json()) == (
            403, {"error": "Access denied. The token names no student."},
        )  # fmt: skip


async def test_role_and_school_are_known_by_the_named_claims(serve, settings):
    changed = {"jwt_role_claim": URL, "jwt_organization_claim": "org.id"}
    async with serve(settings.model_copy(update=changed)) as api:
        own = {"sub": TEACHER, "role": "left out", URL: "teacher"}
        assert (await asked(api, signed(**own))).status_code == 200
        assert (await asked(api, signed(**own, organization_id="O-1"))).status_code == 200
        assert (await asked(api, signed(**own, org={"id": "O-1"}))).status_code == 403
        assert (await asked(api, signed(sub=TEACHER))).status_code == 401
        issued = tokens.issue(api.settings, TEACHER, "teacher", "O-1")
        assert (await asked(api, issued)).status_code == 403


async def test_the_leeway_can_be_set(serve, settings):
    for leeway, status in ((0.0, 401), (60.0, 200)):
        async with serve(settings.model_copy(update={"jwt_leeway_seconds": leeway})) as api:
            now = time.time()
            for claims in ({"exp": now - 30}, {"nbf": now + 30}, {"iat": now + 30}):
                assert (await asked(api, signed(sub=TEACHER, **claims))).status_code == status


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": 1}, "expired"),
        ({"nbf": 9_999_999_999}, "not valid yet"),
        ({"iat": 9_999_999_999}, "not valid yet"),
        ({"exp": "left out"}, "the claim exp is missing"),
        ({"sub": "left out"}, "the claim sub is missing"),
        ({"role": 'quoted"'}, "no known role"),
    ],
)
async def test_who_is_refused_is_told_why_in_a_header(api, claims, why):
    answer = await asked(api, signed(**claims))
    assert answer.status_code == 401
    assert answer.json()["message"] == "Authentication required"
    expected = f'Bearer error="invalid_token", error_description="{why}"'
    assert answer.headers["www-authenticate"] == expected


async def test_the_other_reasons_are_told_as_well(serve, settings):
    strict = settings.model_copy(update={"jwt_issuer": "us", "jwt_audience": "homeroom"})
    good = {"iss": "us", "aud": "homeroom"}
    async with serve(strict) as api:
        for token, why in (
            (signed(**good | {"iss": "them"}), "wrong issuer"),
            (signed(**good | {"aud": "them"}), "wrong audience"),
            (jwt.encode({}, SECRET[::-1], "HS256"), "the signature does not match"),
            (jwt.encode({}, "x" * 64, "HS512"), "wrong algorithm"),
            ("x.y", "malformed"),
        ):
            told = (await asked(api, token)).headers["www-authenticate"]
            assert told.endswith(f'error_description="{why}"'), why
        none = await api.dashboard("stats", Authorization=None)
        assert none.headers["www-authenticate"] == "Bearer"
        tokens.revoke(strict, "stolen")
        stolen = await asked(api, signed(**good, jti="stolen", sub=TEACHER))
        assert stolen.headers["www-authenticate"].endswith('error_description="revoked"')


async def test_all_tokens_of_a_person_can_be_revoked_until_now(api):
    second = int(time.time())
    old, undated = signed(sub=TEACHER, iat=second), signed(sub=TEACHER)
    colleague = signed(sub="T-2", iat=second)
    assert (await asked(api, old)).status_code == 200
    assert (await asked(api, undated)).status_code == 200
    tokens.revoke_subject(api.settings, TEACHER)
    (revoked_second,) = revoked(api)
    for token in (old, undated, signed(sub=TEACHER, iat=revoked_second + 0.9)):
        assert (await asked(api, token)).status_code == 401
        # Whatever else is wrong with the request.
        assert (await asked(api, token, "exams/recent?limit=0")).status_code == 401
    new = signed(sub=TEACHER, iat=revoked_second + 1)
    assert (await asked(api, new)).status_code == 200
    assert (await asked(api, colleague)).status_code == 403


def revoked(api):
    with psycopg.connect(api.settings.database_url) as owner:
        query = "SELECT floor(extract(epoch FROM revoked_at))::int8 FROM homeroom.revoked_subject"
        return [second for (second,) in owner.execute(query)]


def test_the_command_revokes_a_token_or_a_person_and_not_both(api):
    first = homeroom(api.settings, "token", "revoke", "--sub", TEACHER)
    assert first.stdout == f"All tokens of {TEACHER} that were issued until now are refused.\n"
    assert len(revoked(api)) == 1
    # A second time is as good as the first.
    assert homeroom(api.settings, "token", "revoke", "--sub", TEACHER).returncode == 0
    for wrong in ((), ("j", "--sub", TEACHER)):
        assert homeroom(api.settings, "token", "revoke", *wrong).returncode == 2


@pytest.mark.parametrize("prefix", ["", "Bearer "])
async def test_a_token_that_is_given_whole_is_revoked_and_the_command_says_so(api, prefix):
    token = signed(sub=TEACHER, jti="stolen", role="teacher")
    assert (await asked(api, token)).status_code == 200
    told = await asyncio.to_thread(homeroom, api.settings, "token", "revoke", f"{prefix}{token}")
    told_is = f"The token of {TEACHER} with the id stolen is refused from now on.\n"
    assert (told.returncode, told.stdout) == (0, told_is)
    assert (await asked(api, token)).status_code == 401


def test_what_a_revocation_did_is_told(api):
    first = tokens.revoke(api.settings, "stolen")
    assert first.told == "The token with the id stolen is refused from now on."
    again = tokens.revoke(api.settings, signed(sub=TEACHER, jti="stolen", exp=1))
    assert again.shown == {"revoked": "stolen", "again": True, "sub": TEACHER}
    assert again.told == (
        f"The token of {TEACHER} with the id stolen was revoked before, and stays refused. "
        "It has expired on 1970-01-01 at 00:00 (UTC)."
    )


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("", "no token and no `jti`"),
        (" ", "no token and no `jti`"),
        ("Bearer ", "no token and no `jti`"),
        ("a\x00b", "no token and no `jti`"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJ", "begins as a token does and is none"),
        ("eyJhbGciOiJIUzI1NiJ9", "begins as a token does and is none"),
        (signed(sub=TEACHER), f"has no `jti`.*--sub {TEACHER}"),
        (signed(sub=TEACHER, jti=""), f"has no `jti`.*--sub {TEACHER}"),
    ],
)
def test_what_revokes_nothing_is_an_error(api, given, why):
    with pytest.raises(NothingToRevoke, match=why):
        tokens.revoke(api.settings, given)


@pytest.mark.parametrize("given", ["", " ", "a\x00b"])
def test_who_is_nobody_is_an_error(api, given):
    with pytest.raises(NothingToRevoke, match="nobody's `sub`"):
        tokens.revoke_subject(api.settings, given)


@pytest.mark.parametrize("wrong", [[""], ["--sub", ""]])
def test_the_command_refuses_what_revokes_nothing(api, wrong):
    done = homeroom(api.settings, "token", "revoke", *wrong)
    assert (done.returncode, done.stdout) == (2, "")
    assert "what was given is" in done.stderr


async def test_tokens_without_a_jti_are_refused_where_a_setting_says_so(serve, settings):
    with_jti, without = signed(sub=TEACHER, jti="j"), signed(sub=TEACHER)
    async with serve(settings.model_copy(update={"jwt_jti_required": True})) as strict:
        assert (await asked(strict, with_jti)).status_code == 200
        for token in (without, signed(sub=TEACHER, jti="")):
            refused = await asked(strict, token)
            assert refused.status_code == 401
            assert "the claim jti is missing" in refused.headers["WWW-Authenticate"]
    async with serve(settings) as usual:
        assert (await asked(usual, without)).status_code == 200
