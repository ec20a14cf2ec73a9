"""Looks again at rows that differ, where tables are not of one commit.

Flink writes each table by itself, a second or so apart, and two generations are hardly ever at the
same positions. What differs because of that is right a moment later. So only what differs in every
look counts.
"""

import random
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from homeroom.operations.differences import Compared, Difference, Scope

# Flink gathers changes for a second before it writes them.
LOOK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class SettlingTime:
    """For how many seconds, from the first look, rows that differ are looked at again.

    ``look_seconds``: how far these looks are apart.
    """

    seconds_max: float = 30.0
    look_seconds: float = LOOK_SECONDS


NO_WAIT = SettlingTime(0.0)
# Given a scope, and the salt of its sample: what differs, and whether that may be of a moment.
Look = Callable[[Scope, str], tuple[list[Compared], bool]]
Row = tuple[str, str]


def settled(look: Look, scope: Scope, wait: SettlingTime) -> list[Compared]:
    """What differs in every look, until nothing does or the time is over.

    Of a table with more differences than are listed, all count that the last look has.
    """
    salt = str(random.random())
    results, of_a_moment = look(scope, salt)
    # One look at large tables may take longer than all of it.
    give_up_at = time.monotonic() + wait.seconds_max
    found = {one.table: one for one in results}
    while of_a_moment and time.monotonic() < give_up_at:
        tables = [table for table, one in found.items() if one.differs]
        if not tables:
            break
        time.sleep(wait.look_seconds)
        again, _ = look(replace(scope, tables=tables), salt)
        found |= {one.table: _in_both(found[one.table], one) for one in again}
    return list(found.values())


def _in_both(before: Compared, now: Compared) -> Compared:
    """The later look without the rows that the earlier one did not have."""
    if not (_all_listed(before) and _all_listed(now)):
        return now
    rows = _rows(before.differences)
    kept = [d for d in now.differences if (d.table, d.key) in rows]
    unexpected, missing = _counts(kept)
    return replace(now, unexpected=unexpected, missing=missing, differences=kept)


def _all_listed(one: Compared) -> bool:
    return _counts(one.differences) == (one.unexpected, one.missing)


def _counts(differences: Collection[Difference]) -> tuple[int, int]:
    """How many rows are only there, and only in what should be; one that differs is both."""
    absent = {(d.table, d.key) for d in differences if d.column is None and d.have is None}
    surplus = {(d.table, d.key) for d in differences if d.column is None and d.should is None}
    rows = _rows(differences)
    return len(rows - absent), len(rows - surplus)


def _rows(differences: Collection[Difference]) -> set[Row]:
    return {(d.table, d.key) for d in differences}
