"""What a worker's verify has found, for whoever watches it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Drift:
    """Another thread may read it: a field is set to a new value, not changed in place.

    ``rows``: by table, how many were found to differ from their definition and not found right
    again since; ``keys``: how many rows were looked at, again and again.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    keys: int = 0
