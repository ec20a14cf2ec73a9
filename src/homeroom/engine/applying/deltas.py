"""The temporary tables of a writer's session that hold the deltas of its transaction.

They are made when a batch first needs them, and emptied by each transaction that filled them. Both
cost in proportion to what a batch touches, however many projections there are: PostgreSQL would
empty *all* tables that are ``ON COMMIT DELETE ROWS`` at each commit, at 0.05 ms a table.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from psycopg import AsyncConnection

from homeroom.engine.planning.planner import Plan
from homeroom.engine.planning.relations import delete_all, truncate_all

# DELETE costs 0.01 ms a table and leaves dead rows, which the next statement passes over. TRUNCATE
# costs 1 ms and leaves nothing.
DEAD_ROWS = 2_000
# For so many sets of entities it is remembered what a change of them reaches.
COMBINATIONS_KNOWN = 1_000


class SessionDeltas:
    """The deltas of one session. The caller holds a transaction around all of it but ``keep``."""

    def __init__(self, connection: AsyncConnection[Any], plan: Plan) -> None:
        self._connection = connection
        self._plan = plan
        self._deltas_of = lru_cache(COMBINATIONS_KNOWN)(plan.deltas_of)
        self._kept: set[str] = set()
        self._made: frozenset[str] = frozenset()
        self._dead_rows: Counter[str] = Counter()
        self._truncated: list[str] = []

    async def need(self, entities: frozenset[str]) -> None:
        """Makes what a change of these entities reads and writes, where it is not there yet."""
        self._made = self._deltas_of(entities) - self._kept
        if self._made:
            async with self._connection.pipeline():
                for name, statement in self._plan.deltas.items():
                    if name in self._made:
                        await self._connection.execute(statement.encode())

    def keep(self) -> None:
        """Notes that the transaction of the last ``need`` has committed: its tables stay."""
        self._kept |= self._made
        self._made = frozenset()

    def emptying(self, relations: Iterable[str], rows: Mapping[str, int]) -> list[bytes]:
        """What empties the deltas of relations. ``rows``: how many they have, where it is known."""
        kept = [name for name in relations if name in self._plan.deltas]
        full = sorted(n for n in kept if self._dead_rows[n] + rows.get(n, 0) > DEAD_ROWS)
        few = sorted(set(kept).difference(full))
        self._truncated = full
        statements = [truncate_all(full)] if full else []
        if few:
            statements.append(delete_all(few))
        return [statement.encode() for statement in statements]

    def emptied(self, rows: Mapping[str, int]) -> None:
        """Notes that what ``emptying`` returned was run. ``rows``: how many there were."""
        self._dead_rows += Counter(
            {n: count for n, count in rows.items() if n in self._plan.deltas}
        )
        for name in self._truncated:
            del self._dead_rows[name]
        self._truncated = []
