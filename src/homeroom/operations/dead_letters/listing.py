"""Lists and shows the dead letters and gaps of the live generation."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from psycopg import Connection
from psycopg import sql as pg
from psycopg.rows import class_row

from homeroom.database import connect_sync
from homeroom.engine.generations.registry import enter, live_generation
from homeroom.engine.log.records import Reason
from homeroom.errors import NoSuchDeadLetter
from homeroom.statements import composable, load
from homeroom_kit.errors import HomeroomError

GAP = "hole"
REASONS = (*(str(reason) for reason in Reason), GAP)
NOT_THERE = (
    "The live generation has no such dead letter or gap (any more). `homeroom dead-letters list` "
    "prints those that exist."
)
SQL = load("listing", __package__)

_DEAD_LETTER_ID = re.compile(r"([A-Za-z0-9._-]+):(\d{1,9}):(\d{1,18})", re.ASCII)
_GAP_ID = re.compile(r"([a-z][a-z0-9_]*)/([A-Za-z0-9_/-]+)@(\d{1,19})", re.ASCII)


@dataclass(slots=True)
class ListedEntry:
    """A dead letter, or a gap: missing sequence numbers, behind which later events wait.

    ``id`` is the record's place in the log, or the gap's place in its subject, so it is the same
    in every generation. ``since``: the broker's time of the record, or of the oldest event that
    waits.
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
        if self.is_gap:
            missing = (
                f"{self.sequence} is" if self.sequence == self.last_sequence
                else f"{self.sequence} to {self.last_sequence} are"
            )  # fmt: skip
            self.detail = f"sequence {missing} missing"

    @property
    def is_gap(self) -> bool:
        return self.reason == GAP


@dataclass(frozen=True, slots=True)
class EntryDetails:
    """A dead letter or gap with all details. ``value`` is text, or else ``value_base64`` is set.

    ``behind``: the first hundred events that wait behind it; ``history``: what operators did with
    it; ``has_row``: whether its subject has a row, None where the subject is not known; ``is_cut``:
    whether only the beginning of the record is kept.
    """

    kept: ListedEntry
    headers: list[tuple[str, str | None]] = field(default_factory=list)
    value: str | None = None
    value_base64: str | None = None
    behind: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    has_row: bool | None = None
    is_cut: bool = False


class DeadLetterId(NamedTuple):
    """A dead letter: the place of its record in the log."""

    topic: str
    partition: int
    offset: int


class GapId(NamedTuple):
    """A gap: its subject, and the first sequence number that is missing."""

    entity: str
    subject: str
    sequence: int


def parse_id(text: str) -> DeadLetterId | GapId:
    """The id of a dead letter or gap, as the list prints it; raises NoSuchDeadLetter for others."""
    if match := _DEAD_LETTER_ID.fullmatch(text):
        return DeadLetterId(match[1], int(match[2]), int(match[3]))
    if match := _GAP_ID.fullmatch(text):
        return GapId(match[1], match[2], int(match[3]))
    raise NoSuchDeadLetter(
        f"{text} is not an id: a dead letter's is TOPIC:PARTITION:OFFSET, a gap's "
        "ENTITY/SUBJECT@SEQUENCE. `homeroom dead-letters list` prints them."
    )


def as_text(content: bytes) -> str:
    """Bytes as text; what is not UTF-8 becomes escape sequences."""
    return content.decode("utf-8", "backslashreplace")


def opened(database_url: str) -> Connection[Any]:
    """A connection that sees the live generation's tables; raises NotMigrated."""
    connection = connect_sync(database_url, "homeroom dead-letters")
    try:
        enter(connection, live_generation(connection), for_session=True)
    except BaseException:
        connection.close()
        raise
    return connection


def list_kept(
    database_url: str,
    reason: str | None = None,
    topic: str | None = None,
    closed: bool = False,
    limit: int | None = None,
) -> list[ListedEntry]:
    """Open dead letters and gaps (or closed dead letters), the oldest first, up to a limit.

    ``topic`` is as the broker names it; a gap has the topic of the events behind it.
    """
    only = {"closed": closed, "reason": reason, "topic": topic, "limit": limit}
    with (
        opened(database_url) as connection,
        connection.cursor(row_factory=class_row(ListedEntry)) as rows,
    ):
        return rows.execute(_statement("list"), only).fetchall()


def count_listed(
    database_url: str, reason: str | None = None, topic: str | None = None, closed: bool = False
) -> int:
    """How many ``list_kept`` would return without a limit."""
    only = {"closed": closed, "reason": reason, "topic": topic}
    with opened(database_url) as connection:
        row = connection.execute(_statement("count"), only).fetchone()
    return int(row[0]) if row else 0


def open_ids(database_url: str, reason: str | None = None) -> list["DeadLetterId"]:
    """The ids of all open dead letters, or of those with one reason."""
    with opened(database_url) as connection:
        return [
            DeadLetterId._make(row) for row in connection.execute(SQL["open"], {"reason": reason})
        ]


def _statement(name: str) -> pg.Composed:
    parts: dict[str, pg.Composable] = {
        which: composable(SQL[which]) for which in ("dead_letters", "gaps", "shown")
    }
    parts["kept"] = composable(SQL["kept"]).format(**parts)
    return composable(SQL[name]).format(**parts)


def find(connection: Connection[Any], identity: DeadLetterId | GapId) -> ListedEntry:
    """One dead letter, open or closed, or one gap; raises NoSuchDeadLetter."""
    with connection.cursor(row_factory=class_row(ListedEntry)) as rows:
        which = "one_dead_letter" if isinstance(identity, DeadLetterId) else "one_gap"
        row = rows.execute(_statement(which), identity).fetchone()
    if row is None:
        raise NoSuchDeadLetter(NOT_THERE)
    return row


def show(database_url: str, id_text: str) -> EntryDetails:
    """All details of one dead letter or gap; raises NoSuchDeadLetter."""
    identity = parse_id(id_text)
    with opened(database_url) as connection:
        kept = find(connection, identity)
        one = EntryDetails(kept, has_row=_has_row(connection, kept))
        with connection.cursor(row_factory=psycopg.rows.dict_row) as rows:
            if kept.entity is not None:
                rows.execute(SQL["waiting_behind"], (kept.entity, kept.subject, kept.sequence))
                one.behind.extend(rows.fetchall())
            if kept.is_gap:
                return one
            place = {"topic": kept.topic, "partition": kept.partition, "offset": kept.offset}
            one.history.extend(rows.execute(SQL["history"], place).fetchall())
        return _with_content(connection, one)


def value_of(database_url: str, id_text: str) -> bytes:
    """The value of a dead letter's record; raises NoSuchDeadLetter, HomeroomError for a gap."""
    identity = parse_id(id_text)
    if isinstance(identity, GapId):
        raise HomeroomError("A gap has no record: its event never came.")
    with opened(database_url) as connection:
        row = connection.execute(SQL["content"], identity).fetchone()
    if row is None:
        raise NoSuchDeadLetter(NOT_THERE)
    if row[1] is None:
        raise HomeroomError(f"The record of {id_text} has no value (it is a tombstone).")
    return bytes(row[1])


def _with_content(connection: Connection[Any], one: EntryDetails) -> EntryDetails:
    kept = one.kept
    row = connection.execute(SQL["content"], (kept.topic, kept.partition, kept.offset)).fetchone()
    if row is None:
        raise HomeroomError(f"The dead letter {kept.id} has just been purged.")
    flat, value, is_cut = row
    headers = [
        (as_text(name), None if content is None else as_text(content))
        for name, content in zip(flat[::2], flat[1::2], strict=True)
    ]
    text, coded = _value(value)
    return replace(one, headers=headers, value=text, value_base64=coded, is_cut=is_cut)


def _has_row(connection: Connection[Any], kept: ListedEntry) -> bool | None:
    """Whether the subject of what is open has a row; None for what is closed."""
    row = connection.execute(SQL["has_row"], (kept.entity, kept.subject)).fetchone()
    return row[0] if row else None


def _value(value: bytes | None) -> tuple[str | None, str | None]:
    """A record's value as text or, where it is not UTF-8, in base64."""
    if value is None:
        return None, None
    try:
        return value.decode(), None
    except UnicodeDecodeError:
        return None, base64.b64encode(value).decode()


def ids(kept: Sequence[ListedEntry]) -> list[DeadLetterId]:
    """The ids of the dead letters among them."""
    return [
        DeadLetterId(one.topic, one.partition, one.offset)
        for one in kept
        if one.topic is not None and one.partition is not None and one.offset is not None
    ]
