"""The lists behind the numbers of the menu, with search, filters and "Load more"."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.choosing import searched
from homeroom.api.pages.parts import PagePart, main_part, next_cursor, part
from homeroom.api.pages.site import HTMX, site_of_app
from homeroom.api.pages.teacher.surface import HOME, counts_of, router, standalone_teacher
from homeroom.api.teacher import endpoints, lists
from homeroom.api.teacher.surface import TeacherAccess

Answering = Callable[..., Awaitable[Response]]
# More classes than a teacher has; who has more finds a class by the page of classes.
CLASSES_MAX = "50"
KINDS = ("exam", "quiz")


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list. ``path``: its last part, which also names it in the templates.

    ``rows``: the list's name on the wire and the template of its rows. ``answer``: the endpoint's
    function; ``only``: what it is always asked. ``count``: the number of the menu, as it is on the
    wire; ``column``: that of `teacher_stats` that counts all of the list, if one does.
    ``choices``: by what it can be filtered, and which words there are; ``of_class``: whether also
    by class.
    """

    path: str
    rows: str
    answer: Answering
    count: str
    only: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    of_class: bool = True
    column: str = ""

    def chosen(self, given: Mapping[str, str]) -> dict[str, str]:
        """What of a query is a filter of this list."""
        names = (*self.choices, *(("class_id",) if self.of_class else ()))
        filters = {name: given.get(name, "") for name in names}
        return filters | {"q": searched(given.get("q", ""))}

    async def part(self, request: Request, teacher: TeacherAccess) -> PagePart:
        """The page of the list that is asked for; raises what `main_part` raises."""
        given = request.query_params
        wanted = {**self.chosen(given), **self.only}
        return await main_part(
            self.answer(request, teacher, **wanted, cursor=given.get("cursor", ""))
        )


EXAM_STATES = {"status": get_args(endpoints.ExamState)}
ASSIGNMENT_STATES = {"status": get_args(endpoints.AssignmentState)}
BANK_STATES = {"status": get_args(endpoints.QuestionBankState)}
EXAM_KINDS = {"kind": KINDS}
LISTS = (
    ListPage("classes", "classes", lists.classes, "classes", of_class=False,
             column="classes"),
    ListPage("students", "students", lists.students, "students", column="students"),
    ListPage("assignments", "assignments", lists.assignments, "assignments",
             choices=ASSIGNMENT_STATES, column="assignments"),
    ListPage("schedule", "exams", lists.exams, "schedule", {"upcoming": "true"}, EXAM_KINDS),
    ListPage("exams", "exams", lists.exams, "exams", choices=EXAM_STATES | EXAM_KINDS,
             column="exams"),
    ListPage("question-banks", "questionBanks", lists.question_banks, "questionBank",
             choices=BANK_STATES, of_class=False, column="question_banks"),
    ListPage("grades", "assignments", lists.assignments, "grades", {"graded": "true"},
             ASSIGNMENT_STATES),
    ListPage("quizzes", "exams", lists.exams, "quizzes", {"kind": "quiz"}, EXAM_STATES,
             column="quizzes"),
    ListPage("reports", "exams", lists.exams, "reports", {"has_results": "true"}, EXAM_KINDS,
             column="reports"),
)  # fmt: skip


async def list_page(request: Request, shown: ListPage) -> Response:
    """A list with its filters; where a page of it is loaded into a table, only its rows."""
    teacher = await standalone_teacher(request)
    listed = await shown.part(request, teacher)
    given = request.query_params
    context: dict[str, Any] = {
        "list": shown, "listed": listed, "chosen": shown.chosen(given),
        "address": f"{HOME}/{shown.path}", "next_cursor": next_cursor,
    }  # fmt: skip
    site = site_of_app(request)
    if HTMX in request.headers and given.get("cursor"):
        return site.page(request, "teacher/rows.html", **context)
    counts = await counts_of(request)
    classes = PagePart({"classes": []})
    if shown.of_class:
        classes = await part(lists.classes(request, teacher, limit=CLASSES_MAX))
    return site.page(request, "teacher/list.html", counts=counts, classes=classes, **context)


def _serve(shown: ListPage) -> None:
    async def page(request: Request) -> Response:
        return await list_page(request, shown)

    name = f"teacher_list_{shown.path.replace('-', '_')}"
    router.get(f"{HOME}/{shown.path}", name=name)(page)


for _shown in LISTS:
    _serve(_shown)
