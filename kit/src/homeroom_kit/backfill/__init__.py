"""Says the events of rows that a service had before it said any.

``announce`` in the migration that creates the outbox, then ``run`` once every process of the
service says its events. docs/backfill.md leads through it.
"""

from homeroom_kit.backfill.plan import Backfill, Row
from homeroom_kit.backfill.running import BackfillReport, announce, run

__all__ = ["Backfill", "BackfillReport", "Row", "announce", "run"]
