"""Over which channels a student wants which nudges, and when none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from psycopg import AsyncConnection

from homeroom.statements import load

SQL = load("student_preferences", __package__)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Times of day as `22:00`, in the student's time zone; None for no quiet hours."""

    begin: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class StudentPreferences:
    """What a student has chosen: kind, channel and whether; and the quiet hours."""

    channels: Sequence[tuple[str, str, bool]]
    quiet: QuietHours


async def prefer_nudges(
    connection: AsyncConnection[Any],
    student_id: str,
    chosen: Mapping[str, Mapping[str, bool]],
    quiet: QuietHours | None,
) -> StudentPreferences:
    """Sets channels of kinds, and quiet hours unless None; what is left out stays as it is.

    Returns all that is set. Raises psycopg's errors.
    """
    me = {"student_id": student_id}
    rows = [
        {"kind": kind, "channel": channel, "enabled": enabled}
        for kind, channels in chosen.items()
        for channel, enabled in channels.items()
    ]
    async with connection.transaction():
        await connection.execute(SQL["prefer"], me | {"preferences": orjson.dumps(rows).decode()})
        if quiet is not None:
            hours = {"quiet_from": quiet.begin or "", "quiet_until": quiet.end or ""}
            await connection.execute(SQL["be_quiet"], me | hours)
        channels = await (await connection.execute(SQL["preferences"], me)).fetchall()
        hours_set = await (await connection.execute(SQL["quiet"], me)).fetchone() or ("", "")
    return StudentPreferences(channels, QuietHours(hours_set[0] or None, hours_set[1] or None))


async def read_in(
    connection: AsyncConnection[Any], role: str, person_id: str, language: str
) -> None:
    """Notes in which of the languages somebody reads. Raises psycopg's errors."""
    person = {"role": role, "person_id": person_id, "language": language}
    await connection.execute(SQL["read_in"], person)
