"""What somebody has just said shows on the next pages, too, whichever standby they are read from.

An answer that waited for a command keeps in a signed cookie how far the read model was then. For as
long as a standby may be behind, the browser's pages and streams rest on at least that, as the
answers of the API do that ask with Homeroom-Wait-For; where a standby is not so far, they are read
from the database itself.
"""

import math
import time
from collections.abc import Mapping

import jwt
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.auth import NOT_A_TOKEN
from homeroom.api.pages.sessions import ALGORITHM, is_secure, path_of_cookies
from homeroom.queries.positions import Partition

COOKIE = "homeroom_seen"
# Browsers keep 4,096 bytes of a cookie; a form writes into a few partitions.
COOKIE_BYTES_MAX = 3_600


class SeenPositions:
    """Keeps positions in a cookie. ``seconds``: how far a standby may be behind.

    It is signed: whoever could name positions that nobody has reached would choose where to read.
    """

    def __init__(self, key: bytes, seconds: float) -> None:
        self._key = key
        self._seconds = math.ceil(seconds)

    def keep(self, request: Request, response: Response) -> None:
        """Give the answer the cookie, where the request has waited for a command."""
        waited_for: Mapping[Partition, int] = getattr(request.state, "waited_for", {})
        if not waited_for:
            return
        positions = [[*partition, offset] for partition, offset in waited_for.items()]
        claims = {"positions": positions, "exp": int(time.time()) + self._seconds}
        cookie = jwt.encode(claims, self._key, ALGORITHM)
        if len(cookie) > COOKIE_BYTES_MAX:
            return
        response.set_cookie(
            COOKIE, cookie, max_age=self._seconds, path=path_of_cookies(request),
            secure=is_secure(request), httponly=True, samesite="lax",
        )  # fmt: skip

    def of(self, request: Request) -> dict[Partition, int]:
        """What the browser's pages must rest on: the offset per partition."""
        try:
            claims = jwt.decode(
                request.cookies.get(COOKIE, ""), self._key, [ALGORITHM],
                options={"require": ["exp"]},
            )  # fmt: skip
        except NOT_A_TOKEN:
            return {}
        return {(topic, number): offset for topic, number, offset in claims["positions"]}
