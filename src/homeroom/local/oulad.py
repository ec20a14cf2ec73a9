"""The Open University data set as events of the contract, in the order of their publication.

The rules are in ``oulad_subjects.py``; here the files are read and the subjects interleaved.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zlib import crc32

from homeroom.local.oulad_files import number, read, whole
from homeroom.local.oulad_subjects import (
    HandedIn,
    OuladAssessment,
    OuladAssignment,
    OuladEnrollment,
    OuladExam,
    OuladResult,
    OuladStudent,
    OuladSubject,
    OuladSubmission,
    OuladTeacher,
    Presentation,
    time_text,
)
from homeroom.settings import Settings
from homeroom_kit.contract import EVENT_TYPES
from homeroom_kit.errors import InvalidEvents
from homeroom_kit.publishing.events import OutgoingEvent, check
from homeroom_kit.publishing.publisher import OnProgressOf, Published, Publisher, of_total

FIRST_MONTHS = {"J": 10, "B": 2}

DAY_MINUTES = 24 * 60
# How far a subject's events are published before or after their day, and how much later still
# each of its further events: so events also come before what they belong to.
JITTER_MINUTES = 21 * DAY_MINUTES
DELAY_MINUTES = 10 * DAY_MINUTES

# An event's place in the publication order is one number: minute, subject, step.
SUBJECT_BITS, STEP_BITS = 28, 4

TOPICS = ("people", "classes", "assignments", "exams")


class Events:
    """All events of the data set; ``len`` is known before the first is made.

    Raises HomeroomError where a file cannot be read or a row cannot be used.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._subjects = list(_subjects(folder))
        self._order = sorted(_order(self._subjects))

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[OutgoingEvent]:
        for place in self._order:
            step = place & (1 << STEP_BITS) - 1
            yield _event(self._subjects[place >> STEP_BITS & (1 << SUBJECT_BITS) - 1], step)

    def submissions(self) -> Iterator[OuladSubmission]:
        """What students handed in at assignments, in the order of the files."""
        return (subject for subject in self._subjects if isinstance(subject, OuladSubmission))


def _order(subjects: list[OuladSubject]) -> Iterator[int]:
    """The places of all events: near their days, and within a subject in order."""
    for index, subject in enumerate(subjects):
        steps = subject.steps()
        chance = crc32("/".join((steps[0].type, *subject.key())).encode())
        jitter = chance % (2 * JITTER_MINUTES) - JITTER_MINUTES
        delay = (chance >> 16) % DELAY_MINUTES
        minute = 0
        for number_, step in enumerate(steps):
            minute = max(minute, step.day * DAY_MINUTES + jitter + number_ * delay)
            yield (minute << SUBJECT_BITS | index) << STEP_BITS | number_


def _event(subject: OuladSubject, step: int) -> OutgoingEvent:
    name, day, fields = subject.steps()[step]
    event_type = f"{name}.v1"
    model = EVENT_TYPES[event_type]
    key = subject.key()
    joined = "/".join(key)
    return OutgoingEvent(
        type=event_type,
        source=f"/services/{model.topic}",
        id=f"{name}/{joined}/{step + 1}",
        subject=joined,
        sequence=step + 1,
        time=time_text(day),
        data={**dict(zip(model.key_names, key, strict=True)), **fields},
    )


def _subjects(folder: Path | None) -> Iterator[OuladSubject]:
    given = _presentations(folder)
    yield from _teachers(given)
    yield from given.values()
    enrollments = list(_enrollments(folder, given))
    yield from _students(enrollments)
    yield from enrollments
    assessments = _assessments(folder, given)
    yield from assessments.values()
    yield from _handed_in(folder, assessments)


def _presentations(folder: Path | None) -> dict[tuple[str, str], Presentation]:
    def make(module: str, presentation: str, length: str) -> Presentation:
        first_day = date(int(presentation[:4]), FIRST_MONTHS[presentation[4:]], 1).toordinal()
        return Presentation(module, presentation, first_day, first_day + int(length))

    columns = ("code_module", "code_presentation", "module_presentation_length")
    rows = read(folder, "courses", columns, make)
    return {(row.module, row.presentation): row for row in rows}


def _teachers(given: dict[tuple[str, str], Presentation]) -> Iterator[OuladTeacher]:
    """One teacher for each module, registered when it was first given."""
    first_days: dict[str, int] = {}
    for row in given.values():
        first_days[row.module] = min(first_days.get(row.module, row.first_day), row.first_day)
    for module, day in first_days.items():
        yield OuladTeacher(module, day)


def _enrollments(
    folder: Path | None, given: dict[tuple[str, str], Presentation]
) -> Iterator[OuladEnrollment]:
    keys = ("code_module", "code_presentation", "id_student")
    # Of all results only the withdrawals are used.
    withdrawn = {
        student
        for student, result in read(
            folder, "studentInfo", (*keys, "final_result"), lambda *row: (row[:3], row[3])
        )
        if result == "Withdrawn"
    }

    def make(module: str, presentation: str, student: str, registered: str) -> OuladEnrollment:
        of = given[module, presentation]
        day = of.first_day + (whole(registered) or 0)
        return OuladEnrollment(of, student, day, (module, presentation, student) in withdrawn)

    return read(folder, "studentRegistration", (*keys, "date_registration"), make)


def _students(enrollments: list[OuladEnrollment]) -> Iterator[OuladStudent]:
    """Each student once, registered on the day of the first enrollment."""
    first_days: dict[str, int] = {}
    for row in enrollments:
        first_days[row.student_id] = min(first_days.get(row.student_id, row.day), row.day)
    for student_id, day in first_days.items():
        yield OuladStudent(student_id, day)


def _assessments(
    folder: Path | None, given: dict[tuple[str, str], Presentation]
) -> dict[str, OuladAssessment]:
    kinds = {"TMA": OuladAssignment, "CMA": OuladAssignment, "Exam": OuladExam}

    def make(
        module: str, presentation: str, assessment: str, kind: str, due: str
    ) -> OuladAssessment:
        of = given[module, presentation]
        days = whole(due)
        return kinds[kind](of, assessment, kind, None if days is None else of.first_day + days)

    columns = ("code_module", "code_presentation", "id_assessment", "assessment_type", "date")
    return {row.assessment_id: row for row in read(folder, "assessments", columns, make)}


def _handed_in(folder: Path | None, assessments: dict[str, OuladAssessment]) -> Iterator[HandedIn]:
    def make(student: str, assessment: str, submitted: str, score: str) -> HandedIn:
        of = assessments[assessment]
        kind = OuladResult if isinstance(of, OuladExam) else OuladSubmission
        return kind(of, student, of.given.first_day + int(submitted), number(score))

    columns = ("id_student", "id_assessment", "date_submitted", "score")
    return read(folder, "studentAssessment", columns, make)


def teachers() -> list[str]:
    """The teachers of the data set that homeroom ships."""
    return [teacher.key()[0] for teacher in _teachers(_presentations(None))]


def students_of(class_id: str, folder: Path | None = None) -> list[str]:
    """The students of a class who did not withdraw."""
    enrollments = _enrollments(folder, _presentations(folder))
    return [e.student_id for e in enrollments if e.given.class_id == class_id and not e.withdrawn]


async def import_oulad(
    settings: Settings, folder: Path | None = None, *, on_progress: OnProgressOf | None = None
) -> Published:
    """Publishes the data set that homeroom ships, or the original files in a folder.

    Doing it again changes nothing. Raises HomeroomError where files cannot be used, brokers do
    not answer or topics are missing.
    """
    events = events_of(folder)
    report = of_total(on_progress, len(events))
    async with Publisher(settings) as publisher:
        await publisher.require_topics(TOPICS)
        return await publisher.publish(events, on_progress=report)


def events_of(folder: Path | None) -> Events:
    """All events of a folder's files, or of those that homeroom ships.

    Foreign files are checked against the contract; a test checks those that homeroom ships. Raises
    HomeroomError where files cannot be used.
    """
    events = Events(folder)
    for event in events if folder is not None else ():
        try:
            check(event)
        except InvalidEvents as error:
            raise InvalidEvents(f"The data set makes {event.id} of {event.type}: {error}") from None
    return events
