"""Marks: a grid of a class's students by assessment, in which new marks are entered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from secrets import token_urlsafe
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.parts import PagePart, main_part
from homeroom.api.pages.records.averages import average_of
from homeroom.api.pages.records.surface import ROLES, Teachable, router, seeing, teachable_of
from homeroom.api.pages.sentences import sentence_of
from homeroom.api.pages.shown import to_page, until_shown
from homeroom.api.pages.site import site_of_app
from homeroom.api.pages.teacher.surface import counts_of
from homeroom.api.records.assessments import (
    checked_key,
    given_mark,
    record,
    recorder,
    seen_assessments,
)
from homeroom.api.records.reports import class_report
from homeroom.commands.marks import GivenMark
from homeroom.errors import InvalidAssignment, NameTaken, UnknownToAssign

PATH = "/marks"
SCORE = "score-"
STUDENTS_SHOWN = 100
_SCORE = re.compile(r"[0-9]{1,3}([.,][0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class MarksView:
    """Which class and subject the grid shows, from which student on, and what was typed wrongly.

    ``typed``: by student. ``problem``: why nothing was recorded. ``key``: of the form, so that what
    is sent twice is recorded once.
    """

    class_id: str = ""
    subject_id: str = ""
    first: int = 0
    find: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()
    problem: str = ""
    key: str = ""


@router.get(PATH)
async def marks_home(request: Request) -> Response:
    """The grid of the class and the subject that were chosen, else of the first of each."""
    await site_of_app(request).session(request, *ROLES)
    return await _show(request, replace(_view_of(request.query_params), key=""))


@router.post(PATH)
async def enter_marks(request: Request) -> Response:
    """Record all marks that were typed; none where one of them cannot be recorded."""
    _, fields = await site_of_app(request).form(request, *ROLES)
    view = _view_of(fields)
    typed = {
        name.removeprefix(SCORE): text.strip()
        for name, text in fields.items() if name.startswith(SCORE) and text.strip()
    }  # fmt: skip
    wrong = frozenset(student for student, text in typed.items() if not _is_score(text))
    if wrong:
        return await _show(request, replace(view, typed=typed, wrong=wrong), 400)
    marks = [
        given_mark({
            "student_id": student, "class_level_id": view.class_id,
            "subject_id": view.subject_id, "score": float(text.replace(",", ".")),
        }) for student, text in typed.items()
    ]  # fmt: skip
    return await _record(request, replace(view, typed=typed), marks)


async def _record(request: Request, view: MarksView, marks: list[GivenMark]) -> Response:
    who = await recorder(request)
    command_id = None
    try:
        if marks:
            key = checked_key(view.key or None)
            command_id = (await record(request, who, marks, key)).command_id
    except NameTaken as error:
        # Of a form that was saved before. Were it filled again, all of it would be saved twice.
        again = replace(view, typed={}, key="", problem=sentence_of(error, 422))
        return await _show(request, again, 422)
    except (InvalidAssignment, UnknownToAssign) as error:
        status = 404 if isinstance(error, UnknownToAssign) else 400
        return await _show(request, replace(view, problem=sentence_of(error, status)), status)
    soon = "" if await until_shown(request, command_id) else "1"
    return to_page(
        request, PATH, class_level_id=view.class_id, subject_id=view.subject_id,
        first=view.first or "", recorded=len(marks), soon=soon,
    )  # fmt: skip


async def _show(request: Request, view: MarksView, status: int = 200) -> Response:
    site = site_of_app(request)
    caller = await seeing(request)
    teachable = await teachable_of(request, caller, view.find)
    shown: dict[str, Any] = {"teachable": teachable, "grid": None}
    view = replace(
        view, class_id=view.class_id or _first(teachable.classes), key=view.key or token_urlsafe()
    )
    if view.class_id and (view.subject_id or teachable.subjects):
        report = await main_part(class_report(caller, view.class_id))
        view = replace(view, subject_id=view.subject_id or _usual(teachable, report))
        permitted = seen_assessments(request, caller, view.class_id, view.subject_id, "1")
        await main_part(permitted)
        shown |= _grid(report, view)
    given = request.query_params
    count = given.get("recorded", "")
    shown["recorded"] = int(count) if count.isdecimal() and len(count) < 5 else 0
    return site.page(
        request, "records/marks.html", status, view=view, soon="soon" in given,
        counts=await counts_of(request), **shown,
    )  # fmt: skip


def _grid(report: PagePart, view: MarksView) -> dict[str, Any]:
    """A row for each student of the class: the marks in the subject, and their average."""
    if report.failed:
        return {"grid": report}
    students = report.data["data"]["students"]
    rows = []
    for student in students[view.first : view.first + STUDENTS_SHOWN]:
        scores = [
            mark["score"] for mark in student["assessments"]
            if str(mark["subject_id"]) == view.subject_id
        ]  # fmt: skip
        rows.append({"student": student, "scores": scores, "average": average_of(scores)})
    following = view.first + STUDENTS_SHOWN
    return {
        "grid": PagePart(rows, report.as_of, report.incomplete_since),
        "assessments": max((len(row["scores"]) for row in rows), default=0),
        "class_name": report.data["data"]["class"]["name"],
        "students": len(students),
        "following": following if following < len(students) else None,
    }


def _view_of(given: Mapping[str, str]) -> MarksView:
    first = given.get("first", "")
    return MarksView(
        given.get("class_level_id", ""), given.get("subject_id", ""),
        int(first) if first.isdecimal() and len(first) < 7 else 0, given.get("find", ""),
        key=given.get("key", ""),
    )  # fmt: skip


def _usual(teachable: Teachable, report: PagePart) -> str:
    """The subject to begin with: the first in which the class has marks, else the first."""
    students = [] if report.failed else report.data["data"]["students"]
    marked = {mark["subject_id"] for student in students for mark in student["assessments"]}
    return _first([one for one in teachable.subjects if one["id"] in marked] or teachable.subjects)


def _first(rows: list[dict[str, Any]]) -> str:
    return str(rows[0]["id"]) if rows else ""


def _is_score(text: str) -> bool:
    return bool(_SCORE.fullmatch(text)) and float(text.replace(",", ".")) <= 100
