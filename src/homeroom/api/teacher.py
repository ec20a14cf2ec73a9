"""The teacher's dashboard: six endpoints, one function each."""

from fastapi import APIRouter
from starlette.responses import Response

from homeroom.api.answers import REFUSALS, SUCCEEDS, Listed, Success
from homeroom.api.parameters import (
    AssignmentStatusParameter,
    ExamStatusParameter,
    RecentLimit,
    recent,
)
from homeroom.api.visits import Visiting
from homeroom.queries import teacher

router = APIRouter(
    prefix="/api/teachers/{teacherId:any}/dashboard",
    tags=["teacher's dashboard"],
    responses=REFUSALS | SUCCEEDS,
)


class Exams(Listed):
    exams: list[teacher.Exam]


class QuestionBanks(Listed):
    questionBanks: list[teacher.QuestionBank]  # noqa: N815


class Classes(Listed):
    classes: list[teacher.Class]


class Assignments(Listed):
    assignments: list[teacher.Assignment]


@router.get("/stats", response_model=Success[teacher.Stats])
async def stats(visit: Visiting) -> Response:
    """How many classes, students, assignments, exams, question banks and questions there are."""
    page = await teacher.stats(visit.database, visit.asker)
    return visit.answer(page, page.rows[0], "Dashboard statistics retrieved successfully")


@router.get("/exams/recent", response_model=Success[Exams])
async def recent_exams(
    visit: Visiting, limit: RecentLimit = None, status: ExamStatusParameter = None
) -> Response:
    """The exams created by or assigned to the teacher, the newest date first."""
    asked = recent(limit, status, teacher.EXAM_STATUSES)
    page = await teacher.recent_exams(visit.database, visit.asker, asked.limit, asked.status)
    data = {"exams": page.rows, "total": len(page.rows)}
    return visit.answer(page, data, "Recent exams retrieved successfully", asked)


@router.get("/question-banks/recent", response_model=Success[QuestionBanks])
async def recent_question_banks(visit: Visiting, limit: RecentLimit = None) -> Response:
    """The teacher's question banks, the newest first."""
    asked = recent(limit)
    page = await teacher.recent_question_banks(visit.database, visit.asker, asked.limit)
    data = {"questionBanks": page.rows, "total": len(page.rows)}
    return visit.answer(page, data, "Recent question banks retrieved successfully", asked)


@router.get("/classes/recent", response_model=Success[Classes])
async def recent_classes(visit: Visiting, limit: RecentLimit = None) -> Response:
    """The teacher's classes, the newest first."""
    asked = recent(limit)
    page = await teacher.recent_classes(visit.database, visit.asker, asked.limit)
    data = {"classes": page.rows, "total": len(page.rows)}
    return visit.answer(page, data, "Recent classes retrieved successfully", asked)


@router.get("/assignments/recent", response_model=Success[Assignments])
async def recent_assignments(
    visit: Visiting, limit: RecentLimit = None, status: AssignmentStatusParameter = None
) -> Response:
    """The teacher's assignments, the newest first."""
    asked = recent(limit, status, teacher.ASSIGNMENT_STATUSES)
    page = await teacher.recent_assignments(visit.database, visit.asker, asked.limit, asked.status)
    data = {"assignments": page.rows, "total": len(page.rows)}
    return visit.answer(page, data, "Recent assignments retrieved successfully", asked)


@router.get("/navigation-counts", response_model=Success[teacher.NavigationCounts])
async def navigation_counts(visit: Visiting) -> Response:
    """The numbers beside the entries of the menu."""
    page = await teacher.navigation_counts(visit.database, visit.asker)
    return visit.answer(page, page.rows[0], "Navigation counts retrieved successfully")
