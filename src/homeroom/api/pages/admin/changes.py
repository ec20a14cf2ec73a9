"""What admins change on Teacher Assignments: classes and subjects are added, and removed."""

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.assignments import lists
from homeroom.api.assignments.ids import from_wire
from homeroom.api.assignments.writes import (
    FIELDS,
    IDS_MAX,
    LISTS,
    checked_id,
    writing_admin,
)
from homeroom.api.errors import ApiError
from homeroom.api.pages.admin.assignments import AssignmentsView, show
from homeroom.api.pages.admin.surface import PATH, reading_admin, router
from homeroom.api.pages.locales import _
from homeroom.api.pages.parts import main_part
from homeroom.api.pages.sentences import sentence_of
from homeroom.api.pages.shown import to_page, until_shown
from homeroom.api.pages.site import site_of_app
from homeroom.commands.assignment_rules import CLASS, SUBJECT, Kind, Link
from homeroom.errors import InvalidAssignment, UnknownToAssign

KINDS = {kind.name: kind for kind in (CLASS, SUBJECT)}
NOTHING_CHOSEN = _("Choose at least one class or subject.")


@router.post(PATH + "/class")
async def add_class(request: Request) -> Response:
    """Add Class."""
    return await _add(request, CLASS)


@router.post(PATH + "/subject")
async def add_subject(request: Request) -> Response:
    """Add Subject."""
    return await _add(request, SUBJECT)


@router.post(PATH + "/bulk")
async def bulk_assign(request: Request) -> Response:
    """Bulk Assign: what is assigned already is skipped."""
    _, sent = await site_of_app(request).form_in_full(request, "admin")
    try:
        links = [Link(kind, one) for kind in LISTS for one in _ids(sent.fields, kind)]
        if not links:
            raise ApiError(400, NOTHING_CHOSEN)
    except ApiError as error:
        view = AssignmentsView(sent.fields.get("user_id", ""))
        return await show(request, view, error.status, sentence_of(error, error.status))
    return await _make(request, dict(sent.fields), links, skip_existing=True)


@router.get(PATH + "/remove")
async def ask_to_remove(request: Request) -> Response:
    """Asks whether an assignment is to be removed."""
    site = site_of_app(request)
    await site.session(request, "admin")
    admin = await reading_admin(request)
    given = dict(request.query_params)
    kind, teacher_id = _kind(given), checked_id(given, "user_id")
    selected = await main_part(lists.teacher_assignments(request, admin, teacher_id))
    if selected.failed:
        return site.page(request, "admin/remove.html", selected=selected)
    one = _assignment(selected.data["data"], kind, given.get("id", ""))
    return site.page(request, "admin/remove.html", selected=selected, kind=kind.name, one=one)


@router.post(PATH + "/remove")
async def remove(request: Request) -> Response:
    """Remove, once the admin has said so."""
    _, fields = await site_of_app(request).form(request, "admin")
    kind, assignment_id = _kind(fields), checked_id(dict(fields), "id")
    view = AssignmentsView(fields.get("user_id", ""))
    writing = await writing_admin(request)
    try:
        command_id = await writing.remove(kind, assignment_id)
    except UnknownToAssign as error:
        return await show(request, view, 404, sentence_of(error, 404))
    soon = "" if await until_shown(request, command_id) else "1"
    return to_page(request, PATH, user_id=view.user_id, done="removed", soon=soon)


async def _add(request: Request, kind: Kind) -> Response:
    _, fields = await site_of_app(request).form(request, "admin")
    try:
        link = Link(kind, checked_id(dict(fields), FIELDS[kind]))
    except ApiError as error:
        view = AssignmentsView(fields.get("user_id", ""))
        return await show(request, view, error.status, sentence_of(error, error.status))
    return await _make(request, dict(fields), [link], skip_existing=False)


async def _make(
    request: Request, fields: dict[str, Any], links: Sequence[Link], skip_existing: bool
) -> Response:
    teacher_id = checked_id(fields, "user_id")
    writing = await writing_admin(request)
    try:
        made = await writing.make(teacher_id, links, skip_existing=skip_existing)
    except (InvalidAssignment, UnknownToAssign) as error:
        status = 404 if isinstance(error, UnknownToAssign) else 400
        return await show(request, AssignmentsView(teacher_id), status, sentence_of(error, status))
    shown = await until_shown(request, made.command_id)
    return to_page(
        request, PATH, user_id=teacher_id, done="assigned", count=len(made.assignments),
        soon="" if shown else "1",
    )  # fmt: skip


def _ids(fields: ImmutableMultiDict[str, str], kind: Kind) -> list[str]:
    """The ids of a list; ApiError 400 for what can be none, and for too many."""
    given = fields.getlist(LISTS[kind])
    if len(given) > IDS_MAX:
        raise ApiError(400, _("At most %(number)s can be chosen at once.", number=IDS_MAX))
    try:
        return [from_wire(LISTS[kind], one) for one in dict.fromkeys(given)]
    except ValueError as error:
        raise ApiError(400, str(error)) from None


def _kind(given: Any) -> Kind:
    try:
        return KINDS[given.get("kind", "")]
    except KeyError:
        raise ApiError(400, "kind must be class or subject") from None


def _assignment(teachers: list[dict[str, Any]], kind: Kind, assignment_id: str) -> dict[str, Any]:
    """An assignment that the admin sees; UnknownToAssign for any other."""
    of_kind = {CLASS: "classes", SUBJECT: "subjects"}[kind]
    for teacher in teachers:
        for one in teacher[of_kind]:
            if str(one["assignment_id"]) == assignment_id:
                return {**one, "user_id": teacher["user_id"], "full_name": teacher["full_name"]}
    raise UnknownToAssign(kind.unknown_assignment, "assignment")
