"""Key sets of identity providers, however they are made and however slowly they come."""

import asyncio
import base64
import json
import re
import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from pydantic import SecretStr
from structlog.testing import capture_logs

from homeroom.api import keys
from tests.support import wait_for_async
from tests.support.readmodel import TEACHER
from tests.support.strength import at_full_strength, thinned

CONTRACT = Path(__file__).parents[3] / "docs/contract.md"
RSA_KEY = rsa.generate_private_key(65537, 2048)
NEW_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
SECRET = b"a key that both sides know, as long as it must be"


def jwk(private, **members):
    algorithm = RSAAlgorithm if isinstance(private, rsa.RSAPrivateKey) else ECAlgorithm
    return algorithm.to_jwk(private.public_key(), as_dict=True) | members


def signed(key, algorithm="RS256", **headers):
    claims = {"sub": TEACHER, "role": "teacher", "exp": time.time() + 60}
    # Tokens that differ are verified each by itself.
    return jwt.encode(claims | {"nonce": time.monotonic_ns()}, key, algorithm, headers=headers)


async def status(api, token):
    return (await api.dashboard("stats", Authorization=f"Bearer {token}")).status_code


class KeySet:
    """A server of a JSON Web Key Set: how often it was asked, and how slow it is."""

    def __init__(self, *listed):
        self.body = json.dumps({"keys": listed}).encode()
        self.asked = 0
        self.dripping = False
        self.answers = Event()
        self.answers.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked += 1
                if self.path == "/moved":
                    self.send_response(302)
                    self.send_header("Location", "/jwks")
                    self.end_headers()
                    return
                outer.answers.wait()
                self.send_response(200)
                self.end_headers()
                while outer.dripping and not outer.ended.wait(0.01):
                    self.wfile.write(b" ")
                self.wfile.write(outer.body)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_):
                """A client that hangs up is what this is about."""

        self.ended = Event()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/jwks"
        self.thread = Thread(target=self.server.serve_forever)
        self.thread.start()

    def holds(self, *listed):
        self.body = json.dumps({"keys": listed}).encode()

    def close(self):
        self.ended.set()
        self.answers.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def key_set():
    served = KeySet(jwk(RSA_KEY, kid="r"))
    yield served
    served.close()


@pytest.fixture
def fetching(serve, settings, tables, key_set, monkeypatch):
    """Starts an application that takes its keys from the key set, and asks again without pause."""
    tables.insert("teachers")
    monkeypatch.setattr(keys, "JWKS_COOLDOWN_SECONDS", 0.0)
    changed = {"jwt_secret": SecretStr(""), "jwt_jwks_url": key_set.url}
    return lambda **more: serve(settings.model_copy(update=changed | more))


async def test_a_key_set_is_fetched_once_and_a_symmetric_key_in_it_is_no_key(
    fetching, key_set, monkeypatch
):
    monkeypatch.setattr(keys, "JWKS_COOLDOWN_SECONDS", 600.0)
    oct_key = {"kty": "oct", "k": base64.urlsafe_b64encode(SECRET).decode(), "kid": "s"}
    key_set.holds(jwk(RSA_KEY, kid="r"), jwk(EC_KEY, kid="e", alg="ES256"), oct_key)
    async with fetching() as api:
        assert await status(api, signed(RSA_KEY, kid="r")) == 200
        assert await status(api, signed(EC_KEY, "ES256", kid="e")) == 200
        assert await status(api, signed(SECRET, "HS256", kid="s")) == 401
        assert await status(api, signed(EC_KEY, "ES256", kid="r")) == 401
        assert await status(api, signed(EC_KEY, "ES256", kid="made up")) == 401
        assert await status(api, signed(EC_KEY, "ES256")) == 401
    assert key_set.asked == 1


@pytest.mark.parametrize("listed", [[jwk(RSA_KEY)], [jwk(NEW_KEY), jwk(RSA_KEY), jwk(EC_KEY)]])
async def test_keys_without_ids_serve_tokens_with_and_without_one(fetching, key_set, listed):
    key_set.holds(*listed)
    async with fetching() as api:
        assert await status(api, signed(RSA_KEY)) == 200
        assert await status(api, signed(RSA_KEY, kid="whatever")) == 200
        stranger = rsa.generate_private_key(65537, 2048)
        assert await status(api, signed(stranger)) == 401


@at_full_strength
async def test_the_only_key_serves_tokens_without_an_id_and_none_with_another(fetching):
    async with fetching() as api:
        assert await status(api, signed(RSA_KEY)) == 200
        assert await status(api, signed(RSA_KEY, kid="other")) == 401


@at_full_strength
async def test_what_is_no_usable_key_does_not_spoil_the_others(fetching, key_set):
    key_set.holds(
        7, None, {}, {"kty": "RSA"}, {"kty": "RSA", "n": 1, "e": []}, {"kty": "new"},
        jwk(NEW_KEY, kid="enc", use="enc"), jwk(RSA_KEY, kid="r", use="sig"),
    )  # fmt: skip
    async with fetching() as api:
        assert await status(api, signed(RSA_KEY, kid="r")) == 200
        assert await status(api, signed(NEW_KEY, kid="enc")) == 401


@pytest.mark.parametrize(
    "body",
    thinned(
        [b"", b"[]", b"{}", b'{"keys":7}', b'{"keys":[]}', b"<html>"],
        lambda body: body in {b'{"keys":7}', b"<html>"},
    ),
)
async def test_a_set_that_is_none_leaves_the_one_in_hand(fetching, key_set, body):
    async with fetching() as api:
        assert await status(api, signed(RSA_KEY, kid="r")) == 200
        key_set.body = body
        assert await status(api, signed(NEW_KEY, kid="n")) == 401
        assert await status(api, signed(RSA_KEY, kid="r")) == 200
    assert key_set.asked == 2


@pytest.mark.parametrize("kid", [{"kid": "n"}, {}])
async def test_a_new_key_is_taken_as_soon_as_a_token_needs_it(fetching, key_set, kid):
    key_set.holds(jwk(RSA_KEY, **({"kid": "r"} if kid else {})))
    async with fetching() as api:
        assert await status(api, signed(NEW_KEY, **kid)) == 401
        key_set.holds(jwk(NEW_KEY, **kid))
        assert await status(api, signed(NEW_KEY, **kid)) == 200


async def test_a_redirected_set_is_found(fetching, key_set):
    async with fetching(jwt_jwks_url=key_set.url.replace("/jwks", "/moved")) as api:
        assert await status(api, signed(RSA_KEY, kid="r")) == 200


async def test_good_tokens_do_not_wait_while_another_waits_for_new_keys(fetching, key_set):
    async with fetching() as api:
        assert await status(api, signed(RSA_KEY, kid="r")) == 200
        key_set.answers.clear()
        made_up = [asyncio.create_task(status(api, signed(NEW_KEY, kid=k))) for k in "abc"]
        await wait_for_async(lambda: key_set.asked == 2)
        for _ in range(20):
            assert await status(api, signed(RSA_KEY, kid="r")) == 200
        assert not any(task.done() for task in made_up)
        key_set.answers.set()
        assert await asyncio.gather(*made_up) == [401, 401, 401]
    # They waited for the same one.
    assert key_set.asked == 2


async def test_keys_are_renewed_in_the_background(fetching, key_set, monkeypatch):
    monkeypatch.setattr(keys, "JWKS_LIFESPAN_SECONDS", 0.05)
    async with fetching() as api:
        await wait_for_async(lambda: key_set.asked > 2)
        key_set.answers.clear()
        assert await status(api, signed(RSA_KEY, kid="r")) == 200
        key_set.holds(jwk(NEW_KEY, kid="n"))
        key_set.answers.set()

        async def gone():
            return await status(api, signed(RSA_KEY, kid="r")) == 401

        await wait_for_async(gone)


@at_full_strength
async def test_a_server_that_drips_has_one_deadline(fetching, key_set, monkeypatch):
    monkeypatch.setattr(keys, "JWKS_DEADLINE_SECONDS", 0.5)
    key_set.dripping = True
    async with fetching() as api:
        assert await status(api, signed(RSA_KEY, kid="r")) == 503
        assert (await api.get("/healthz")).status_code == 200
        key_set.dripping = False
        monkeypatch.setattr(keys, "JWKS_RETRY_SECONDS", 0.0)
        assert await status(api, signed(RSA_KEY, kid="r")) == 200


@pytest.mark.parametrize(
    ("scheme", "reason"),
    [("https", "ConnectTimeout"), pytest.param("http", "TimeoutError", marks=at_full_strength)],
)
async def test_a_server_that_accepts_and_never_answers_is_left(
    fetching, monkeypatch, scheme, reason
):
    """Over TLS it does not even complete the handshake."""
    monkeypatch.setattr(keys, "JWKS_DEADLINE_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent, capture_logs() as said:
        port = silent.getsockname()[1]
        async with fetching(jwt_jwks_url=f"{scheme}://127.0.0.1:{port}/jwks") as api:
            assert await status(api, signed(RSA_KEY, kid="r")) == 503
            assert (await api.get("/healthz")).status_code == 200
            left, _ = silent.accept()
            left.settimeout(5)
            with left:
                await wait_for_async(lambda: not left.recv(65_536))
    told = [line["error"] for line in said if line["event"] == "jwks_not_fetched"]
    assert told[0] == reason


async def test_a_set_that_is_too_long_is_not_read_to_its_end(fetching, monkeypatch):
    monkeypatch.setattr(keys, "JWKS_BYTES_MAX", 100)
    async with fetching() as api:
        assert await status(api, signed(RSA_KEY, kid="r")) == 503


async def test_a_key_set_that_cannot_be_fetched_is_not_the_callers_fault(fetching):
    async with fetching(jwt_jwks_url="http://127.0.0.1:9/jwks") as api:
        assert await status(api, signed(RSA_KEY, kid="r")) == 503


async def test_a_key_that_was_removed_verifies_no_more_once_the_set_was_fetched(fetching, key_set):
    """Not even a token that was verified a moment before."""
    token = signed(RSA_KEY, kid="r")
    async with fetching() as api:
        assert await status(api, token) == 200
        key_set.holds(jwk(NEW_KEY, kid="n"))
        # A token that needs another key has the set fetched.
        assert await status(api, signed(NEW_KEY, kid="n")) == 200
        assert await status(api, token) == 401


@at_full_strength
async def test_a_set_that_is_the_same_again_leaves_known_who_was(fetching, key_set, monkeypatch):
    token = signed(RSA_KEY, kid="r")
    async with fetching() as api:
        assert await status(api, token) == 200
        assert await status(api, signed(NEW_KEY, kid="n")) == 401
        monkeypatch.setattr(jwt, "decode", None)
        assert await status(api, token) == 200
    assert key_set.asked == 2


def test_a_removed_key_lives_as_long_as_the_contract_says():
    told = re.search(r"verifies for at most (\d+) seconds more", CONTRACT.read_text())
    assert told
    assert int(told[1]) == keys.JWKS_LIFESPAN_SECONDS + keys.JWKS_DEADLINE_SECONDS


async def test_a_set_that_cannot_be_fetched_for_long_verifies_no_more(
    fetching, key_set, monkeypatch
):
    monkeypatch.setattr(keys, "JWKS_RETRY_SECONDS", 0.0)
    token = signed(RSA_KEY, kid="r")
    async with fetching(jwt_jwks_outage_seconds_max=60) as api:
        assert await status(api, token) == 200
        key_set.body = b"<html>"
        began = time.monotonic()
        monkeypatch.setattr(keys, "time", SimpleNamespace(monotonic=lambda: began + 50))
        assert await status(api, token) == 200
        monkeypatch.setattr(keys, "time", SimpleNamespace(monotonic=lambda: began + 70))
        assert await status(api, token) == 503
        key_set.holds(jwk(RSA_KEY, kid="r"))
        assert await status(api, token) == 200


# PyJWT warns of it.
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_a_key_that_would_not_do_in_a_file_does_not_in_a_set(fetching, key_set):
    weak = rsa.generate_private_key(65537, 1024)
    curve = ec.generate_private_key(ec.SECP384R1())
    key_set.holds(
        jwk(RSA_KEY, kid="r"), jwk(weak, kid="weak"), jwk(curve, kid="curve", alg="ES256")
    )
    async with fetching() as api:
        assert await status(api, signed(RSA_KEY, kid="r")) == 200
        assert await status(api, signed(weak, kid="weak")) == 401
        assert await status(api, signed(curve, "ES384", kid="curve")) == 401
