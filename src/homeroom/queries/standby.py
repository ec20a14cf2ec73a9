"""How far the standbys that reads go to are behind the database."""

import asyncio
from collections import deque
from collections.abc import Callable

import psycopg
import structlog

from homeroom.queries.database import POOL_GIVES_NONE, Connection, Database
from homeroom.statements import load
from homeroom_kit.errors import HomeroomError

SQL = load("standby", __package__)
LOOK_SECONDS = 1.0
BACKOFF_SECONDS_MAX = 5.0
# Places in the database's log that are remembered, to tell when a standby's was the newest.
PLACES_MAX = 3_600

log = structlog.get_logger(__name__)


class StandbyLag:
    """Compares once a second what the database has written with what a standby has replayed.

    ``seconds``: how long ago the standby's last place was the newest; None while that is not known,
    as where the database is away. There is nothing to compare where reads go to the database
    itself.
    """

    def __init__(
        self,
        database: Database,
        primary: Database,
        seconds_max: float,
        see: Callable[[float], None],
    ) -> None:
        self._database = database
        self._primary = primary
        self._seconds_max = seconds_max
        self._see = see
        self._places: deque[tuple[float, int]] = deque(maxlen=PLACES_MAX)
        self._behind = False
        self._trouble = False
        self.seconds: float | None = None

    @property
    def is_too_long(self) -> bool:
        """Whether the standby is further behind than the setting allows."""
        return self.seconds is not None and self.seconds > self._seconds_max

    async def run(self) -> None:
        """Looks until cancelled. While one of the servers is away the lag is not known."""
        if not self._database.on_standbys:
            return
        backoff_seconds = LOOK_SECONDS
        while True:
            try:
                async with await self._primary.connect() as connection:
                    self._places.clear()
                    backoff_seconds = LOOK_SECONDS
                    while True:
                        await self._look(connection)
                        await asyncio.sleep(LOOK_SECONDS)
            except (psycopg.Error, *POOL_GIVES_NONE, HomeroomError, OSError) as error:
                self.seconds = None
                if not self._trouble:
                    log.warning("standby_lag_not_known", error=str(error).strip())
                self._trouble = True
            await asyncio.sleep(backoff_seconds)
            backoff_seconds = min(2 * backoff_seconds, BACKOFF_SECONDS_MAX)

    async def _look(self, primary: Connection) -> None:
        now = asyncio.get_running_loop().time()
        written = await _place(primary, "written")
        if written is not None:
            self._places.append((now, written))
        async with self._database.pool.connection() as standby:
            replayed = await _place(standby, "replayed")
        self.seconds = 0.0 if replayed is None else self._since(replayed, now)
        self._trouble = False
        self._see(self.seconds)
        if self.is_too_long != self._behind:
            self._behind = self.is_too_long
            tell = log.warning if self._behind else log.info
            event = "standby_lags" if self._behind else "standby_lags_no_more"
            tell(event, seconds=round(self.seconds, 1), seconds_max=self._seconds_max)

    def _since(self, replayed: int, now: float) -> float:
        """Drops the places before the standby's own; how old the first one is that it has not."""
        while self._places and self._places[0][1] <= replayed:
            self._places.popleft()
        return now - self._places[0][0] if self._places else 0.0


async def _place(connection: Connection, name: str) -> int | None:
    """A place in the log, in bytes; None where the server has none of this kind."""
    row = await (await connection.execute(SQL[name])).fetchone()
    return None if row is None or row[0] is None else int(row[0])
