"""Which tokens do, and which do not."""

import base64
import hashlib
import hmac
import json
import time
from types import SimpleNamespace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr

from homeroom.api import auth, tokens
from homeroom.api.app import create_app
from homeroom_kit.errors import ConfigurationError, HomeroomError
from tests.support.readmodel import TEACHER

SECRET = "the tests' own key, longer than 32 bytes"
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
STRANGERS = {
    "RS256": rsa.generate_private_key(65537, 2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
}
NO_SECRET = SecretStr("")


def pem(private):
    public = private.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def claims(**changed):
    usual = {"sub": TEACHER, "role": "teacher", "exp": time.time() + 60}
    return {name: value for name, value in (usual | changed).items() if value != "left out"}


def signed(key=SECRET, algorithm="HS256", headers=None, **changed):
    return jwt.encode(claims(**changed), key, algorithm, headers=headers)


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def status(api, token, scheme="Bearer"):
    answer = await api.dashboard("stats", Authorization=f"{scheme} {token}")
    if answer.status_code == 401:
        assert answer.json()["message"] == "Authentication required"
    return answer.status_code


@pytest.fixture(autouse=True)
def registered(tables):
    tables.insert("teachers")


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"organization_id": None},
        {"iss": "x"},
        {"aud": "y"},
        {"jti": "known to nobody"},
        {"nbf": time.time() - 1},
        {"iat": time.time()},
        # Clocks differ by some seconds.
        {"iat": time.time() + 3},
        {"nbf": time.time() + 3},
    ],
)
async def test_a_token_of_the_contract_does(api, changed):
    assert await status(api, signed(**changed)) == 200
    assert await status(api, signed(**changed), scheme="bearer") == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": time.time() - 60},
        {"exp": "left out"},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": True},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"exp": []},
        {"sub": "left out"},
        {"sub": 1},
        {"role": "left out"},
        {"role": "principal"},
        {"role": ["teacher"]},
        {"nbf": time.time() + 9_999},
        {"iat": time.time() + 9_999},
        {"iat": "soon"},
        {"iat": float("nan")},
        {"jti": 1},
        {"jti": "\0"},
        {"jti": "\ud800"},
    ],
)
async def test_a_token_with_a_wrong_claim_does_not(api, changed):
    assert await status(api, signed(**changed)) == 401


async def test_a_token_without_a_signature_does_not(api):
    nothing = f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims())}."
    assert await status(api, nothing) == 401
    assert await status(api, nothing + signed().rsplit(".", 1)[1]) == 401


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
async def test_another_algorithm_of_the_same_key_does_not(api, algorithm):
    long = "x" * 64
    assert await status(api, signed(long, algorithm)) == 401
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        encoded = signed(SECRET, algorithm)
    assert await status(api, encoded) == 401


NO_TOKENS = {
    "nothing": lambda: "",
    "a word": lambda: "x",
    "three words": lambda: "a.b.c",
    "dots": lambda: "..",
    "not ASCII": lambda: "é.é.é",
    "a broken signature": lambda: signed()[:-3],
    "another's key": lambda: signed("another key of 32 bytes or more!!"),
    "a list for a header": lambda: f"{part([])}.{part(claims())}.x",
    "deeply nested": lambda: base64.urlsafe_b64encode(b"[" * 20_000).decode() + ".x.x",
}


@pytest.mark.parametrize("name", NO_TOKENS)
async def test_what_is_no_token_does_not(api, name):
    header = f"Bearer {NO_TOKENS[name]()}".encode()
    assert (await api.dashboard("stats", Authorization=header)).status_code == 401


@pytest.mark.parametrize("scheme", ["Basic ", "", "Token ", "Bearer", "Bearer,"])
async def test_another_way_to_log_in_does_not(api, scheme):
    answer = await api.dashboard("stats", Authorization=scheme + signed())
    assert answer.status_code == 401


async def test_a_revoked_token_does_not_and_another_still_does(api):
    token = signed(jti="stolen")
    assert await status(api, token) == 200
    tokens.revoke(api.settings, "stolen")
    tokens.revoke(api.settings, "stolen")
    assert await status(api, token) == 401
    assert await status(api, signed(jti="kept")) == 200


async def test_an_issued_token_does_and_expires(api):
    issue = tokens.issue
    assert await status(api, issue(api.settings, TEACHER, "teacher", expires_in_seconds=60)) == 200
    assert await status(api, issue(api.settings, TEACHER, "teacher", expires_in_seconds=-60)) == 401
    one, two = (
        jwt.decode(issue(api.settings, "a", "admin", "S-1"), SECRET, ["HS256"]) for _ in range(2)
    )
    assert one["organization_id"] == "S-1"
    assert one["jti"] != two["jti"]


async def test_a_token_that_comes_again_is_known_until_its_end(api, monkeypatch):
    token = tokens.issue(api.settings, TEACHER, "teacher", expires_in_seconds=600)
    assert await status(api, token) == 200
    # Nothing can be verified any more.
    monkeypatch.setattr(jwt, "decode", None)
    now = time.time()
    for seconds, found in ((500, 200), (700, 401)):
        monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda s=seconds: now + s))
        assert await status(api, token) == found


async def test_more_callers_than_are_known_at_a_time_are_answered(api, monkeypatch):
    monkeypatch.setattr(auth, "KNOWN_MAX", 2)
    callers = [signed(jti=f"j{n}") for n in range(4)]
    assert {await status(api, token) for token in callers * 2} == {200}


async def test_issuer_and_audience_are_checked_where_the_settings_name_them(serve, settings):
    strict = settings.model_copy(update={"jwt_issuer": "us", "jwt_audience": "homeroom"})
    async with serve(strict) as api:
        assert await status(api, api.token) == 200
        assert await status(api, signed(iss="us", aud=["homeroom", "more"])) == 200
        for changed in ({}, {"iss": "us"}, {"aud": "homeroom"}, {"iss": "them", "aud": "homeroom"}):
            assert await status(api, signed(**changed)) == 401


@pytest.mark.parametrize(("key", "algorithm"), [(RSA_KEY, "RS256"), (EC_KEY, "ES256")])
@pytest.mark.parametrize("one_line", [False, True])
async def test_a_public_key_fixes_its_algorithm(serve, settings, key, algorithm, one_line):
    text = pem(key).replace("\n", "\\n") if one_line else pem(key)
    public = settings.model_copy(update={"jwt_secret": NO_SECRET, "jwt_public_key": text})
    async with serve(public) as api:
        assert await status(api, signed(key, algorithm)) == 200
        for other in ("HS256", "none"):
            assert await status(api, forged(other, pem(key).encode())) == 401
        assert await status(api, signed(STRANGERS[algorithm], algorithm)) == 401
        if algorithm == "RS256":
            assert await status(api, signed(key, "RS512")) == 401


def forged(algorithm, public_pem):
    """What an attacker makes who uses the public key as if it were a secret."""
    text = f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(claims())}"
    if algorithm == "none":
        return text + "."
    digest = hmac.new(public_pem, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"jwt_secret": ""}, "no key to verify tokens"),
        ({"jwt_secret": "x" * 31}, "at least 32 bytes; it has 31"),
        ({"jwt_public_key": pem(RSA_KEY)}, "only one of HOMEROOM_JWT_SECRET and"),
        ({"jwt_secret": "", "jwt_public_key": "x"}, "no PEM public key"),
        (
            {"jwt_secret": "", "jwt_public_key": pem(ec.generate_private_key(ec.SECP384R1()))},
            "must be an RSA key",
        ),
        (
            {"jwt_secret": "", "jwt_public_key": pem(rsa.generate_private_key(65537, 1024))},
            "must be an RSA key",
        ),
        ({"jwt_secret": "", "jwt_jwks_url": "file:///etc/passwd"}, "JWKS_URL cannot be used"),
        ({"jwt_secret": pem(RSA_KEY)}, "JWT_SECRET cannot be used"),
        ({"database_url": ""}, "nor HOMEROOM_DATABASE_URL is set"),
        ({"database_url": "a b"}, "HOMEROOM_DATABASE_URL cannot be read"),
    ],
)
def test_settings_that_do_not_do_are_refused_before_serving(settings, changed, complaint):
    given = settings.model_dump() | changed
    with pytest.raises(ConfigurationError, match=complaint):
        create_app(type(settings).model_validate(given))


def test_a_token_for_an_unknown_role_is_not_issued(settings):
    with pytest.raises(HomeroomError, match="principal is no role"):
        tokens.issue(settings, TEACHER, "principal")
