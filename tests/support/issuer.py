"""An issuer of tokens over HTTPS, as an identity provider is one for programs."""

import json
import ssl
import threading
import time
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote_plus

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.authority import Identity

CLIENT = ("homeroom", "a secret: 100% safe")
AUDIENCE = "brokers"
SCOPE = "kafka"


class Issuer:
    """Gives tokens for client credentials (RFC 6749, section 4.4) until it is stopped.

    ``key_set`` is the file of its public keys. ``answer`` is what it answers instead of a token.
    """

    def __init__(self, folder: Path, identity: Identity) -> None:
        self.given = 0
        self.expires_in = 3600.0
        self.answer: tuple[int, bytes] | None = None
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        self.key_set = folder / "keys.json"
        self.key_set.write_text(json.dumps({"keys": [{**public, "kid": "k", "alg": "RS256"}]}))
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(identity.certificate, identity.key)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_port}/token"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def token(self, audience: str = AUDIENCE) -> str:
        now = time.time()
        claims = {"sub": "homeroom", "aud": audience, "iat": now, "exp": now + self.expires_in}
        return jwt.encode(claims, self._key, "RS256", {"kid": "k"})

    def _answer(self, authorization: str, form: dict[str, list[str]]) -> tuple[int, bytes]:
        if self.answer is not None:
            return self.answer
        user, _, secret = b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        if (unquote_plus(user), unquote_plus(secret)) != CLIENT:
            described = f"the secret {unquote_plus(secret)} is wrong"
            refusal = {"error": "invalid_client", "error_description": described}
            return 401, json.dumps(refusal).encode()
        if form["grant_type"] != ["client_credentials"] or form["scope"] != [SCOPE]:
            return 400, b'{"error": "invalid_scope"}'
        self.given += 1
        token = self.token(*form.get("audience", []))
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": self.expires_in}
        return 200, json.dumps(answer).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, answer = issuer._answer(self.headers["Authorization"], parse_qs(body))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
