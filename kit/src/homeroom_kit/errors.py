"""Every error that making and publishing events raises on purpose, in one tree.

HomeroomError               the server's own are below it too: homeroom/errors.py
├── ConfigurationError      a setting is missing or wrong
├── BackfillFailed          a backfill says what it must not
├── BrokerError             Kafka refuses or does not answer
├── InvalidEvents           events break the contract
├── NoOutbox                a database has no tables of an outbox
├── NoTransaction           an event would be said outside the transaction of its change
├── NothingSaidYet          a subject's first event does not create it
└── PublishingFailed        not every event was published

Each message says what happened, where, and what to do next.
"""


class HomeroomError(Exception):
    """Something homeroom can name: its text is written for the person who reads it."""


class ConfigurationError(HomeroomError):
    """A setting is missing or wrong."""


class BackfillFailed(HomeroomError):
    """A backfill says what it must not; what it said before stays, and it goes on from there."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"The backfill {name!r} cannot go on: {problem}.")


class BrokerError(HomeroomError):
    """Kafka refuses or does not answer."""


class InvalidEvents(HomeroomError):
    """A file of events has invalid lines; no event of it was published."""


class NoOutbox(HomeroomError):
    """The database has no tables of an outbox, or not in this schema."""

    def __init__(self, schema: str, remedy: str) -> None:
        super().__init__(f"The database has no outbox in the schema {schema}. {remedy}")


class NoTransaction(HomeroomError):
    """A connection in autocommit mode would commit an event without its change."""

    def __init__(self) -> None:
        super().__init__(
            "The connection is in autocommit mode and no transaction is open: the event would be "
            "said even if its change fails. Say it within `with connection.transaction():`."
        )


class NothingSaidYet(HomeroomError):
    """A subject that has said nothing begins with an event that does not create it."""

    def __init__(self, type_name: str, subject: str) -> None:
        entity = type_name.split(".")[0]
        super().__init__(
            f"{type_name} of {subject!r} would be the subject's first event, and does not create "
            f"it: homeroom could not apply it. Say the event that creates it first, or announce a "
            f"backfill of {entity!r} (docs/backfill.md)."
        )


class PublishingFailed(HomeroomError):
    """Not every event was published; ``acknowledged`` of them the brokers have."""

    def __init__(self, cause: Exception, acknowledged: int) -> None:
        super().__init__(
            f"Publishing stopped after {acknowledged:,} acknowledged events: {cause}\n"
            "Publishing all of them again is safe: what is known by its sequence changes nothing."
        )
        self.acknowledged = acknowledged
