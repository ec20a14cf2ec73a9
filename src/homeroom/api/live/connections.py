"""The live connections of one process: who listens, for which school, and how many may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

import structlog

from homeroom.api.live.ending import RESTARTS, TRY_AGAIN, Ended, TooManyLive
from homeroom.api.metrics import Metrics
from homeroom.queries.changes import Change, ChangeFeed
from homeroom.queries.database import Database, TokenIdentity
from homeroom.settings import Settings

if TYPE_CHECKING:
    from homeroom.api.live.connection import LiveConnection

Client = TypeVar("Client")
log = structlog.get_logger(__name__)


class LiveClient(Protocol):
    """A client that is told what changes. ``person``: whose it is, by their id."""

    ended: Ended | None

    @property
    def person(self) -> str: ...

    @property
    def token(self) -> TokenIdentity: ...

    def look_at_rights(self) -> None: ...

    def end(self, ended: Ended) -> None: ...


class LiveConnections:
    """All live connections of a process, and the feed that they are told from."""

    def __init__(self, database: Database, settings: Settings, metrics: Metrics) -> None:
        self.feed = ChangeFeed(database, self._any, self._on_changes, self._on_revoked)
        self._settings = settings
        self._metrics = metrics
        self._of_persons: defaultdict[str, set[LiveClient]] = defaultdict(set)
        self._of_teachers: defaultdict[str, set[LiveConnection]] = defaultdict(set)
        self._of_schools: defaultdict[str, set[LiveConnection]] = defaultdict(set)
        self._count = 0
        self._closing = False

    @property
    def settings(self) -> Settings:
        """The limits of live connections."""
        return self._settings

    @property
    def count(self) -> int:
        """How many there are."""
        return self._count

    def add(self, connection: LiveConnection) -> None:
        """From here on it is told what changes. Raises TooManyLive."""
        self.add_client(connection)
        self._of_teachers[connection.teacher_id].add(connection)
        self._of_schools[connection.school["id"]].add(connection)

    def add_client(self, client: LiveClient) -> None:
        """From here on it counts, and hears when its rights or the service end.

        What changes it finds out by itself. Raises TooManyLive.
        """
        if self._closing:
            raise TooManyLive("The service ends; connect again")
        if self._count >= self._settings.live_connections_max:
            raise TooManyLive("Too many live connections; try again in a moment")
        own = len(self._of_persons.get(client.person, ()))
        if own >= self._settings.live_connections_per_teacher_max:
            raise TooManyLive(f"{own} live connections of this person are open already")
        self._of_persons[client.person].add(client)
        self._see_count(self._count + 1)

    def remove(self, connection: LiveConnection) -> None:
        """It is told nothing any more."""
        _discard(self._of_teachers, connection.teacher_id, connection)
        _discard(self._of_schools, connection.school["id"], connection)
        self.remove_client(connection)

    def remove_client(self, client: LiveClient) -> None:
        """The same of one that finds out by itself."""
        if _discard(self._of_persons, client.person, client):
            self._see_count(self._count - 1)

    def _see_count(self, count: int) -> None:
        self._count = count
        self._metrics.see_live_connections(count)

    def note_message(self, transport: str) -> None:
        """Counts a message that was sent."""
        self._metrics.send_live_message(transport)

    def note_end(self, transport: str, ended: Ended) -> None:
        """Counts a connection that has ended, and logs one that was cut off."""
        self._metrics.end_live_connection(transport, ended.code)
        if ended.code == TRY_AGAIN:
            log.info("live_connection_cut_off", transport=transport, reason=ended.reason)

    def close(self) -> None:
        """Ends all of them: the service ends."""
        self._closing = True
        for connection in self._all():
            connection.end(Ended(RESTARTS, "The service ends; connect again"))

    def _any(self) -> bool:
        return bool(self._of_teachers)

    def _all(self) -> Iterable[LiveClient]:
        return [one for own in self._of_persons.values() for one in own]

    def _all_at_schools(self) -> Iterable[LiveConnection]:
        return [one for own in self._of_teachers.values() for one in own]

    def _on_changes(self, changes: Sequence[Change]) -> None:
        for change in changes:
            for connection in self._concerned(change):
                if connection.concerns(change):
                    connection.tell(change)

    def _concerned(self, change: Change) -> Iterable[LiveConnection]:
        if not change.relation:
            return self._all_at_schools()
        if change.teacher_id is not None:
            return self._of_teachers.get(change.teacher_id, ())
        return self._of_schools.get(change.school_id or "", ())

    def _on_revoked(self, token: str | None) -> None:
        for connection in self._all():
            identity = connection.token
            names = (identity.jti or "", identity.subject or "")
            if token is None or any(name[:1000] == token for name in names):
                connection.look_at_rights()


def _discard(groups: defaultdict[str, set[Client]], key: str, client: Client) -> bool:
    """Whether it was in the group, which goes with its last one."""
    if client not in groups.get(key, ()):
        return False
    groups[key].discard(client)
    if not groups[key]:
        del groups[key]
    return True
