"""Places to wait in: so many in all, and so many of one person, so that nobody takes them all."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from homeroom.errors import TooManyOwnWaiters, TooManyWaiters
from homeroom.queries.database import NO_TOKEN, TokenIdentity


class WaitingPlaces:
    """The places of one kind. Services, which have no token of a person, have no share."""

    def __init__(self, places_max: int, per_person_max: int) -> None:
        self._places_max = places_max
        self._per_person_max = per_person_max
        self._persons: Counter[str | None] = Counter()
        self.taken = 0

    @contextmanager
    def place(self, token: TokenIdentity) -> Iterator[None]:
        """A place for as long as the block lasts; raises TooManyWaiters, TooManyOwnWaiters."""
        if self.taken >= self._places_max:
            raise TooManyWaiters(self._places_max)
        is_person = token != NO_TOKEN
        if is_person and self._persons[token.subject] >= self._per_person_max:
            raise TooManyOwnWaiters(self._per_person_max)
        self.taken += 1
        self._persons[token.subject] += 1
        try:
            yield
        finally:
            self.taken -= 1
            self._persons[token.subject] -= 1
            if not self._persons[token.subject]:
                del self._persons[token.subject]
