"""Every error that the server raises on purpose, in one tree.

HomeroomError               with those of making and publishing events: homeroom_kit/errors.py
├── NotMigrated             the database holds no live generation yet
├── DefinitionError         a projection's definition breaks a rule
├── NotForFlink             what Flink's SQL cannot say as it is defined
├── FlinkRefused            Flink's SQL gateway refuses a statement, or does not answer
├── ResponseMismatch        an endpoint's SELECT and its response model differ
├── NoWayToReader           an answer reads rows that nothing connects with its reader
├── FingerprintMismatch     code and generation do not belong together
├── FedByFlink              a job of Flink's writes the generation, and nothing else may
├── PositionConflict        another worker moved a position first
├── PositionLost            the broker no longer has the stored position
├── LogReplaced             another log lies under the stored positions
├── LogStartsLater          a log's first record is not its beginning
├── ConsumerStalled         a partition has more records, and the client delivers none
├── RebuildUnderWay         a rebuild runs already, or another one is unfinished
├── RebuildAborted          an operator aborted it
├── RebuildRefused          the log is not whole, or the difference is too large
├── RebuildFailed           it was interrupted, and can be continued
├── NoSuchDeadLetter        there is no such dead letter or gap
├── WrongKey                a key does not have the form of its table's keys
├── NotExplainable          what is to be explained is not there
├── ExplainingTooSlow       the database does not say in time what a value was made from
├── DatabaseUnavailable     the query service's database does not answer
├── TokenRevoked            the caller's token was revoked
├── RightsEnded             whom the caller's token names may not ask any more
├── UnknownPartition        a caller waits for what the read model does not read
├── TooManyWaiters          the greatest number of callers waits for a position
├── TooManyOwnWaiters       the greatest number of one person's callers waits for a position
├── PositionNotReached      the read model did not reach the position in time
├── NoWaitingForFlink       a caller waits for a position of tables that Flink writes
├── UnknownCommand          a caller waits for a command that was never given
├── UnknownStudent          a command for a student who is not registered
├── UnknownNotification     a command for a notification that the teacher does not have
├── UnknownSchool           a command for a school at which the teacher does not teach
├── NotPermitted            a teacher may not do, or may not know, what a command names
├── NumberingBehind         sequence numbers may be behind the log, after a restore
├── CommandConflict         another command changed the same rows at the same time
├── BrokersBehind           the brokers acknowledge events too slowly
├── BrokersUnavailable      the brokers do not answer the query service
├── EventsTooLarge          the brokers refuse events for their size
├── ComponentError          a local Kafka or PostgreSQL does not start
└── ChildEnded              a command that the demo keeps running has ended

Each message says what happened, where, and what to do next.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from homeroom_kit.errors import HomeroomError

DIFFERENCES_MAX = 10


class NotMigrated(HomeroomError):
    """The database has not been prepared."""

    def __init__(self, what: str = "no live generation") -> None:
        super().__init__(
            f"The database is not prepared ({what}). Run `homeroom migrate` against it first."
        )


class DefinitionError(HomeroomError):
    """A projection's definition breaks a rule of the planner."""

    def __init__(self, projection: str, problem: str, instead: str, where: str = "") -> None:
        self.projection, self.problem, self.instead, self.where = (
            projection,
            problem,
            instead,
            where,
        )
        at = f" at `{where}`" if where else ""
        super().__init__(f"projections/{projection}.sql{at}: {problem}. {instead}")


class NotForFlink(HomeroomError):
    """Something of the contract, or of a definition, cannot be said in Flink's SQL."""

    def __init__(self, name: str, problem: str, instead: str, where: str = "") -> None:
        self.name, self.problem, self.instead, self.where = name, problem, instead, where
        at = f" at `{where}`" if where else ""
        super().__init__(f"{name}{at} cannot be computed by Flink: {problem}. {instead}")


class FlinkRefused(HomeroomError):
    """Flink's SQL gateway refuses a statement, or does not answer."""


class ResponseMismatch(HomeroomError):
    """An endpoint's SELECT does not return the fields of its response model, in their order."""

    def __init__(self, model: str, columns: Sequence[str], fields: Sequence[str]) -> None:
        super().__init__(
            f"The SELECT returns {', '.join(columns)}, and {model} has {', '.join(fields)}. Name "
            "the columns as the fields, in the same order."
        )


class NoWayToReader(HomeroomError):
    """An answer rests on rows that nothing connects with its reader.

    So the service could not tell the reader whether they are incomplete.
    """

    def __init__(self, relation: str, problem: str) -> None:
        super().__init__(
            f"An answer rests on {relation}, and {problem}. Compare a column with `me.<column>` or "
            "with one of a projection that is compared so. Have a count grouped by a part of the "
            "key of what it counts, or let it count a projection that shows that key."
        )


class FingerprintMismatch(HomeroomError):
    """A generation was made with another contract or other definitions."""

    def __init__(self, generation: str, differences: Sequence[str]) -> None:
        shown = [*differences[:DIFFERENCES_MAX], "…"][: len(differences)]
        super().__init__(
            f"The generation {generation} was not made by this code: {'; '.join(shown)}. This "
            "version must not write into it. Run `homeroom rebuild` to build the tables anew "
            "beside it (or `homeroom worker --rebuild`, which does so by itself), or run the "
            "version that made it."
        )


class FedByFlink(HomeroomError):
    """What only works on tables that workers keep was asked of a generation that Flink feeds."""

    def __init__(self, generation: str, instead: str = "Nothing else may write into it.") -> None:
        super().__init__(
            f"A job of Flink's feeds the generation {generation}. {instead} `homeroom rollback` "
            "goes back to the one before, and `homeroom rebuild` makes another one that workers "
            "feed."
        )
        self.generation = generation


class GenerationGone(HomeroomError):
    """A generation that was to be written is not there any more, or has ended."""

    def __init__(self, generation: str) -> None:
        super().__init__(
            f"The generation {generation} is not kept any more: it was dropped, or the database "
            "has lost the commits that made it. Nothing was written into it."
        )
        self.generation = generation


class StillRead(HomeroomError):
    """A generation cannot be removed, because others have read in it for too long."""

    def __init__(self, generation: str, readers: Sequence[tuple[str, int]]) -> None:
        named = ", ".join(f"{name or '?'} (PostgreSQL's process {pid})" for name, pid in readers)
        super().__init__(
            f"{generation} cannot be removed, because it is being read by {named or 'somebody'}. "
            "Run the command again when that has ended."
        )
        self.generation = generation


class NotLive(HomeroomError):
    """A generation that an operator's command is about is not the live one any more."""

    def __init__(self, generation: str) -> None:
        super().__init__(
            f"{generation} is not the live generation any more: it was swapped meanwhile. Nothing "
            "was changed. Run the command again."
        )
        self.generation = generation


class PositionConflict(HomeroomError):
    """Another worker moved a position first; nothing of this batch was written."""


class PositionLost(HomeroomError):
    """The broker no longer has the offset that a position asks for."""


class LogReplaced(HomeroomError):
    """The log has another record where one was applied: it is not the log of the positions."""

    def __init__(self, topic: str, partition: int, offset: int) -> None:
        super().__init__(
            f"{topic} partition {partition} has another record at offset {offset} than the one "
            "that was applied from there: the topic was made anew, or restored to an older state "
            "and written on. So positions mean nothing in this log, and going on would skip events "
            "in silence. Restore the log, or build the tables again from what the log has, in an "
            "empty database (docs/backup.md)."
        )
        self.topic, self.partition, self.offset = topic, partition, offset


class LogStartsLater(HomeroomError):
    """A partition without a position does not begin at offset 0."""


class ConsumerStalled(HomeroomError):
    """The client library delivers no records of a partition that has more."""

    def __init__(self, topic: str, partition: int, position: int, end: int) -> None:
        super().__init__(
            f"{topic} partition {partition} has events up to {end}, and nothing is delivered "
            f"behind {position}."
        )
        self.topic, self.partition, self.position, self.end = topic, partition, position, end


class RebuildUnderWay(HomeroomError):
    """A rebuild runs already, or an unfinished one was to build something else."""


class RebuildAborted(HomeroomError):
    """An operator aborted the rebuild; what it had built is gone."""

    def __init__(self) -> None:
        super().__init__("The rebuild was aborted. The live generation is as it was.")


class RebuildRefused(HomeroomError):
    """A rebuild cannot give the requested result; nothing was changed."""


class RebuildFailed(HomeroomError):
    """A rebuild was interrupted; what it has done so far is kept."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The rebuild stopped: {why}. The live generation is as it was. `homeroom rebuild` "
            "goes on from here, `homeroom rebuild abort` drops what was built."
        )


class NoSuchDeadLetter(HomeroomError):
    """There is no such dead letter or gap, or the id is not one."""


class WrongKey(HomeroomError):
    """A key does not have the form of its table's keys."""

    def __init__(self, table: str, columns: Sequence[str], text: str) -> None:
        several = ""
        if len(columns) > 1:
            form = json.dumps(list(columns), separators=(",", ":"))
            several = f" Where a value holds `/`, write the key as a JSON array: '{form}'."
        super().__init__(f"The key of {table} is {'/'.join(columns)}, not {text}.{several}")


class NotExplainable(HomeroomError):
    """What is to be explained is not there: a table, a row or a column."""


class ExplainingTooSlow(HomeroomError):
    """The database does not say in time what a value was made from."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The database needs more than {seconds:g} seconds for it: ask for one column, or give "
            "it more time."
        )


class DatabaseUnavailable(HomeroomError):
    """The database does not answer; try again in a moment."""

    def __init__(self) -> None:
        super().__init__("The database does not answer; try again in a moment.")


class TokenRevoked(HomeroomError):
    """The caller's token was revoked."""


class RightsEnded(HomeroomError):
    """Whom the caller's token names was deactivated, or is no admin of the realm any more.

    ``generation`` and ``as_of``: of the read that found it.
    """

    def __init__(self, generation: str, as_of: datetime | None) -> None:
        super().__init__("The rights of whom the token names have ended")
        self.generation = generation
        self.as_of = as_of


class UnknownPartition(HomeroomError):
    """The live generation reads no such topic or partition."""

    def __init__(self, partition: tuple[str, int]) -> None:
        super().__init__(f"Unknown topic or partition: {partition[0]}:{partition[1]}")


class TooManyWaiters(HomeroomError):
    """The greatest number of callers waits for a position."""

    def __init__(self, waiters_max: int) -> None:
        super().__init__(f"{waiters_max} callers are waiting already; try again in a moment")


class TooManyOwnWaiters(HomeroomError):
    """The greatest number of one person's callers waits for a position, or commands."""

    def __init__(self, waiters_max: int) -> None:
        super().__init__(f"{waiters_max} requests of yours are waiting already; let them end first")


class PositionNotReached(HomeroomError):
    """The read model did not reach the position in time."""

    def __init__(self, reached: Mapping[tuple[str, int], int], seconds: float) -> None:
        positions = ", ".join(f"{t}:{p}:{offset}" for (t, p), offset in reached.items())
        progress = (
            f"position reached: {positions}" if positions else "not all of it is published yet"
        )
        super().__init__(f"Not reached within {seconds:g} seconds; {progress}")


class NoWaitingForFlink(HomeroomError):
    """A caller waits for a position, and the live tables are not of one."""

    def __init__(self) -> None:
        super().__init__(
            "Homeroom-Wait-For is not possible now: Flink feeds the tables, each by itself, so no "
            "position says what they hold. Ask without it; an event shows within seconds"
        )


class UnknownCommand(HomeroomError):
    """A caller waits for a command that was never given."""

    def __init__(self) -> None:
        super().__init__("Unknown position: no command was answered with it")


class UnknownStudent(HomeroomError):
    """Nobody is registered under the student's id, or no longer."""

    def __init__(self) -> None:
        super().__init__("No such student is registered")


class UnknownToAssign(HomeroomError):
    """There is no such teacher, class, subject, student or assignment, for the admin who asks.

    ``what``: which of these.
    """

    def __init__(self, message: str, what: str) -> None:
        super().__init__(message)
        self.what = what


class UnknownNotification(HomeroomError):
    """The teacher has no such notification."""

    def __init__(self) -> None:
        super().__init__("Notification not found")


class UnknownSchool(HomeroomError):
    """There is no such school at which the teacher teaches."""


class InvalidAssignment(HomeroomError):
    """A teacher cannot be assigned so; nothing was changed."""


class AlreadyAssigned(InvalidAssignment):
    """The teacher has this class or this subject."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"Invalid assignment. Teacher is already assigned to this {kind}.")


class NotATeacher(InvalidAssignment):
    """Who is to be assigned is somebody else than a teacher."""

    def __init__(self) -> None:
        super().__init__("Invalid assignment. The user is not a teacher.")


class NotInClass(InvalidAssignment):
    """A mark for a student who is not in the class."""

    def __init__(self) -> None:
        super().__init__("Invalid assessment. The student is not in this class.")


class InvalidAssignmentFile(HomeroomError):
    """A file of assignments does not have the header that it must have; nothing was assigned."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = columns
        super().__init__(
            f"The first line must name the columns: {', '.join(columns)}, of which the first and "
            "one more must be there."
        )


class NotPermitted(HomeroomError):
    """A teacher may not do this; nothing was changed."""


class NumberingBehind(HomeroomError):
    """After a restore, sequence numbers that the log has already would be assigned again."""

    def __init__(self, held: str = "") -> None:
        """``held``: a sentence about what keeps the log from being read to its end."""
        super().__init__(
            "Nothing can be recorded until the numbering is level with the log, which a worker "
            f"sees to after a start or a restore; {held or 'try again in a moment'}"
        )


class CommandConflict(HomeroomError):
    """Another command changed the same rows at the same time; this one wrote nothing."""

    def __init__(self) -> None:
        super().__init__("Others change the same at this moment; try again")


class NameTaken(HomeroomError):
    """A client gave two different commands the same name; the second one wrote nothing."""

    def __init__(self) -> None:
        super().__init__("Something else was sent with this Idempotency-Key; use one key for each")


class BrokersBehind(HomeroomError):
    """The brokers acknowledge events too slowly; ``seconds``: after which to try again."""

    def __init__(self, why: str, seconds: int = 1) -> None:
        super().__init__(
            f"{why}; send the events again in a moment: those that are published by then are "
            "duplicates"
        )
        self.seconds = seconds


class BrokersUnavailable(HomeroomError):
    """The brokers do not answer the query service."""

    def __init__(self) -> None:
        super().__init__(
            "The brokers do not answer; send the events again in a moment: those that are "
            "published by then are duplicates, or change nothing"
        )


class EventsTooLarge(HomeroomError):
    """The brokers refuse events for their size."""

    def __init__(self) -> None:
        super().__init__(
            "The brokers refuse events for their size: send fewer in one request, or smaller ones"
        )


class StoreUnavailable(HomeroomError):
    """The store of files does not do what it is asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The store of files does not answer as it should: {reason}")


class FileMissing(HomeroomError):
    """The store has no such file."""

    def __init__(self) -> None:
        super().__init__("The store has no such file")


class ScannerUnavailable(HomeroomError):
    """The scanner of files does not answer; the file is scanned later."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The scanner of files does not answer as it should: {reason}")


class ScannerErred(HomeroomError):
    """The scanner answers that it could not scan the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The scanner of files could not scan one: {reason}")


class UnknownResource(HomeroomError):
    """There is no such resource, for the teacher who asks."""

    def __init__(self) -> None:
        super().__init__("Resource not found")


class NotUploaded(HomeroomError):
    """What was to be uploaded is not there, or is something else."""


class InvalidResource(HomeroomError):
    """A resource cannot be so; nothing was changed."""


class ComponentError(HomeroomError):
    """A local component did not start."""


class ChildEnded(HomeroomError):
    """A command that the demo keeps running has ended."""
