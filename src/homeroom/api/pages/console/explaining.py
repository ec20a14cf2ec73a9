"""Explain: a number with its definition, the rows that it rests on, and the events that set them.

Operators see all of it. Whose number it is sees as much as tells of nobody else: the definition,
how many rows of what it rests on, and which events came when.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.auth import Principal
from homeroom.api.errors import ApiError
from homeroom.api.field_columns import column_of_field
from homeroom.api.internal import Explainer
from homeroom.api.pages.console.state import ROLE, admitted
from homeroom.api.pages.locales import _
from homeroom.api.pages.site import page_router, site_of_app
from homeroom.api.services import services_of_app
from homeroom.operations.explain import ExplainRequest, Explanation
from homeroom.operations.explain.answer import SetBy

ROWS_MAX = 200
SECONDS_MAX = 5.0
EVENTS_MAX = 100
NOT_YOURS = _("This number is not yours: only an operator may see what it is made of.")
# The columns that say whose a row is.
OWNER = {"teacher": "teacher_id", "student": "student_id"}
# What people's own boards show. Other columns of their rows may say what a consent or a tier hides.
PERSONAL = {
    ("teacher", "teacher_stats"): frozenset({
        "classes", "students", "assignments", "exams", "quizzes", "reports", "question_banks",
        "questions", "grades",
    }),
    ("teacher", "teacher_classes"): frozenset({"total_students"}),
    ("teacher", "teacher_assignments"): frozenset({"total_submissions", "total_students"}),
    ("teacher", "teacher_exams"): frozenset({"total_questions"}),
    ("teacher", "teacher_question_banks"): frozenset({"total_questions"}),
    ("student", "student_overview"): frozenset({
        "readiness", "in_progress", "pending", "in_review", "changes_requested", "approved",
        "modules", "modules_percent", "items", "items_approved", "goals_active",
    }),
}  # fmt: skip
router = page_router()


@router.get("/console/explain/{table}/{key:path}/{column}")
async def explained_to_operators(request: Request, table: str, key: str, column: str) -> Response:
    """All that a number rests on."""
    site, _, _ = await admitted(request)
    explanation = await _explained(request, table, key, column)
    return site.page(
        request, "console/explain.html", explanation=explanation, is_operator=True, events=[]
    )


@router.get("/explain/{table}/{key:path}/{column}")
async def explained_to_its_owner(request: Request, table: str, key: str, column: str) -> Response:
    """The same for the person whose number it is; 403 for anyone else."""
    site = site_of_app(request)
    session = await site.session(request, *OWNER, ROLE)
    services = services_of_app(request)
    await services.database.read(token=session.principal.token)
    if session.role != ROLE:
        await _check_owner(request, session.principal, table, key, column)
    explanation = await _explained(request, table, key, column)
    return site.page(
        request, "console/explain.html", explanation=explanation,
        is_operator=session.role == ROLE, events=_events(explanation),
    )  # fmt: skip


async def _check_owner(
    request: Request, principal: Principal, table: str, key: str, column: str
) -> None:
    """Raises ApiError 403 unless the row is the person's own, as its owner's column says."""
    own = principal.teacher_id if principal.role == "teacher" else principal.student_id
    if column not in PERSONAL.get((principal.role, table), ()) or not own:
        raise ApiError(403, NOT_YOURS)
    try:
        owner = await _explained(request, table, key, OWNER[principal.role])
    except ApiError as error:
        # Whether there is such a row is nobody else's business either.
        if error.status == 404:
            raise ApiError(403, NOT_YOURS) from None
        raise
    if owner.value != own:
        raise ApiError(403, NOT_YOURS)


def _events(explanation: Explanation) -> list[tuple[str, SetBy]]:
    """The events with the entity that they are of, without whose they are: the newest first."""
    found = {
        (field.event.topic, field.event.partition, field.event.offset): (row.entity, field.event)
        for row in explanation.rows
        for field in row.fields.values()
        if field.event is not None
    }
    newest = sorted(found.values(), key=lambda pair: pair[1].time, reverse=True)
    return newest[:EVENTS_MAX]


async def _explained(request: Request, table: str, key: str, column: str) -> Explanation:
    explainer: Explainer = request.app.state.explainer
    of_field = partial(column_of_field, table)
    return await explainer.explain(
        ExplainRequest(table, key, column, ROWS_MAX, SECONDS_MAX, of_field)
    )
