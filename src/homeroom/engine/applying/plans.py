"""How long a session keeps the plans of its statements.

Planning takes three quarters of a small batch's time in PostgreSQL. But a plan that was made while
a table was small reads all of it once it has grown. So small batches share their plans until one of
the tables has twice the pages that it had; a large batch, which may fill a table by itself, has its
own. PostgreSQL itself makes those anew whose tables were analyzed.
"""

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import AsyncConnection

from homeroom.prepared import PreparedCall, SessionStatement, StepResult
from homeroom.statements import load

SQL = load("plans", __package__)
PAGES = SessionStatement.with_values("pages", SQL["pages"])
DISCARD = b"DISCARD PLANS"
# Every join is a nested loop over an index.
SETTINGS = (
    b"SET jit = off", b"SET random_page_cost = 1.1", b"SET enable_hashjoin = off",
    b"SET enable_mergejoin = off", b"SET enable_seqscan = off",
    b"SET plan_cache_mode = force_generic_plan", b"SET client_min_messages = 'warning'",
)  # fmt: skip
# For a statement that joins deltas with each other.
HASH_JOINS, NO_HASH_JOINS = b"SET LOCAL enable_hashjoin = on", b"SET LOCAL enable_hashjoin = off"
SMALL_BATCH = 200
LOOK_EVERY_SECONDS = 1.0
# So many pages are read in no time: a table that has fewer may grow to twice as many.
FEW_PAGES = 8


class SessionPlans:
    """The age of one session's plans, by the sizes of a generation's tables."""

    def __init__(self, connection: AsyncConnection[Any], schema: str) -> None:
        self._connection = connection
        self._schema = schema
        # When the plans were made; none where the next small batch makes its own.
        self._pages: Mapping[str, int] | None = None
        self._looked_at = -math.inf
        self._is_large = False

    async def prepare(self) -> None:
        """Tells the session how to plan."""
        for setting in SETTINGS:
            await self._connection.execute(setting)

    def beginning(self, events: int) -> list[PreparedCall | bytes]:
        """What a batch of so many events begins with; ``take`` takes the results."""
        self._is_large = events > SMALL_BATCH
        if self._is_large:
            self._pages = None
            return [DISCARD]
        if self._pages is None:
            return [DISCARD, PAGES.call(self._schema)]
        if time.monotonic() - self._looked_at >= LOOK_EVERY_SECONDS:
            return [PAGES.call(self._schema)]
        return []

    async def take(self, results: Sequence[StepResult]) -> None:
        """Looks at the sizes of tables that were asked for, before statements read these."""
        if not results or self._is_large:
            return
        self._looked_at = time.monotonic()
        pages = dict(results[-1].rows)
        if self._pages is None:
            self._pages = pages
        elif any(
            size > 2 * max(self._pages.get(name, 0), FEW_PAGES) for name, size in pages.items()
        ):
            self._pages = pages
            await self._connection.execute(DISCARD)
