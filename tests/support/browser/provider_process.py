"""The identity provider, as a process.

`python -m tests.support.browser.provider_process USERS NAMES_ITSELF` is the package
oidc-provider-mock, which lets anybody in who chooses a name, but holds clients to nothing. Here it
also holds ours to what a provider that people use would: the secret, and PKCE. USERS: a JSON list
of claims, `sub` among them; NAMES_ITSELF: whether it announces that its answers say whose they are,
which they do not. It prints its address when it listens.
"""

import hashlib
import json
import os
import re
import sys
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, unquote_plus, urlsplit

import flask
import oidc_provider_mock
from werkzeug.serving import make_server

from tests.support.browser.provider import CLIENT_ID, CLIENT_SECRET


def application(users: list[dict[str, object]], names_itself: bool) -> flask.Flask:
    """The provider, stricter."""
    app = oidc_provider_mock.app(
        user_claims=[oidc_provider_mock.User(sub=str(u.pop("sub")), claims=u) for u in users]
    )
    # By code: what the verifier of who redeems it must hash to.
    challenges: dict[str, str] = {}

    @app.before_request
    def refuse() -> tuple[dict[str, str], int] | None:
        asked = flask.request
        if asked.path == "/oauth2/authorize" and asked.args.get("code_challenge_method") != "S256":
            return {"error": "invalid_request", "error_description": "no code challenge"}, 400
        if asked.path != "/oauth2/token":
            return None
        if not _authenticated(asked):
            return {"error": "invalid_client"}, 401
        if asked.form.get("grant_type") != "authorization_code":
            return None
        challenge = challenges.pop(asked.form["code"], None)
        if challenge != _challenge(asked.form.get("code_verifier", "")):
            return {"error": "invalid_grant", "error_description": "wrong code verifier"}, 400
        return None

    @app.after_request
    def remember(answer: flask.Response) -> flask.Response:
        if flask.request.path == "/oauth2/authorize":
            for code in parse_qs(urlsplit(answer.headers.get("Location", "")).query).get(
                "code", ()
            ):
                challenges[code] = flask.request.args["code_challenge"]
        if names_itself and flask.request.path == "/.well-known/openid-configuration":
            said = answer.get_json() | {"authorization_response_iss_parameter_supported": True}
            answer.set_data(json.dumps(said))
        if answer.mimetype == "text/html":
            # Its pages ask another host for a style sheet, for which nobody shall wait.
            answer.set_data(re.sub(r"<link[^>]*>", "", answer.get_data(as_text=True)))
        return answer

    return app


def _authenticated(asked: flask.Request) -> bool:
    sent = asked.authorization
    if sent is not None:
        # RFC 6749, section 2.3.1: both are encoded as in a form.
        given = (unquote_plus(str(sent.get(name))) for name in ("username", "password"))
        return (*given,) == (CLIENT_ID, CLIENT_SECRET)
    form = asked.form
    return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)


def _challenge(verifier: str) -> str:
    """As RFC 7636 has it."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


if __name__ == "__main__":
    # What it answers goes no further than this machine.
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    server = make_server("127.0.0.1", 0, application(*map(json.loads, sys.argv[1:])), threaded=True)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
