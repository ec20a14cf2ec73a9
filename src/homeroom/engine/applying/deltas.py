"""The temporary tables of a writer's session that hold the deltas of its transaction.

They are made when a batch first needs them, and emptied by each transaction that filled them. Both
cost in proportion to what a batch touches, however many projections there are: PostgreSQL would
empty *all* tables that are ``ON COMMIT DELETE ROWS`` at each commit, at 0.05 ms a table.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from psycopg import AsyncConnection

from homeroom.engine.planning.planner import Plan
from homeroom.engine.planning.relations import delete_all, truncate_all

# DELETE costs 0.01 ms a table and leaves dead rows, which the next statement passes over. TRUNCATE
# costs 1 ms and leaves nothing.
DEAD_ROWS = 2_000


class SessionDeltas:
    """The deltas of one session. The caller holds a transaction around ``need`` and ``empty``."""

    def __init__(self, connection: AsyncConnection[Any], plan: Plan) -> None:
        self._connection = connection
        self._plan = plan
        self._kept: set[str] = set()
        self._made: frozenset[str] = frozenset()
        self._dead_rows: Counter[str] = Counter()

    async def need(self, entities: frozenset[str]) -> None:
        """Makes what a change of these entities reads and writes, where it is not there yet."""
        self._made = self._plan.deltas_of(entities) - self._kept
        if self._made:
            async with self._connection.pipeline():
                for name, statement in self._plan.deltas.items():
                    if name in self._made:
                        await self._connection.execute(statement.encode())

    def keep(self) -> None:
        """Notes that the transaction of the last ``need`` has committed: its tables stay."""
        self._kept |= self._made
        self._made = frozenset()

    async def empty(self, rows: Mapping[str, int]) -> None:
        """Empties what the transaction filled. ``rows``: how many, by relation."""
        filled = Counter({n: count for n, count in rows.items() if n in self._plan.deltas})
        self._dead_rows += filled
        full = sorted(name for name in +filled if self._dead_rows[name] > DEAD_ROWS)
        few = sorted((+filled).keys() - full)
        async with self._connection.pipeline():
            if full:
                await self._connection.execute(truncate_all(full).encode())
            if few:
                await self._connection.execute(delete_all(few).encode())
        for name in full:
            del self._dead_rows[name]
