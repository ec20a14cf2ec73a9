"""Sessions of the pages, made without an identity provider, for tests of what is behind it."""

from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.sessions import COOKIE
from homeroom.settings import Settings

SESSION_SECRET = "the tests' own key of sessions, longer than 32"
# Settings with which there are pages. Nobody listens there: sessions are made without a provider.
PAGES_ON: dict[str, Any] = {
    "oidc_issuer": "http://localhost:1",
    "oidc_client_id": "homeroom",
    "session_secret": SecretStr(SESSION_SECRET),
}


def session_cookie(
    app: FastAPI,
    settings: Settings,
    sub: str,
    role: str,
    organization_id: str | None = None,
    name: str = "",
) -> dict[str, str]:
    """The cookie of somebody who is signed in, by its name."""
    claims = {"sub": sub, settings.jwt_role_claim: role}
    if organization_id is not None:
        claims[settings.jwt_organization_claim] = organization_id
    response = Response()
    request = Request({"type": "http", "scheme": "http", "server": ("localhost", 80),
                       "path": "/", "headers": [], "query_string": b""})  # fmt: skip
    app.state.pages.sessions.begin(request, response, claims, name=name or sub)
    cookie = response.headers["set-cookie"].partition(";")[0]
    return {COOKIE: cookie.partition("=")[2]}
