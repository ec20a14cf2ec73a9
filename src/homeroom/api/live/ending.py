"""Why a live connection ends, or is not made."""

from dataclasses import dataclass

from homeroom_kit.errors import HomeroomError

# WebSocket close codes: RFC 6455, section 7.4.1, and the registry's 1012 and 1013; from 4000 on
# they are an application's own.
NORMAL, RESTARTS, TRY_AGAIN = 1000, 1012, 1013
UNAUTHENTICATED, FORBIDDEN, NOT_FOUND = 4401, 4403, 4404


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a live connection ends: a WebSocket close code, and what people are told."""

    code: int
    reason: str


class TooManyLive(HomeroomError):
    """There are as many live connections as there may be, in all or of one teacher."""
