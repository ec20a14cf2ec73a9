"""Marks by subject, and their averages, as reports and grids show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class SubjectMarks:
    """The marks in a subject, in the order in which they were given.

    ``average``: their mean with one decimal, from 0 to 100; None without any.
    """

    subject_id: str
    subject: str
    scores: tuple[float, ...]

    @property
    def average(self) -> float | None:
        return average_of(self.scores)


def average_of(scores: Sequence[float]) -> float | None:
    """The mean with one decimal, rounded as the API's own averages are; None without any."""
    if not scores:
        return None
    mean = sum((Decimal(str(score)) for score in scores), Decimal()) / len(scores)
    return float(mean.quantize(Decimal("0.1"), ROUND_HALF_UP))


def by_subject(marks: Iterable[Mapping[str, Any]]) -> list[SubjectMarks]:
    """A report's marks by subject, in the report's order, which is by the subject's name."""
    scores: dict[str, list[float]] = {}
    names: dict[str, str] = {}
    for mark in marks:
        subject_id = str(mark["subject_id"])
        scores.setdefault(subject_id, []).append(mark["score"])
        names[subject_id] = mark["subject"] or subject_id
    return [SubjectMarks(one, names[one], tuple(given)) for one, given in scores.items()]


def of_class(students: Iterable[Mapping[str, Any]]) -> list[SubjectMarks]:
    """The marks of all students of a class by subject, by the subject's name."""
    every = [mark for student in students for mark in student["assessments"]]
    return sorted(by_subject(every), key=lambda one: (one.subject, one.subject_id))
