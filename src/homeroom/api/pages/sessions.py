"""Sessions of people who look at pages: a signed cookie that says who they are, for a while.

The cookie holds the claims that a token of the API would have, so a session is verified, revoked
and judged as a token is. The API itself takes no cookie.
"""

import hmac
import time
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import jwt
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.auth import NOT_A_TOKEN, Authenticator, Principal
from homeroom.api.pages.csrf import masked

COOKIE = "homeroom_session"
ALGORITHM = "HS256"
CSRF_FIELD, CSRF_HEADER = "csrf_token", "X-CSRF-Token"
# Browsers keep 4,096 bytes of a cookie, its name and attributes among them.
COOKIE_BYTES_MAX = 3_600
NAME_CHARACTERS_MAX = 100
LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")


@dataclass(frozen=True, slots=True)
class PageSession:
    """Who is signed in. ``csrf_token``: what every form of the session carries, as one answer has
    it; ``jti``: by what it is revoked."""

    principal: Principal
    name: str
    csrf_token: str
    jti: str

    @property
    def role(self) -> str:
        """The person's role."""
        return self.principal.role


class Sessions:
    """Makes, reads and ends sessions. ``key``: what cookies are signed with."""

    def __init__(self, key: bytes, authenticator: Authenticator, seconds: int) -> None:
        self._key = key
        self._authenticator = authenticator
        self._seconds = seconds

    def begin(
        self, request: Request, response: Response, claims: dict[str, Any], name: str
    ) -> PageSession:
        """Give the answer the cookie of a new session, which is returned.

        ``claims``: `sub`, the role and the school, where a token of the API has them. Raises what
        is among NOT_A_TOKEN for claims that no token has, or that are longer than browsers keep.
        """
        now = int(time.time())
        own = {
            "iat": now, "exp": now + self._seconds, "jti": token_hex(12),
            "name": name[:NAME_CHARACTERS_MAX],
        }  # fmt: skip
        session = self._session(claims | own)
        cookie = jwt.encode(claims | own, self._key, ALGORITHM)
        if len(cookie) > COOKIE_BYTES_MAX:
            raise ValueError("the claims are too long for a cookie")
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=self._seconds,
            path=path_of_cookies(request),
            secure=is_secure(request),
            httponly=True,
            samesite="lax",
        )
        return session

    def of(self, request: Request) -> PageSession | None:
        """The session of a request; None without one, or with one that does not do."""
        cookie = request.cookies.get(COOKIE)
        if cookie is None:
            return None
        try:
            claims = jwt.decode(
                cookie, self._key, [ALGORITHM], options={"require": ["sub", "exp", "jti"]}
            )
            return self._session(claims)
        except NOT_A_TOKEN:
            return None

    def end(self, request: Request, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(
            COOKIE, path_of_cookies(request),
            secure=is_secure(request), httponly=True, samesite="lax",
        )  # fmt: skip

    def _session(self, claims: dict[str, Any]) -> PageSession:
        jti, name = str(claims["jti"]), str(claims.get("name", ""))
        principal = self._authenticator.caller_of(claims)
        token = hmac.digest(self._key, b"csrf " + jti.encode(), "sha256")
        return PageSession(principal, name, masked(token), jti)


def is_same(given: str, wanted: str) -> bool:
    """Whether somebody gave what only a page of ours told; takes the same time either way."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def is_secure(request: Request) -> bool:
    """Whether a cookie must go over TLS only: everywhere but on this machine without TLS."""
    return request.url.scheme == "https" or request.url.hostname not in LOOPBACK


def path_of_cookies(request: Request) -> str:
    """Where cookies are sent to: what else is on the host, beside a proxy's prefix, gets none."""
    root_path: str = request.scope.get("root_path", "")
    return root_path or "/"
