"""An attempt to sign in: what its end must match, kept by the browser that began it."""

import time
from dataclasses import asdict, dataclass
from secrets import token_urlsafe

import jwt
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.auth import NOT_A_TOKEN
from homeroom.api.pages.sessions import ALGORITHM, is_secure

COOKIE = "homeroom_sign_in"
PATH = "/sign-in"
ATTEMPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Attempt:
    """``state``: what the provider sends back, and a form of the sign-in page carries; ``nonce``:
    what the id token must hold; ``verifier``: by whom the code may be redeemed (RFC 7636);
    ``page``: where to go then."""

    state: str
    nonce: str
    verifier: str
    page: str


def new_attempt(page: str) -> Attempt:
    """An attempt that nobody can guess."""
    return Attempt(token_urlsafe(32), token_urlsafe(32), token_urlsafe(48), page)


class Attempts:
    """Keeps attempts in a signed cookie, which only this browser has, for a few minutes.

    Another page can neither read it nor, since it is signed, set one: nobody is signed in as
    somebody else without knowing.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def keep(self, request: Request, response: Response, attempt: Attempt) -> None:
        """Give the answer the cookie."""
        claims = asdict(attempt) | {"exp": int(time.time()) + ATTEMPT_SECONDS}
        response.set_cookie(
            COOKIE,
            jwt.encode(claims, self._key, ALGORITHM),
            max_age=ATTEMPT_SECONDS,
            path=request.scope.get("root_path", "") + PATH,
            secure=is_secure(request),
            httponly=True,
            samesite="lax",
        )

    def of(self, request: Request) -> Attempt | None:
        """What the browser has begun; None if nothing, or too long ago."""
        try:
            claims = jwt.decode(
                request.cookies.get(COOKIE, ""), self._key, [ALGORITHM],
                options={"require": ["exp"]},
            )  # fmt: skip
            return Attempt(claims["state"], claims["nonce"], claims["verifier"], claims["page"])
        except (*NOT_A_TOKEN, KeyError):
            return None

    def end(self, request: Request, response: Response) -> None:
        """Take the cookie back: an attempt ends once, well or not."""
        response.delete_cookie(
            COOKIE, request.scope.get("root_path", "") + PATH,
            secure=is_secure(request), httponly=True, samesite="lax",
        )  # fmt: skip
