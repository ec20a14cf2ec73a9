"""The whole dashboard in one answer: its numbers and its newest rows, all of one snapshot."""

from pydantic import BaseModel
from starlette.responses import Response

from homeroom.api.answers import Success
from homeroom.api.teacher.endpoints import (
    RECENT,
    NavigationCounts,
    RecentAssignment,
    RecentClass,
    RecentExam,
    RecentQuestionBank,
    Stats,
    with_start_times,
)
from homeroom.api.teacher.surface import SQL, Teacher, router
from homeroom.queries.sections import Sections, apart, side_by_side
from homeroom.queries.statement import compose

NUMBERS = ("stats", "navigationCounts")
SECTIONS: Sections = {
    "stats": (SQL["stats"], Stats),
    "navigationCounts": (SQL["navigation_counts"], NavigationCounts),
    "exams": (SQL["recent_exams"], RecentExam),
    "questionBanks": (SQL["recent_question_banks"], RecentQuestionBank),
    "classes": (SQL["recent_classes"], RecentClass),
    "assignments": (SQL["recent_assignments"], RecentAssignment),
}
BOARD = compose(about=SQL["about"], rows=side_by_side(SECTIONS))


class Board(BaseModel):
    stats: Stats
    navigationCounts: NavigationCounts  # noqa: N815
    exams: list[RecentExam]
    questionBanks: list[RecentQuestionBank]  # noqa: N815
    classes: list[RecentClass]
    assignments: list[RecentAssignment]


@router.get("", response_model=Success[Board])
async def teacher_dashboard(teacher: Teacher) -> Response:
    """All numbers, and the five newest exams, question banks, classes and assignments."""
    result = await teacher.read(BOARD, {"limit": RECENT.default, "status": None})
    sections = apart(SECTIONS, result.rows)
    sections["exams"] = with_start_times(result, sections["exams"])
    body = {name: rows[0] if name in NUMBERS else rows for name, rows in sections.items()}
    return teacher.success(result, body, "Dashboard retrieved successfully")
