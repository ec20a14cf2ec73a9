"""What a program does beside relaying, over the connection of the relay that works."""

from typing import Any, Protocol

from psycopg import AsyncConnection


class RelayHooks(Protocol):
    """Called in this order in each turn of the relay that has the lease; errors are retried."""

    def forget(self) -> None:
        """Forgets all that is known of database and log: another relay may have worked since."""

    async def level(self, connection: AsyncConnection[Any]) -> bool:
        """Before publishing. False where the relay should look again soon."""

    async def chores(self, connection: AsyncConnection[Any]) -> bool:
        """After publishing, even where that failed. Returns whether there is more to do."""


class NoHooks:
    """A program that relays and does nothing else."""

    def forget(self) -> None:
        """Knows nothing."""

    async def level(self, _: AsyncConnection[Any]) -> bool:
        """There is nothing to wait for."""
        return True

    async def chores(self, _: AsyncConnection[Any]) -> bool:
        """There are none."""
        return False
