"""Every error that making and publishing events raises on purpose, in one tree.

HomeroomError               the server's own are below it too: homeroom/errors.py
├── ConfigurationError      a setting is missing or wrong
├── BrokerError             Kafka refuses or does not answer
├── InvalidEvents           events break the contract
└── PublishingFailed        not every event was published

Each message says what happened, where, and what to do next.
"""


class HomeroomError(Exception):
    """Something homeroom can name: its text is written for the person who reads it."""


class ConfigurationError(HomeroomError):
    """A setting is missing or wrong."""


class BrokerError(HomeroomError):
    """Kafka refuses or does not answer."""


class InvalidEvents(HomeroomError):
    """A file of events has invalid lines; no event of it was published."""


class PublishingFailed(HomeroomError):
    """Not every event was published; ``acknowledged`` of them the brokers have."""

    def __init__(self, cause: Exception, acknowledged: int) -> None:
        super().__init__(
            f"Publishing stopped after {acknowledged:,} acknowledged events: {cause}\n"
            "Publishing all of them again is safe: what is known by its sequence changes nothing."
        )
        self.acknowledged = acknowledged
