"""Places to wait in: so many in all, and so many of one person, so that nobody takes them all."""

from asyncio import Semaphore, timeout
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from homeroom.errors import TooManyOwnWaiters, TooManyWaiters
from homeroom.queries.database import NO_TOKEN, ReadScope, TokenIdentity


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


class OwnTurns:
    """How many of one kind a person has at a time: whoever wants more waits for own ones.

    Services, and what is done for nobody, do not wait.
    """

    def __init__(self, each_max: int, seconds_max: float) -> None:
        self._each_max = each_max
        self._seconds_max = seconds_max
        self._turns: dict[ReadScope, Semaphore] = {}
        self._there: Counter[ReadScope] = Counter()

    @asynccontextmanager
    async def turn(self, whom: ReadScope) -> AsyncIterator[None]:
        """One for as long as the block lasts; raises TooManyOwnWaiters."""
        if not (whom.student_id or whom.teacher_id or whom.admin_id):
            yield
            return
        turns = self._turns.setdefault(whom, Semaphore(self._each_max))
        self._there[whom] += 1
        try:
            await self._wait(turns)
            try:
                yield
            finally:
                turns.release()
        finally:
            self._there[whom] -= 1
            if not self._there[whom]:
                del self._there[whom], self._turns[whom]

    async def _wait(self, turns: Semaphore) -> None:
        try:
            async with timeout(self._seconds_max):
                await turns.acquire()
        except TimeoutError:
            raise TooManyOwnWaiters(self._each_max) from None
