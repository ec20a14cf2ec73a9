"""Has consumers fetch by sessions (KIP-227): a fetch names what has changed since the one before.

aiokafka (0.14.0, and all versions before it) names each assigned partition in every fetch, and is
told of each in every answer: for 80 partitions that is 0.8 ms of CPU a fetch, and 0.2 by sessions.
Within a session the broker remembers what it was told, and answers only of partitions that have
something new.

- A broker that does not know a session, or not any more, says so: the next fetch names all again.
- Until a fetch is answered nobody knows whether the broker has got it, so it is the same there.
- The first few fetches need no session: who reads for a moment would leave it behind.

``tests/unit/test_aiokafka_fetch_sessions.py`` fails as soon as a version of aiokafka asks for
sessions by itself: then this module and its call in ``homeroom_kit.kafka`` go.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, NamedTuple

from aiokafka.consumer import consumer
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.protocol.fetch import FetchRequest

# The protocol's epochs: of a fetch without a session, of one that begins a session, the last one.
NO_SESSION, BEGIN, LAST_EPOCH = -1, 0, 2**31 - 1
# The first version of a fetch that has a session.
VERSION_MIN = 7
FETCHES_BEFORE = 5

# Topic and partition: as good a key as aiokafka's TopicPartition, which is such a tuple.
Place = tuple[str, int]
# The offset of each, and at most how many bytes.
Wanted = Mapping[Place, tuple[int, int]]


def install() -> None:
    """Makes every consumer of this process fetch by sessions. May be called again."""
    consumer.Fetcher = _SessionFetcher


class Fetch(NamedTuple):
    """What one fetch says: its session, what to fetch from now on, and what not any more."""

    session: int
    epoch: int
    named: Wanted
    forgotten: list[Place]


@dataclass(slots=True)
class FetchSession:
    """What one broker remembers of a consumer's fetches."""

    session: int = 0
    epoch: int = BEGIN
    known: Wanted = field(default_factory=dict)
    fetches: int = 0

    def next(self, wanted: Wanted) -> Fetch:
        """The next fetch. Unless it is ``answered``, the one after it names all again."""
        self.fetches += 1
        epoch = self.epoch if self.fetches > FETCHES_BEFORE else NO_SESSION
        known, self.known, self.epoch = self.known, wanted, BEGIN
        if epoch <= BEGIN:
            return Fetch(self.session, epoch, wanted, [])
        named = {place: of for place, of in wanted.items() if known.get(place) != of}
        return Fetch(self.session, epoch, named, [place for place in known if place not in wanted])

    def answered(self, fetch: Fetch, session: int, error: int) -> None:
        """Takes a fetch's answer: the session by now, or 0, and the code of an error, or 0."""
        if error:
            return
        self.session = session
        if session and fetch.epoch < LAST_EPOCH:
            self.epoch = fetch.epoch + 1

    def begin_again(self) -> None:
        """Has the next fetch name all, and its answer tell of all."""
        self.epoch = BEGIN


class _SessionFetcher(Fetcher):  # type: ignore[misc]
    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._sessions: defaultdict[int, FetchSession] = defaultdict(FetchSession)
        self._sessions_of: Any = None
        super().__init__(*arguments, **options)

    def _get_actions_per_node(self, assignment: Any) -> Any:
        # It asks each partition, also where no broker may be sent anything yet: one whose fetch is
        # under way, and one whose last records were not taken.
        waiting = {
            self._select_read_replica(place): seconds
            for place, records in self._records.items()
            if (seconds := records.calculate_backoff())
        }
        brokers = {broker.nodeId for broker in self._client.cluster.brokers()}
        if brokers and brokers <= waiting.keys() | self._in_flight:
            return [], {}, min(waiting.values(), default=self._fetcher_timeout), False, []
        return super()._get_actions_per_node(assignment)

    async def _proc_fetch_request(
        self, assignment: Any, node_id: int, request: FetchRequest
    ) -> bool:
        if assignment is not self._sessions_of:
            # Of its partitions nothing is known yet, not even of those that there were before.
            self._sessions_of = assignment
            for session in self._sessions.values():
                session.begin_again()
        by_session = _SessionRequest(request, self._sessions[node_id])
        found: bool = await super()._proc_fetch_request(assignment, node_id, by_session)
        if assignment.active:
            now_ms = int(time.time() * 1000)
            for place, offset in by_session.unchanged():
                state = assignment.state_value(place)
                if state.has_valid_position and state.position == offset:
                    state.timestamp = now_ms
        return found


class _SessionRequest(FetchRequest):  # type: ignore[misc]
    """A fetch in a session. aiokafka finds all that is wanted in it, and has it read its answer."""

    def __init__(self, request: FetchRequest, session: FetchSession) -> None:
        self.__dict__ |= request.__dict__
        self._all: list[tuple[str, list[tuple[int, int, int]]]] = request.topics
        self._session = session
        self._wanted: Wanted = {}
        self._fetch: Fetch | None = None
        self._answers: Any = None
        self._answer: Any = None

    @property
    def topics(self) -> list[tuple[str, list[tuple[int, int, int]]]]:
        return self._all

    def build(self, request_struct_class: Any) -> Any:
        if request_struct_class.API_VERSION < VERSION_MIN:
            return super().build(request_struct_class)
        self._wanted = {
            (topic, partition): (offset, bytes_max)
            for topic, partitions in self._all
            for partition, offset, bytes_max in partitions
        }
        self._fetch = fetch = self._session.next(self._wanted)
        self._topics = _by_topic((t, (number, *of)) for (t, number), of in fetch.named.items())
        struct = super().build(request_struct_class)
        struct.session_id, struct.session_epoch = fetch.session, fetch.epoch
        struct.forgotten_topics_data = _by_topic(fetch.forgotten)
        self._answers, struct.RESPONSE_TYPE = struct.RESPONSE_TYPE, self
        return struct

    def decode(self, data: BytesIO) -> Any:
        """Reads the answer, in the place of aiokafka's type of it."""
        assert self._fetch is not None
        self._answer = answer = self._answers.decode(data)
        self._session.answered(self._fetch, answer.session_id, answer.error_code)
        return answer

    def unchanged(self) -> Iterable[tuple[Place, int]]:
        """Of what the broker has nothing new to tell, as its answer says; and the offset there."""
        if self._answer is None or self._answer.error_code:
            return ()
        told = {(topic, of[0]) for topic, partitions in self._answer.topics for of in partitions}
        return ((place, of[0]) for place, of in self._wanted.items() if place not in told)


def _by_topic(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, list[Any]]]:
    topics: defaultdict[str, list[Any]] = defaultdict(list)
    for topic, of in pairs:
        topics[topic].append(of)
    return list(topics.items())
