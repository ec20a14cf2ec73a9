"""What can be odd about the events of a topic, in the words of those who publish them."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from homeroom.engine.log.records import Reason

EXAMPLES_MAX = 5


class FaultKind(StrEnum):
    """What was found."""

    NOT_AN_EVENT = "not_an_event"
    WRONG_TOPIC = "wrong_topic"
    WRONG_KEY = "wrong_key"
    INVALID_DATA = "invalid_data"
    NO_FIRST_EVENT = "no_first_event"
    UNKNOWN_TYPE = "unknown_type"
    TOO_LARGE = "too_large"
    HOLE = "hole"
    CONFLICT = "conflict"
    PARTITIONER = "partitioner"
    UNKNOWN_FIELD = "unknown_field"
    DUPLICATE = "duplicate"


OF_REASON = {
    Reason.NOT_AN_EVENT: FaultKind.NOT_AN_EVENT,
    Reason.WRONG_TOPIC: FaultKind.WRONG_TOPIC,
    Reason.KEY_MISMATCH: FaultKind.WRONG_KEY,
    Reason.INVALID_DATA: FaultKind.INVALID_DATA,
    Reason.NO_ROW: FaultKind.NO_FIRST_EVENT,
    Reason.UNKNOWN_TYPE: FaultKind.UNKNOWN_TYPE,
    Reason.NOT_APPLICABLE: FaultKind.INVALID_DATA,
    Reason.TOO_LARGE: FaultKind.TOO_LARGE,
}
# These change nothing in the tables.
HARMLESS = frozenset({FaultKind.UNKNOWN_FIELD, FaultKind.DUPLICATE})


class _Words(NamedTuple):
    what: str
    advice: str


WORDS = {
    FaultKind.NOT_AN_EVENT: _Words(
        "Records that are no CloudEvent",
        "Each becomes a dead letter. Send all attributes, as headers `ce_…` or in structured form.",
    ),
    FaultKind.WRONG_TOPIC: _Words(
        "Events on a topic that is not their type's",
        "Each becomes a dead letter. `x-homeroom.topic` of the type's schema names the topic.",
    ),
    FaultKind.WRONG_KEY: _Words(
        "Events whose record key, subject and key fields are not equal",
        "Each becomes a dead letter. Give the record the subject as its key.",
    ),
    FaultKind.INVALID_DATA: _Words(
        "Events whose data break the contract",
        "Each becomes a dead letter, and later events of its subject wait. Publish the correct "
        "event with the same subject and sequence, and a new id.",
    ),
    FaultKind.NO_FIRST_EVENT: _Words(
        "First events that do not create their row",
        "Each becomes a dead letter. A subject begins with its creating type, at sequence 1.",
    ),
    FaultKind.UNKNOWN_TYPE: _Words(
        "Events of types that the contract does not know",
        "They change nothing, and a subject's first one becomes a dead letter. Correct the type or "
        "its version.",
    ),
    FaultKind.TOO_LARGE: _Words(
        "Records that are too large",
        "Each becomes a dead letter. A record has at most 2 MiB and 1,000 headers.",
    ),
    FaultKind.HOLE: _Words(
        "Numbers that are missing in the sequences of subjects",
        "Later events of these subjects wait. Publish what is missing; number events in the "
        "transaction that makes the change.",
    ),
    FaultKind.CONFLICT: _Words(
        "Events with a number that another event of their subject has",
        "The first one counts, and the later one is dropped. Publish what it said with the next "
        "number and a new id; after a restore, take the last numbers from the topic.",
    ),
    FaultKind.PARTITIONER: _Words(
        "Records in another partition than Kafka's default partitioner chooses",
        "A subject's events come in any order then. Use murmur2 of the key "
        "(`partitioner=murmur2_random` in librdkafka), unless the topic got more partitions.",
    ),
    FaultKind.UNKNOWN_FIELD: _Words(
        "Fields of data that their types do not have",
        "They are ignored. If they matter, the contract needs a new version of the type.",
    ),
    FaultKind.DUPLICATE: _Words(
        "Events that came again",
        "They change nothing: publish as often as you like.",
    ),
}


@dataclass(frozen=True, slots=True)
class FoundExample:
    """A record with which something is odd. ``subject``: where it can be read."""

    partition: int
    offset: int
    subject: str
    detail: str


@dataclass(slots=True)
class TopicFinding:
    """What is odd, how often, and its first examples."""

    kind: FaultKind
    count: int = 0
    examples: list[FoundExample] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        """Whether something does not come into the tables as it was meant."""
        return self.kind not in HARMLESS

    @property
    def what(self) -> str:
        return WORDS[self.kind].what

    @property
    def advice(self) -> str:
        return WORDS[self.kind].advice


@dataclass(frozen=True, slots=True)
class TopicReport:
    """What was found in a topic.

    ``events``: records that are events of known types; ``waiting``: how many of them wait for
    another one; ``whole``: whether the topic was read from its beginning.
    """

    topic: str
    partitions: int
    records: int
    events: int
    subjects: int
    waiting: int
    whole: bool
    findings: tuple[TopicFinding, ...]

    @property
    def wrong(self) -> bool:
        return any(finding.wrong for finding in self.findings)
