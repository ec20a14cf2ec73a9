"""Every error that homeroom raises on purpose, in one tree.

HomeroomError
├── ConfigurationError      a setting is missing or wrong
├── BrokerError             Kafka refuses or does not answer
├── NotMigrated             the database holds no live generation yet
├── DefinitionError         a projection's definition breaks a rule
├── FingerprintMismatch     code and generation do not belong together
├── PositionConflict        another worker moved a position first
├── PositionLost            the broker no longer has the stored position
├── LogStartsLater          a log's first record is not its beginning
├── InvalidEvents           a file of events has lines that are refused
└── ComponentError          a local Kafka or PostgreSQL does not start

Each message says what happened, where, and what to do next.
"""


class HomeroomError(Exception):
    """Something homeroom can name: its text is written for the person who reads it."""


class ConfigurationError(HomeroomError):
    """A setting is missing or wrong."""


class BrokerError(HomeroomError):
    """Kafka refuses or does not answer."""


class NotMigrated(HomeroomError):
    """The database has not been prepared."""

    def __init__(self, what: str = "no live generation") -> None:
        super().__init__(
            f"The database is not prepared ({what}). Run `homeroom migrate` against it first."
        )


class DefinitionError(HomeroomError):
    """A projection's definition breaks a rule of the planner."""

    def __init__(self, projection: str, problem: str, instead: str, where: str = "") -> None:
        at = f" at `{where}`" if where else ""
        super().__init__(f"projections/{projection}.sql{at}: {problem}. {instead}")


class FingerprintMismatch(HomeroomError):
    """The live generation was made with another contract or other definitions."""


class PositionConflict(HomeroomError):
    """Another worker moved a position first; nothing of this batch was written."""


class PositionLost(HomeroomError):
    """The broker no longer has the offset that a position asks for."""


class LogStartsLater(HomeroomError):
    """A partition without a position does not begin at offset 0."""


class InvalidEvents(HomeroomError):
    """A file of events has lines that are refused; nothing of it was published."""


class ComponentError(HomeroomError):
    """A local component did not start."""
