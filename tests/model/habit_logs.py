"""The rules of habit logs, naive and obviously right: one student's logs, one after the other."""

import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Day = tuple[str, str]
BEGAN = "2020-01-01"


@dataclass
class Model:
    """What a student's logs have made so far."""

    habits: frozenset[str]
    now: datetime
    sent: dict[str, tuple[dict[str, Any], bool]] = field(default_factory=dict)
    days: dict[Day, dict[str, Any]] = field(default_factory=dict)
    # What was said of each day, in order: done, and when that was recorded.
    said: dict[Day, list[tuple[bool, str]]] = field(default_factory=dict)

    def copy(self) -> "Model":
        return copy.deepcopy(self)

    def record(self, logs: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """The status of each log, by its id."""
        return [(log["id"], self._judge(log)) for log in logs]

    def _judge(self, log: dict[str, Any]) -> str:
        if log["id"] in self.sent:
            known, recorded = self.sent[log["id"]]
            if known != log:
                return "rejected"
            return "duplicate" if recorded else "superseded"
        # All students of the tests live in UTC, and all their habits began on one day.
        tomorrow = (self.now + timedelta(days=1)).date().isoformat()
        latest = (self.now + timedelta(minutes=5)).isoformat()
        if (
            log["habit_id"] not in self.habits
            or not BEGAN <= log["logged_on"] <= tomorrow
            or log["recorded_at"] > latest
        ):
            return "rejected"
        day = (log["habit_id"], log["logged_on"])
        counts = day not in self.days or log["recorded_at"] > self.days[day]["recorded_at"]
        self.sent[log["id"]] = (log, counts)
        if not counts:
            return "superseded"
        self.days[day] = log
        self.said.setdefault(day, []).append((log["done"], log["recorded_at"]))
        return "recorded"
