"""Sessions of people who look at pages: a signed cookie that says who they are, for a while.

The cookie holds the claims that a token of the API would have, so a session is verified, revoked
and judged as a token is. The API itself takes no cookie.
"""

import hashlib
import hmac
import time
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

import jwt
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.auth import NOT_A_TOKEN, Authenticator, Principal

COOKIE = "homeroom_session"
ALGORITHM = "HS256"
PATH = "/"
CSRF_FIELD, CSRF_HEADER = "csrf_token", "X-CSRF-Token"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")


@dataclass(frozen=True, slots=True)
class PageSession:
    """Who is signed in. ``csrf_token``: what every form of the session carries."""

    principal: Principal
    name: str
    csrf_token: str

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
    ) -> None:
        """Give the answer the cookie of a new session.

        ``claims``: `sub`, the role and the school, where a token of the API has them.
        """
        now = int(time.time())
        own = {"iat": now, "exp": now + self._seconds, "jti": token_urlsafe(12), "name": name}
        response.set_cookie(
            COOKIE,
            jwt.encode(claims | own, self._key, ALGORITHM),
            max_age=self._seconds,
            path=PATH,
            secure=is_secure(request),
            httponly=True,
            samesite="lax",
        )

    def of(self, request: Request) -> PageSession | None:
        """The session of a request; None without one, or with one that does not do."""
        cookie = request.cookies.get(COOKIE)
        if cookie is None:
            return None
        try:
            claims = jwt.decode(
                cookie, self._key, [ALGORITHM], options={"require": ["sub", "exp", "jti"]}
            )
            principal = self._authenticator.caller_of(claims)
        except NOT_A_TOKEN:
            return None
        return PageSession(principal, str(claims.get("name", "")), self._csrf_token(claims["jti"]))

    def end(self, request: Request, response: Response) -> None:
        """Take the cookie back."""
        response.delete_cookie(
            COOKIE, PATH, secure=is_secure(request), httponly=True, samesite="lax"
        )

    def _csrf_token(self, jti: str) -> str:
        return hmac.new(self._key, b"csrf " + jti.encode(), hashlib.sha256).hexdigest()


def is_secure(request: Request) -> bool:
    """Whether a cookie must go over TLS only: everywhere but on this machine without TLS."""
    return request.url.scheme == "https" or request.url.hostname not in LOOPBACK
