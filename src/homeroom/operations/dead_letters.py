"""Dead letters and holes of the live generation, as operators see them."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from psycopg import Connection
from psycopg.rows import class_row

from homeroom.engine.generations.registry import enter, live_generation
from homeroom.errors import HomeroomError, NoSuchDeadLetter

HOLE = "hole"
LETTERS = """
SELECT concat_ws(':', topic, partition, "offset") AS id, topic, partition, "offset",
       record_key AS key, entity, l.key AS subject, sequence, sequence AS last_sequence,
       reason, detail, published_at AS since,
       (SELECT count(*) FROM waiting w
        WHERE w.entity = l.entity AND w.key = l.key AND w.sequence > l.sequence) AS waiting,
       closed_as
FROM dead_letters l
"""
HOLES = """
SELECT concat(entity, '/', key, '@', first_sequence) AS id,
       (SELECT min(w.topic) FROM waiting w WHERE w.entity = h.entity AND w.key = h.key) AS topic,
       NULL::integer AS partition, NULL::bigint AS "offset", NULL::bytea AS key, entity,
       key AS subject, first_sequence AS sequence, last_sequence, 'hole' AS reason,
       '' AS detail, since, waiting, NULL AS closed_as
FROM gaps h
"""
BEHIND = """
SELECT topic, partition, "offset", sequence FROM waiting
WHERE entity = %s AND key = %s AND sequence > %s ORDER BY sequence LIMIT 100
"""
CONTENT = """
SELECT headers, value FROM dead_letters WHERE (topic, partition, "offset") = (%s, %s, %s)
"""
HISTORY = """
SELECT 'retried' AS what, at, by, why, outcome FROM homeroom.retry
WHERE (topic, partition, "offset") = (%(topic)s, %(partition)s, %(offset)s)
UNION ALL
SELECT 'discarded', at, by, why, '' FROM homeroom.discard
WHERE (topic, partition, "offset") = (%(topic)s, %(partition)s, %(offset)s)
ORDER BY at
"""
_LETTER_ID = re.compile(r"([A-Za-z0-9._-]+):(\d{1,9}):(\d{1,18})", re.ASCII)
_HOLE_ID = re.compile(r"([a-z][a-z0-9_]*)/([A-Za-z0-9_/-]+)@(\d{1,19})", re.ASCII)


@dataclass(slots=True)
class Kept:
    """A dead letter, or a hole: numbers that are missing while later events wait behind them.

    ``id`` is the record's place in the log, or the hole's in its subject, so it is the same in
    every generation. ``since``: the broker's time of the record, or of the oldest that waits.
    """

    id: str
    topic: str | None
    partition: int | None
    offset: int | None
    key: Any
    entity: str | None
    subject: str | None
    sequence: int | None
    last_sequence: int | None
    reason: str
    detail: str
    since: datetime
    waiting: int
    closed_as: str | None = None

    def __post_init__(self) -> None:
        if self.key is not None:
            self.key = as_text(self.key)
        if self.is_hole:
            missing = (
                f"{self.sequence} is" if self.sequence == self.last_sequence
                else f"{self.sequence} to {self.last_sequence} are"
            )  # fmt: skip
            self.detail = f"sequence {missing} missing"

    @property
    def is_hole(self) -> bool:
        return self.reason == HOLE


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter or hole with all that is known of it. ``value`` is text, or base64 where it says so.

    ``behind``: the first hundred events that wait; ``history``: what operators did with it.
    """

    kept: Kept
    headers: list[tuple[str, str | None]] = field(default_factory=list)
    value: str | None = None
    value_base64: str | None = None
    behind: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)


class DeadLetterId(NamedTuple):
    """A dead letter: the place of its record in the log."""

    topic: str
    partition: int
    offset: int


class GapId(NamedTuple):
    """A hole: its subject, and the first number that is missing."""

    entity: str
    subject: str
    sequence: int


def parse_id(text: str) -> DeadLetterId | GapId:
    """The id of a letter or a hole, as the list prints it; NoSuchDeadLetter where it is neither."""
    if match := _LETTER_ID.fullmatch(text):
        return DeadLetterId(match[1], int(match[2]), int(match[3]))
    if match := _HOLE_ID.fullmatch(text):
        return GapId(match[1], match[2], int(match[3]))
    raise NoSuchDeadLetter(
        f"{text} is no id: a dead letter's is TOPIC:PARTITION:OFFSET, a hole's "
        "ENTITY/SUBJECT@SEQUENCE. `homeroom dead-letters list` prints them."
    )


def as_text(content: bytes) -> str:
    """Bytes for people: text where they are, escapes where not."""
    return content.decode("utf-8", "backslashreplace")


def opened(database_url: str) -> Connection[Any]:
    """A connection that sees the live generation's tables; raises NotMigrated."""
    connection = psycopg.connect(database_url, application_name="homeroom dead-letters")
    try:
        enter(connection, live_generation(connection), for_session=True)
    except BaseException:
        connection.close()
        raise
    return connection


def listed(
    database_url: str, reason: str | None = None, topic: str | None = None, closed: bool = False
) -> list[Kept]:
    """Open letters and holes (or closed letters), the oldest first.

    ``topic`` is as the broker names it; a hole's is that of the events behind it.
    """
    letters = f"{LETTERS} WHERE (closed_as IS NULL) <> %(closed)s"
    asked = (
        f"SELECT * FROM ({letters} UNION ALL {HOLES} WHERE NOT %(closed)s) AS kept "  # noqa: S608
        "WHERE (%(reason)s::text IS NULL OR reason = %(reason)s) "
        "AND (%(topic)s::text IS NULL OR topic = %(topic)s) "
        'ORDER BY since, topic, partition, "offset", entity, subject, sequence'
    )
    with opened(database_url) as connection, connection.cursor(row_factory=class_row(Kept)) as rows:
        given = {"closed": closed, "reason": reason, "topic": topic}
        return rows.execute(asked.encode(), given).fetchall()


def found(connection: Connection[Any], asked: DeadLetterId | GapId) -> Kept:
    """One letter, open or closed, or one hole; NoSuchDeadLetter where there is none."""
    with connection.cursor(row_factory=class_row(Kept)) as rows:
        if isinstance(asked, DeadLetterId):
            where = f'{LETTERS} WHERE (topic, partition, "offset") = (%s, %s, %s)'
        else:
            where = f"{HOLES} WHERE (entity, key, first_sequence) = (%s, %s, %s)"
        row = rows.execute(where.encode(), asked).fetchone()
    if row is None:
        raise NoSuchDeadLetter(
            "The live generation has no such dead letter or hole (any more). "
            "`homeroom dead-letters list` prints those that it has."
        )
    return row


def shown(database_url: str, asked: str) -> Shown:
    """All that is known of one; raises NoSuchDeadLetter."""
    identity = parse_id(asked)
    with opened(database_url) as connection:
        kept = found(connection, identity)
        one = Shown(kept)
        with connection.cursor(row_factory=psycopg.rows.dict_row) as rows:
            if kept.entity is not None:
                rows.execute(BEHIND, (kept.entity, kept.subject, kept.sequence))
                one.behind.extend(rows.fetchall())
            if kept.is_hole:
                return one
            place = {"topic": kept.topic, "partition": kept.partition, "offset": kept.offset}
            one.history.extend(rows.execute(HISTORY, place).fetchall())
        return _with_content(connection, one)


def _with_content(connection: Connection[Any], one: Shown) -> Shown:
    kept = one.kept
    row = connection.execute(CONTENT, (kept.topic, kept.partition, kept.offset)).fetchone()
    if row is None:
        raise HomeroomError(f"The dead letter {kept.id} was purged meanwhile.")
    flat, value = row
    headers = [
        (as_text(name), None if content is None else as_text(content))
        for name, content in zip(flat[::2], flat[1::2], strict=True)
    ]
    text, coded = _value(value)
    return Shown(kept, headers, text, coded, one.behind, one.history)


def _value(value: bytes | None) -> tuple[str | None, str | None]:
    """A record's value as text or, where it is none, in base64."""
    if value is None:
        return None, None
    try:
        return value.decode(), None
    except UnicodeDecodeError:
        return None, base64.b64encode(value).decode()


def ids(kept: Sequence[Kept]) -> list[DeadLetterId]:
    """The letters among them."""
    return [
        DeadLetterId(one.topic, one.partition, one.offset)
        for one in kept
        if one.topic is not None and one.partition is not None and one.offset is not None
    ]
