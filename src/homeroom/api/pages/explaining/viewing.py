"""Which numbers whoever looks at a page may see explained: those that an endpoint shows them.

A row is asked for with the condition of its endpoint (``shown.sql``). The rest is here: the API's
dashboard of a teacher is for standalone ones, and flags switch off what is of a school.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from starlette.requests import Request

from homeroom.api.access import Access, admit
from homeroom.api.assignments.surface import teacher_or_admin_scope
from homeroom.api.auth import Principal
from homeroom.api.errors import ApiError
from homeroom.api.flags import FlagName
from homeroom.api.pages.locales import _
from homeroom.api.student.surface import check_student
from homeroom.api.teacher.surface import SQL as OF_TEACHERS
from homeroom.engine.planning.definitions import read_definition
from homeroom.queries.database import ReadScope
from homeroom.queries.policy import by_policy
from homeroom.queries.statement import SQL as STATEMENT
from homeroom.queries.statement import compose
from homeroom.queries.teaching import teaches_there
from homeroom.readmodel import definition_texts
from homeroom.statements import load

NOT_YOURS = _("This number is not yours: only an operator may see what it is made of.")
# Tables that only the endpoints of a standalone teacher's dashboard show.
OF_STANDALONE = frozenset({
    "teacher_stats", "teacher_classes", "teacher_assignments", "teacher_assignment_grades",
    "teacher_exams", "teacher_question_banks",
})  # fmt: skip
# By table, the flag without which no endpoint shows a row of a school.
FLAGS: Mapping[str, FlagName] = {
    "teacher_sessions": "consolidated_api",
    "teacher_payments": "consolidated_api",
    "school_classes": "consolidated_api",
    "school_class_students": "consolidated_api",
    "school_student_progress": "consolidated_api",
    "school_assessment_means": "consolidated_api",
    "school_assessments": "consolidated_api",
    "resources": "resources",
}


def _condition(text: bytes, **names: str) -> str:
    """A part of statements, without its comment."""
    lines = by_policy(text, **names).decode().splitlines()
    return "\n".join(line for line in lines if not line.startswith("--"))


_TEXTS = load("shown", __package__)
MARK_SEEN = _condition(_TEXTS.pop("mark_seen"))
_PARTS = {
    "mark_seen": MARK_SEEN,
    "student_meant": _condition(_TEXTS.pop("student_meant")),
    "teaches_there": teaches_there("x.school_id"),
}
# What an answer may lack is no matter of whether there is one.
_NEVER = STATEMENT["since_never"]
SHOWN = {
    table: compose(rows=by_policy(text, **_PARTS), since=_NEVER) for table, text in _TEXTS.items()
}
_TEACHER = compose(about=OF_TEACHERS["about"], since=_NEVER)


def viewer_scope(principal: Principal) -> ReadScope:
    """Whose rows a student, a teacher or an admin reads; ApiError 403 for who is none of them."""
    if principal.role == "student":
        return check_student(principal)
    return teacher_or_admin_scope(principal)


async def viewer_of(request: Request) -> Access:
    """Whoever has the session; raises what ``admit`` raises."""
    return await admit(request, viewer_scope)


async def may_be_explained(
    viewer: Access, principal: Principal, table: str, key: Sequence[str]
) -> bool:
    """Whether an endpoint shows the viewer the row with this key, a value for each of its columns.

    Raises ApiError 403 for a table of standalone teachers, where the viewer is none; 404 where the
    table is switched off at the row's school.
    """
    await require_endpoint(viewer, principal, table)
    values = {f"key_{number}": value for number, value in enumerate(key, 1)}
    rows = (await viewer.read(SHOWN[table], values)).rows
    if not rows:
        return False
    if table in FLAGS:
        require_flags(viewer, rows[0]["school_id"], FLAGS[table])
    return True


async def require_endpoint(viewer: Access, principal: Principal, table: str) -> None:
    """ApiError 403 for a table of standalone teachers, where the viewer is none."""
    if table not in OF_STANDALONE:
        return
    known = (await viewer.read(_TEACHER)).about
    # Of whom nobody has heard yet, the token alone tells.
    if not principal.standalone or (known and not known["standalone"]):
        raise ApiError(403, NOT_YOURS)


def require_flags(viewer: Access, school_id: str, *flags: FlagName) -> None:
    """ApiError 404 where one of these is off for the teacher at this school."""
    for flag in flags:
        viewer.services.flags.require(flag, viewer.scope.teacher_id, school_id)


@cache
def key_columns(table: str) -> tuple[str, ...]:
    """The columns of a projection's key."""
    return read_definition(table, definition_texts()[table]).key
