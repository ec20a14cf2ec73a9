"""How many events the next batch may have."""

BATCHES_BEFORE_GROWTH = 10
# Each try costs as long as a transaction may take, so few lead down to the one event that is heavy.
SHRINK = 8


class BatchSize:
    """Small while there is little to do, large while far behind, and never too slow for long.

    A transaction may not last longer than the session's timeout, so a batch that is too large for
    a slow database would fail for ever: the next ones are smaller until one fits, and after some
    that fitted they may be larger again. One event alone that does not fit either gets more time
    (``patience``).
    """

    def __init__(self, usual_max: int, behind_max: int) -> None:
        self._usual_max = usual_max
        self._behind_max = behind_max
        self._limit = max(usual_max, behind_max)
        self._behind = False
        self._fitted = 0

    @property
    def events_max(self) -> int:
        return min(self._limit, self._behind_max if self._behind else self._usual_max)

    def polled(self, records: int, is_full: bool = False) -> bool:
        """Takes note of a poll; returns whether it was full, so that there is probably more.

        ``is_full``: by the bytes of its records.
        """
        self._behind = records >= self.events_max or is_full
        return self._behind

    def too_slow(self, records: int) -> None:
        """A batch of so many records took longer than a transaction may."""
        self._limit = max(1, min(records, self.events_max) // SHRINK)
        self._fitted = 0

    def fitted(self) -> None:
        """A batch was applied in time."""
        self._fitted += 1
        if self._fitted >= BATCHES_BEFORE_GROWTH:
            self._fitted = 0
            self._limit = min(2 * self._limit, max(self._usual_max, self._behind_max))
