"""Subjects, a few marks, and who teaches which class and subject by assignment: all invented.

The subjects are those of which the data set says that its modules are. Each teacher is assigned to
the newest class of the own module, and one of them to another's as well, by the command that admins
use.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from homeroom.commands import assignments
from homeroom.commands.assignment_rules import CLASS, SUBJECT, Admin, Link
from homeroom.commands.database import CommandDatabase
from homeroom.commands.publications import Publications
from homeroom.queries.database import NO_TOKEN
from homeroom.queries.places import WaitingPlaces
from homeroom.settings import Settings
from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.teaching import MarkRecorded, SubjectDefined
from homeroom_kit.publishing.events import OutgoingEvent

TOPICS = (SubjectDefined.topic,)
BEGAN_AT = "2013-01-01T00:00:00Z"
SUBJECTS = {"1": "Social sciences", "2": "Science, technology, engineering and mathematics"}
# What a teacher of their class gave some students: student, subject, score.
MARKED_CLASS, MARKED_BY, MARKED_AT = "AAA-2014J", "T-AAA", "2014-12-01T09:00:00Z"
MARKS = (
    ("148993", "1", 78.5),
    ("148993", "2", 91),
    ("101116", "1", 64),
    ("1045203", "1", 55.25),
    ("107489", "2", 83),
)
ADMIN_ID = "A-DEMO"
# By teacher: classes and subjects.
ASSIGNED = {
    "T-AAA": (("AAA-2014J",), ("1",)),
    "T-BBB": (("BBB-2014J",), ("1",)),
    "T-CCC": (("CCC-2014J",), ("2",)),
    "T-DDD": (("DDD-2014J", "AAA-2014J"), ("1", "2")),
    "T-EEE": (("EEE-2014J",), ("2",)),
    "T-FFF": (("FFF-2014J",), ("2",)),
    "T-GGG": (("GGG-2014J",), ("1",)),
}
# Each is an event.
PUBLISHED = len(SUBJECTS) + len(MARKS)
# Of each assignment its teacher is notified: two events.
COMMANDED = 2 * sum(len(classes) + len(subjects) for classes, subjects in ASSIGNED.values())


def events() -> Iterator[OutgoingEvent]:
    """The subjects and the marks, as the services of a school would publish them."""
    for subject_id, name in SUBJECTS.items():
        data: dict[str, Any] = {"subject_id": subject_id, "name": name}
        yield _first(SubjectDefined, subject_id, BEGAN_AT, data)
    for number, (student_id, subject_id, score) in enumerate(MARKS, 1):
        mark_id = f"demo-{number}"
        data = {
            "mark_id": mark_id, "student_id": student_id, "class_id": MARKED_CLASS,
            "subject_id": subject_id, "score": score, "recorded_by": MARKED_BY,
            "recorded_at": MARKED_AT,
        }  # fmt: skip
        yield _first(MarkRecorded, mark_id, MARKED_AT, data)


def _first(
    event: type[EventData], subject: str, time: str, data: Mapping[str, Any]
) -> OutgoingEvent:
    return OutgoingEvent(
        type=event.type,
        source="/services/teaching",
        id=f"{event.type.removesuffix('.v1')}/{subject}/1",
        subject=subject,
        sequence=1,
        time=time,
        data=data,
    )


async def assign_teachers(settings: Settings, seconds: float) -> dict[tuple[str, int], int]:
    """Assigns them, but for what is assigned already; the last offsets once all is in the log.

    ``seconds``: how long to wait for that. Teachers, classes and subjects must be in the tables,
    and numbers level with the log.
    """
    database = CommandDatabase(settings)
    await database.open()
    try:
        commands = {await _assign(database, teacher_id) for teacher_id in ASSIGNED}
        return await Publications(database, WaitingPlaces(1, 1)).wait(
            frozenset(commands), seconds, NO_TOKEN
        )
    finally:
        await database.close()


async def _assign(database: CommandDatabase, teacher_id: str) -> UUID:
    classes, subjects = ASSIGNED[teacher_id]
    links = [Link(CLASS, one) for one in classes] + [Link(SUBJECT, one) for one in subjects]
    admin = Admin(ADMIN_ID)
    async with database.connection(admin.scope) as connection:
        made = await assignments.make(
            connection, admin, teacher_id, links, datetime.now(UTC), skip_existing=True
        )
    assert made.command_id is not None
    return made.command_id
