"""How many requests a teacher or a student may make a minute, counted for all query services.

The minute begins with its first request. The count is one statement, and none where there is no
limit. While it cannot be counted, requests are answered: a limit protects the service, and is no
reason to be away.
"""

import asyncio
from asyncio import timeout
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool
from starlette.requests import HTTPConnection

from homeroom.api.claims import ID
from homeroom.api.envelopes import PAGES, SCHOOLS
from homeroom.api.errors import ApiError, surface_of
from homeroom.queries.database import POOL_GIVES_NONE, RECONNECT_TIMEOUT_SECONDS, reader_conninfo
from homeroom.settings import Settings
from homeroom.statements import load

SQL = load("rate_limits", __package__)
CONNECTIONS_MAX = 4
# A request waits at most so long to be counted: for a connection, and for the statement. After a
# failure none waits for a while.
POOL_TIMEOUT_SECONDS = 0.5
STATEMENT_SECONDS = 1.0
LET_GO_SECONDS = 0.2
PAUSE_SECONDS = 1.0
LIMIT, REMAINING, RESET = "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"
# By the beginning of paths of teachers in schools; everything else that is read is `reads`.
DASHBOARD, NOTIFICATIONS = "/api/teachers/dashboard", "/api/teachers/notifications"
LIVE = "/ws/teachers/dashboard"
# The pages that show the same.
SCHOOL_PAGES, NOTIFICATIONS_PART = "/teacher/schools", "/notifications"
READING = ("GET", "HEAD")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A limit by its name; ``requests_max``: in a minute."""

    name: str
    requests_max: int


class RateLimits:
    """The limits of one application, and the few connections over which it counts.

    ``limited``: told the name of a limit that was exceeded; ``uncounted``: that a request was not
    counted.
    """

    def __init__(
        self, settings: Settings, limited: Callable[[str], None], uncounted: Callable[[], None]
    ) -> None:
        self._dashboard = RateLimit("dashboard", settings.dashboard_requests_per_minute_max)
        self._notifications = RateLimit(
            "notifications", settings.notification_requests_per_minute_max
        )
        self._ingestion = RateLimit("ingestion", settings.ingestion_requests_per_minute_max)
        self._reads = RateLimit("reads", settings.read_requests_per_minute_max)
        self._limited, self._uncounted = limited, uncounted
        self._pause_until_seconds = 0.0
        self._pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            make_conninfo(reader_conninfo(settings), application_name="homeroom limits"),
            kwargs={"autocommit": True},
            min_size=0,
            max_size=CONNECTIONS_MAX,
            configure=_prepare,
            timeout=POOL_TIMEOUT_SECONDS,
            reconnect_timeout=RECONNECT_TIMEOUT_SECONDS,
            name="homeroom-limits",
            open=False,
        )

    async def open(self) -> None:
        """Opens the pool; nothing is connected yet."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Closes all connections."""
        await self._pool.close()

    async def count(self, request: HTTPConnection, role: str, caller_id: str) -> None:
        """Counts a request, once; ApiError 429 where it is one too many.

        What is left is kept for the answer, as `request.state.rate_limit`. Whoever has what can be
        no id is refused anyway.
        """
        limit = self._limit_of(request)
        if role not in ("teacher", "student") or not limit.requests_max:
            return
        if not ID.fullmatch(caller_id):
            return
        if hasattr(request.state, "rate_limit"):
            return
        await self._count(request, f"{role}/{caller_id}", limit)

    async def count_service(self, request: HTTPConnection, service: str) -> None:
        """Counts a service's request to publish events; ApiError 429 where it is one too many."""
        if self._ingestion.requests_max:
            await self._count(request, f"service/{service}", self._ingestion)

    async def _count(self, request: HTTPConnection, caller: str, limit: RateLimit) -> None:
        counted = await self._counted(caller, limit)
        if counted is None:
            return
        requests, seconds = counted
        seconds = max(1, min(60, seconds))
        request.state.rate_limit = {
            LIMIT: str(limit.requests_max),
            REMAINING: str(max(0, limit.requests_max - requests)),
            RESET: str(seconds),
        }
        if requests > limit.requests_max:
            self._limited(limit.name)
            why = f"Too many requests; try again in {seconds} seconds"
            raise ApiError(429, why, {"Retry-After": str(seconds)})

    def _limit_of(self, request: HTTPConnection) -> RateLimit:
        surface = surface_of(request.scope)
        path: str = request.scope["route"].path if surface in (SCHOOLS, PAGES) else ""
        if surface is PAGES and f"{path}/".startswith(f"{SCHOOL_PAGES}/"):
            return self._notifications if NOTIFICATIONS_PART in path else self._dashboard
        if surface is SCHOOLS:
            if f"{path}/".startswith((f"{DASHBOARD}/", f"{LIVE}/")):
                return self._dashboard
            if f"{path}/".startswith(f"{NOTIFICATIONS}/"):
                return self._notifications
        return self._reads if request.scope["method"] in READING else RateLimit("", 0)

    async def _counted(self, caller: str, limit: RateLimit) -> tuple[int, int] | None:
        """How many requests of this minute, and its seconds that are left; None if unknown."""
        now = asyncio.get_running_loop().time()
        if now < self._pause_until_seconds:
            self._uncounted()
            return None
        counting = {"caller": caller, "limited": limit.name, "requests_max": limit.requests_max}
        # Longer only where the server is frozen; cancelled twice, psycopg does not wait for it.
        seconds = POOL_TIMEOUT_SECONDS + STATEMENT_SECONDS
        try:
            async with (
                timeout(seconds + LET_GO_SECONDS), timeout(seconds),
                self._pool.connection() as connection,
            ):  # fmt: skip
                row = await (await connection.execute(SQL["count"], counting)).fetchone()
        except (psycopg.Error, TimeoutError, *POOL_GIVES_NONE) as error:
            self._uncounted()
            self._pause_until_seconds = now + PAUSE_SECONDS
            log.warning("requests not counted", error=str(error), error_type=type(error).__name__)
            return None
        assert row is not None
        return row[0], row[1]


async def _prepare(connection: AsyncConnection[Any]) -> None:
    milliseconds = {"milliseconds": str(int(1000 * STATEMENT_SECONDS))}
    await connection.execute(SQL["prepare_session"], milliseconds)
