"""Which pages go out compressed: those that nobody else has had the browser ask for.

Whoever sees the length of compressed answers learns what is in them, if they can choose a part of
them and ask again and again (BREACH). The token of forms is another text in every answer
(`csrf.py`). What else is in a page is protected by who asked: a browser says in `Sec-Fetch-Site`
whether the page came from the same origin, or from its user, and no script can say so in its place
(https://www.w3.org/TR/fetch-metadata/). So no address that another site has chosen is answered
compressed, nor one that a browser of before 2023 asks for, which does not say.
"""

import gzip

from starlette.requests import Request

from homeroom.api.pages.sessions import PageSession

# Of less, compressing gains nothing worth its time.
BYTES_MIN = 1_000
# A higher level makes no page smaller by a tenth, and takes twice as long.
LEVEL = 5
ASKED_BY_ITS_USER = ("same-origin", "none")
# By what the same address is answered differently.
VARIES_BY = "Accept-Encoding, Sec-Fetch-Site"


def compressed(request: Request, page: bytes, session: PageSession | None) -> bytes | None:
    """The page as gzip has it; None where it goes out as it is.

    ``session``: without one, a page holds the state of an attempt to sign in, which has no mask.
    """
    if session is None or len(page) < BYTES_MIN:
        return None
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return None
    if request.headers.get("sec-fetch-site") not in ASKED_BY_ITS_USER:
        return None
    return gzip.compress(page, LEVEL, mtime=0)
