"""The options of a worker beside its read model."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """``kafka``: aiokafka's client options."""

    database_url: str
    kafka: dict[str, Any]
    group_prefix: str = ""
    batch_events_max: int = 5_000
    batch_events_behind_max: int = 20_000
    session_timeout_seconds: float = 10.0
    from_log_start: bool = False
    stall_seconds: float = 30.0
    long_batch_seconds_max: float = 3_600.0
    log_compare_seconds: float = 300.0
