"""Batches of essays, made of what the data set's students handed in.

A batch is the first twenty pieces of work, in the order of the files, at an assignment that tutors
marked: about as many as one tutor of the Open University has. How far the newest one of each module
is, is invented: one of each kind, so that clients have something of everything to show.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from homeroom.local.oulad_subjects import OuladAssessment, OuladSubmission, time_text
from homeroom_kit.contract import EVENT_TYPES
from homeroom_kit.publishing.events import OutgoingEvent

TOPICS = ("batches",)
# Tutors marked these; computers the others.
KIND = "TMA"
ESSAYS_MAX = 20
# Where the newest batch of each module is: the last status, and whether some essays are done.
UNFINISHED: dict[str, tuple[str, bool]] = {
    "AAA": ("awaiting_pipeline_configuration", False),
    "BBB": ("ready_for_pipeline_execution", False),
    "CCC": ("processing_pipelines", True),
    "DDD": ("awaiting_student_validation", True),
    "EEE": ("failed_critically", True),
    "FFF": ("cancelled", False),
    "GGG": ("content_ingestion_failed", False),
}


def batch_id_of(assessment_id: str) -> str:
    """The id of the batch of an assignment's essays."""
    return str(uuid5(NAMESPACE_URL, f"homeroom/batches/{assessment_id}"))


class OuladBatches:
    """All events about batches; ``len`` is known before the first is made."""

    def __init__(self, submissions: Iterable[OuladSubmission]) -> None:
        groups: defaultdict[str, list[OuladSubmission]] = defaultdict(list)
        for essay in submissions:
            group = groups[essay.assessment.assessment_id]
            if essay.assessment.kind == KIND and len(group) < ESSAYS_MAX:
                group.append(essay)
        batches = sorted(filter(None, groups.values()), key=_age)
        newest = {group[0].assessment.given.module: group for group in batches}.values()
        self._events = [
            event
            for group in batches
            for event in _batch(group, finished=not any(group is one for one in newest))
        ]

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[OutgoingEvent]:
        return iter(self._events)


def _age(group: list[OuladSubmission]) -> tuple[int, str]:
    assessment = group[0].assessment
    return assessment.given.first_day, assessment.assessment_id


def _batch(group: list[OuladSubmission], *, finished: bool) -> Iterator[OutgoingEvent]:
    """The events of one batch and of its essays, which come before what it makes of them."""
    assessment, days = group[0].assessment, [essay.day for essay in group]
    batch_id = batch_id_of(assessment.assessment_id)
    for number, (type_name, day, data) in enumerate(_steps(group, finished=finished), 1):
        yield _event(type_name, day, number, {"batch_id": batch_id}, data)
        if number == 1:
            yield from (_essay(batch_id, essay, max(days)) for essay in group)


def _steps(
    group: list[OuladSubmission], *, finished: bool
) -> Iterator[tuple[str, int, dict[str, Any]]]:
    first_day, last_day = min(e.day for e in group), max(e.day for e in group)
    assessment = group[0].assessment
    yield "batch.registered", first_day, _registered(assessment, len(group), first_day)
    graded = sum(essay.score is not None for essay in group)
    status, begun = UNFINISHED[assessment.given.module] if not finished else ("", True)
    if begun:
        done = graded if finished else graded // 2
        failed = len(group) - graded if finished else 0
        numbers = {"completed_essays": done, "failed_essays": failed}
        yield "batch.progressed", last_day, numbers
    if finished:
        status = "completed_successfully" if graded == len(group) else "completed_with_failures"
    yield "batch.status_changed", last_day, {"status": status}


def _registered(assessment: OuladAssessment, essays: int, day: int) -> dict[str, Any]:
    return {
        "teacher_id": assessment.given.teacher_id,
        "title": assessment.described()["title"],
        "assignment_id": assessment.assessment_id,
        "essay_count": essays,
        "created_at": time_text(day),
    }


def _essay(batch_id: str, essay: OuladSubmission, day: int) -> OutgoingEvent:
    key = {"batch_id": batch_id, "essay_id": "-".join(essay.key())}
    data = {
        "student_id": essay.student_id,
        "class_id": essay.assessment.given.class_id,
        "associated_at": time_text(day),
    }
    return _event("essay_association.made", day, 1, key, data)


def _event(
    name: str, day: int, sequence: int, key: dict[str, str], data: dict[str, Any]
) -> OutgoingEvent:
    event_type, subject = f"{name}.v1", "/".join(key.values())
    return OutgoingEvent(
        type=event_type,
        source=f"/services/{EVENT_TYPES[event_type].topic}",
        id=f"{name}/{subject}/{sequence}",
        subject=subject,
        sequence=sequence,
        time=time_text(day),
        data=key | data,
    )
