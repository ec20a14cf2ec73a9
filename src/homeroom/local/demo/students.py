"""Whose made-up year the demo publishes where it has a part of the data set only."""

from collections.abc import Set as AbstractSet
from pathlib import Path

from homeroom.local import oulad
from homeroom.local.demo import schools, teaching
from homeroom.local.demo.report import STUDENT
from homeroom.local.demo.year import CLASS
from homeroom_kit.errors import HomeroomError

NAMED = frozenset({STUDENT.user_id, *(student for student, _, _ in teaching.MARKS)})
"""The students of CLASS that the demo's pages and docs name."""


def students_of_year(folder: Path | None) -> AbstractSet[str]:
    """The students in a folder's data set, or in the one that homeroom ships, who have a year.

    Raises HomeroomError where the folder lacks one whom the demo names, or has too few for the
    classes of its schools.
    """
    every = frozenset(oulad.students_of(CLASS))
    if folder is None:
        return every
    found = every & set(oulad.students_of(CLASS, folder))
    if lacking := NAMED - found:
        raise HomeroomError(
            f"The data set in {folder} lacks students of {CLASS} whom the demo shows: "
            f"{', '.join(sorted(lacking))}. Add their rows, or all rows of the module AAA."
        )
    if len(found) < schools.STUDENTS_MIN:
        raise HomeroomError(
            f"The data set in {folder} has {len(found)} students of {CLASS}, and the demo needs "
            f"{schools.STUDENTS_MIN} for its schools. Add some, or all rows of the module AAA."
        )
    return found
