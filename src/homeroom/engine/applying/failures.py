"""What a failure of the database or the brokers means: whether a retry may help."""

import psycopg
from psycopg import errors

from homeroom.engine.decoding.batch import Batch
from homeroom.engine.log.records import DeadLetter, Reason

# What the contract accepts and PostgreSQL refuses: cardinality, data, constraints, limits.
DATA_ERRORS = ("21", "22", "23", "54")
# Connections, serialisation, resources, locks, operators, the system; then a transaction that was
# silent or took too long, and a database that is read-only for a while.
PASSING_ERRORS = ("08", "40", "53", "55", "57", "58")
PASSING_STATES = ("25P03", "25P04", "25006")


def may_pass(error: Exception) -> bool:
    """Whether a retry over a new connection may succeed."""
    if not isinstance(error, psycopg.Error) or error.sqlstate is None:
        return True
    return error.sqlstate[:2] in PASSING_ERRORS or error.sqlstate in PASSING_STATES


def is_data_error(error: psycopg.DatabaseError) -> bool:
    """Whether the data of a record is the cause; psycopg itself refuses some of it."""
    return isinstance(error, psycopg.DataError) or (error.sqlstate or "")[:2] in DATA_ERRORS


def took_too_long(error: psycopg.Error, seconds: float, seconds_max: float) -> bool:
    """Whether a transaction was ended because of how long it took.

    PostgreSQL reports it and closes the connection at once. Within a pipeline the report is often
    lost, so the time counts too.
    """
    return error.sqlstate == errors.TransactionTimeout.sqlstate or seconds >= seconds_max


def refusal(error: psycopg.DatabaseError) -> str:
    """What a dead letter says whose data PostgreSQL refuses."""
    return f"PostgreSQL refuses it ({error.sqlstate}): {str(error).strip()}"


def not_applicable(batch: Batch, error: psycopg.DatabaseError) -> Batch:
    """The batch of one record that cannot be applied, as the dead letter that it becomes."""
    place = None
    if batch.events:
        place = batch.events[0].place
    elif batch.dead_letters:
        place = batch.dead_letters[0].place
    dead_letter = DeadLetter(Reason.NOT_APPLICABLE, refusal(error), place, batch.records[0])
    return Batch(batch.records, batch.moves, dead_letters=[dead_letter])
