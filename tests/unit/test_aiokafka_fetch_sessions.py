"""Within a session a broker knows all that is wanted, though each fetch names only what changed."""

from dataclasses import dataclass, field
from itertools import count

from aiokafka.protocol.fetch import FetchRequest, FetchRequest_v11
from hypothesis import given
from hypothesis import strategies as st

from homeroom_kit.aiokafka_fetch_sessions import (
    BEGIN,
    FETCHES_BEFORE,
    LAST_EPOCH,
    NO_SESSION,
    Fetch,
    FetchSession,
    Place,
)

NOT_FOUND, WRONG_EPOCH = 70, 71
ONE, OTHER = ("people", 0), ("people", 1)
FATES = ("answered", "request lost", "answer lost", "broker restarts", "no room", "reassigned")
wanted_partitions = st.dictionaries(
    st.tuples(st.sampled_from(["people", "classes"]), st.integers(0, 2)),
    st.tuples(st.integers(0, 2), st.just(1)),
)


@dataclass
class Broker:
    """What KIP-227 says of a broker: each session's next epoch, and what it knows."""

    sessions: dict[int, tuple[int, dict[Place, tuple[int, int]]]] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(7))
    has_room: bool = True

    def take(self, fetch: Fetch) -> tuple[dict[Place, tuple[int, int]], int, int]:
        """What it fetches, and the session and the error of its answer."""
        if fetch.epoch <= BEGIN:
            assert not fetch.forgotten
            self.sessions.pop(fetch.session, None)
            if fetch.epoch == NO_SESSION or not self.has_room:
                return dict(fetch.named), 0, 0
            number = next(self.numbers)
            self.sessions[number] = 1, dict(fetch.named)
            return dict(fetch.named), number, 0
        if fetch.session not in self.sessions:
            return {}, 0, NOT_FOUND
        epoch, known = self.sessions[fetch.session]
        if epoch != fetch.epoch:
            return {}, fetch.session, WRONG_EPOCH
        known.update(fetch.named)
        for place in fetch.forgotten:
            del known[place]
        self.sessions[fetch.session] = epoch + 1, known
        return known, fetch.session, 0


@given(st.lists(st.tuples(wanted_partitions, st.sampled_from(FATES)), max_size=40))
def test_what_a_broker_fetches_is_what_is_wanted_whatever_gets_lost(
    steps: list[tuple[dict[Place, tuple[int, int]], str]],
) -> None:
    session, broker, failed = FetchSession(fetches=FETCHES_BEFORE), Broker(), False
    for wanted, fate in steps:
        broker.has_room = fate != "no room"
        if fate == "broker restarts":
            broker.sessions.clear()
        if fate == "reassigned":
            session.begin_again()
        fetch = session.next(dict(wanted))
        if fate == "request lost":
            continue
        fetched, number, error = broker.take(fetch)
        assert error or fetched == wanted
        # One fetch at most is in vain.
        assert not (error and failed)
        assert fate != "reassigned" or dict(fetch.named) == wanted
        if fate != "answer lost":
            session.answered(fetch, number, error)
            failed = bool(error)
    # One that began unheard is never named again: brokers remove those.
    unheard = sum(fate == "answer lost" for _, fate in steps)
    assert len(broker.sessions) <= 1 + unheard


def begun() -> tuple[FetchSession, Broker]:
    """A session in which one partition is wanted."""
    session, broker = FetchSession(), Broker()
    for _ in range(FETCHES_BEFORE + 1):
        fetch = session.next({ONE: (5, 1)})
        session.answered(fetch, *broker.take(fetch)[1:])
    return session, broker


def test_who_reads_for_a_moment_leaves_no_session_behind() -> None:
    session = FetchSession()
    epochs = [session.next({ONE: (5, 1)}).epoch for _ in range(FETCHES_BEFORE + 1)]
    assert epochs == [NO_SESSION] * FETCHES_BEFORE + [BEGIN]


def test_a_fetch_names_what_is_new_what_moved_and_what_is_not_wanted_any_more() -> None:
    session, _ = begun()
    number = session.session
    wanted = [
        {ONE: (5, 1)},
        {ONE: (5, 1), OTHER: (0, 1)},
        {ONE: (6, 1), OTHER: (0, 1)},
        {OTHER: (0, 1)},
    ]
    fetches = []
    for one in wanted:
        fetches.append(session.next(one))
        session.answered(fetches[-1], number, 0)
    assert fetches == [
        Fetch(number, 1, {}, []),
        Fetch(number, 2, {OTHER: (0, 1)}, []),
        Fetch(number, 3, {ONE: (6, 1)}, []),
        Fetch(number, 4, {}, [ONE]),
    ]


def test_a_session_ends_with_its_last_epoch() -> None:
    session, _ = begun()
    session.epoch = LAST_EPOCH
    last = session.next({ONE: (5, 1)})
    assert last.epoch == LAST_EPOCH
    session.answered(last, session.session, 0)
    assert session.next({ONE: (5, 1)}) == Fetch(session.session, BEGIN, {ONE: (5, 1)}, [])


def test_the_installed_aiokafka_still_needs_the_patch() -> None:
    """Once this fails, the module has done its service: delete it and its tests."""
    fetch = FetchRequest(100, 1, 1_000, 1, [("people", [(0, 5, 1)])])
    assert fetch.build(FetchRequest_v11).session_epoch == NO_SESSION
