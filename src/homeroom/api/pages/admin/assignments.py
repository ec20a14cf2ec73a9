"""Teacher Assignments: which teacher has which classes and subjects, for admins."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import Access
from homeroom.api.assignments import choices, lists
from homeroom.api.errors import ApiError
from homeroom.api.pages.admin.names import Names, names_of
from homeroom.api.pages.admin.surface import PATH, reading_admin, router
from homeroom.api.pages.choosing import choices_of, searched
from homeroom.api.pages.locales import _
from homeroom.api.pages.parts import PagePart, main_part, next_cursor, part
from homeroom.api.pages.site import HTMX, site_of_app
from homeroom.errors import UnknownToAssign

LISTED = "20"
DONE = ("assigned", "removed")
TEACHER, CLASS, SUBJECT = "teacher", "class", "subject"
CHOICES = {TEACHER: choices.TEACHERS, CLASS: choices.CLASSES, SUBJECT: choices.SUBJECTS}
# By which choice a search is for: the kind of what is chosen among, and what stands for none.
OPTIONS = {
    "user": (TEACHER, ""),
    TEACHER: (TEACHER, _("All teachers")),
    CLASS: (CLASS, _("All classes")),
    SUBJECT: (SUBJECT, _("All subjects")),
}


@dataclass(frozen=True, slots=True)
class AssignmentsView:
    """What of the page an admin has chosen, as its address says; what is empty is not chosen.

    ``user_id``: the teacher whose assignments are changed. ``teacher``, ``class_level_id`` and
    ``subject_id``: the filters of the list. ``q``: part of a teacher's name; ``find``: of a
    class's or a subject's to add; ``find_user``: of whose. The others: of what can be filtered by.
    """

    user_id: str = ""
    teacher: str = ""
    class_level_id: str = ""
    subject_id: str = ""
    q: str = ""
    find: str = ""
    find_user: str = ""
    find_teacher: str = ""
    find_class: str = ""
    find_subject: str = ""

    def searches(self) -> dict[str, tuple[str, str]]:
        """By what the page calls it: the kind of what is chosen among, and part of its name."""
        return {
            "teachers": (TEACHER, self.find_teacher),
            "filter_classes": (CLASS, self.find_class),
            "filter_subjects": (SUBJECT, self.find_subject),
            "assignable": (TEACHER, self.find_user),
            "classes": (CLASS, self.find),
            "subjects": (SUBJECT, self.find),
        }


def view_of(request: Request) -> AssignmentsView:
    """That of an address."""
    given = request.query_params
    return AssignmentsView(
        **{name: given.get(name, "").strip() for name in AssignmentsView.__slots__}
    )


@router.get(PATH)
async def assignments_home(request: Request) -> Response:
    """The page: a teacher's assignments, everybody's, and how much each has."""
    await site_of_app(request).session(request, "admin")
    return await show(request, view_of(request))


async def show(
    request: Request, view: AssignmentsView, status: int = 200, problem: str = ""
) -> Response:
    """The page as of this moment. ``problem``: why a form was refused.

    Raises UnknownToAssign for a teacher who is not there for the admin.
    """
    admin = await reading_admin(request)
    shown: dict[str, Any] = {
        "found": await _search(request, admin, view.q),
        "assigned": await _assigned(request, admin, view),
        **await _choices(request, admin, view),
    }
    if view.user_id:
        shown["selected"] = await _selected(request, admin, view.user_id)
        reading = lists.assignment_history(request, admin, view.user_id, LISTED)
        shown["history"] = await part(reading)
    shown["names"] = await _names(admin, view, shown.get("history"))
    return site_of_app(request).page(
        request, "admin/assignments.html", status, view=view, problem=problem,
        next_cursor=next_cursor, done=_done(request), **shown,
    )  # fmt: skip


@router.get(PATH + "/teachers")
async def found_teachers(request: Request) -> Response:
    """The teachers whose names contain what was typed, as links."""
    await site_of_app(request).session(request, "admin")
    admin = await reading_admin(request)
    view = view_of(request)
    return _shown(request, "found", view, found=await _search(request, admin, view.q))


@router.get(PATH + "/options")
async def found_options(request: Request) -> Response:
    """The choices of one of the page's selects whose names contain what was typed above it."""
    site = site_of_app(request)
    await site.session(request, "admin")
    admin = await reading_admin(request)
    given = request.query_params
    of = given.get("of", "")
    if of not in OPTIONS:
        raise ApiError(404, "Not found")
    kind, any_ = OPTIONS[of]
    text = given.get(f"find_{of}", "")
    found = await choices_of(request, admin, CHOICES[kind], text)
    if found.failed:
        raise ApiError(found.status, found.failure)
    return site.page(
        request, "admin/options.html", found=found, any=any_, search=searched(text),
        next_cursor=next_cursor,
    )  # fmt: skip


@router.get(PATH + "/choices")
async def found_choices(request: Request) -> Response:
    """The classes and subjects whose names contain what was typed, to assign a teacher to."""
    await site_of_app(request).session(request, "admin")
    admin = await reading_admin(request)
    view = view_of(request)
    return _shown(
        request, "choices", view,
        classes=await choices_of(request, admin, choices.CLASSES, view.find),
        subjects=await choices_of(request, admin, choices.SUBJECTS, view.find),
        selected=await _selected(request, admin, view.user_id),
    )  # fmt: skip


@router.get(PATH + "/list")
async def listed_assignments(request: Request) -> Response:
    """A further page of the list of all teachers."""
    await site_of_app(request).session(request, "admin")
    admin = await reading_admin(request)
    view = view_of(request)
    cursor = request.query_params.get("cursor")
    return _shown(request, "list", view, assigned=await _assigned(request, admin, view, cursor))


@router.get(PATH + "/history")
async def history_of_teacher(request: Request) -> Response:
    """A further page of what a teacher was ever assigned to."""
    await site_of_app(request).session(request, "admin")
    admin = await reading_admin(request)
    view = view_of(request)
    cursor = request.query_params.get("cursor")
    history = await main_part(
        lists.assignment_history(request, admin, view.user_id, LISTED, cursor)
    )
    names = await _names(admin, view, history)
    return _shown(request, "history", view, history=history, names=names)


@router.get(PATH + "/workload")
async def workload(request: Request) -> Response:
    """How much each teacher has. Its read takes longest, so the page asks for it apart."""
    await site_of_app(request).session(request, "admin")
    admin = await reading_admin(request)
    given = request.query_params
    reading = lists.teacher_workload(request, admin, LISTED, given.get("cursor"))
    most = given.get("most", "")
    return _shown(
        request, "workload", view_of(request), workload=await main_part(reading),
        most=int(most) if most.isdecimal() and len(most) < 10 else 0,
    )  # fmt: skip


async def _assigned(
    request: Request, admin: Access, view: AssignmentsView, cursor: str | None = None
) -> PagePart:
    reading = lists.teacher_assignments(
        request, admin, view.teacher, view.class_level_id, view.subject_id, LISTED, cursor
    )
    return await main_part(reading)


async def _choices(
    request: Request, admin: Access, view: AssignmentsView
) -> dict[str, PagePart]:  # fmt: skip
    """What the page's selects have; what several ask alike is read once."""
    searches = view.searches()
    found = {
        (kind, text): await choices_of(request, admin, CHOICES[kind], text)
        for kind, text in dict.fromkeys(searches.values())
    }
    return {name: found[search] for name, search in searches.items()}


async def _names(admin: Access, view: AssignmentsView, history: PagePart | None) -> Names:
    """What the filters and the history name, which the choices need not have."""
    rows = history.data["data"] if history and not history.failed else []
    ended = {kind: [row["target_id"] for row in rows if row["kind"] == kind]
             for kind in (CLASS, SUBJECT)}  # fmt: skip
    return await names_of(
        admin, teachers=[view.teacher], classes=[view.class_level_id, *ended[CLASS]],
        subjects=[view.subject_id, *ended[SUBJECT]],
    )  # fmt: skip


async def _selected(request: Request, admin: Access, user_id: str) -> PagePart:
    selected = await main_part(lists.teacher_assignments(request, admin, user_id))
    if not selected.failed and (not user_id or not selected.data["data"]):
        raise UnknownToAssign("Teacher not found", "teacher")
    return selected


async def _search(request: Request, admin: Access, text: str) -> PagePart | None:
    """The teachers that a search finds; None without a search."""
    if not searched(text):
        return None
    return await choices_of(request, admin, choices.TEACHERS, text)


def _shown(request: Request, name: str, view: AssignmentsView, **context: Any) -> Response:
    """A piece of the page where htmx asks for it; else a page with that piece alone."""
    template = f"admin/{name}.html" if HTMX in request.headers else "admin/piece.html"
    return site_of_app(request).page(
        request, template, piece=name, view=view, next_cursor=next_cursor, **context
    )


def _done(request: Request) -> dict[str, Any]:
    """What a form has done, as the address behind it says."""
    given = request.query_params
    count = given.get("count", "")
    return {
        "what": given.get("done", "") if given.get("done") in DONE else "",
        "count": int(count) if count.isdecimal() and len(count) < 5 else 0,
        "soon": "soon" in given,
    }
