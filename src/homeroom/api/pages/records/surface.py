"""What these pages share: who may see them, and which classes and subjects somebody has."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from homeroom.api.access import Access, admit
from homeroom.api.access_log import LoggedRoute
from homeroom.api.assignments import choices
from homeroom.api.assignments.lists import my_assignments
from homeroom.api.assignments.surface import teacher_or_admin_scope
from homeroom.api.pages.choosing import choices_of
from homeroom.api.pages.parts import PagePart, next_cursor, part
from homeroom.api.pages.site import page_router

ROLES = ("teacher", "admin")
router = page_router(route_class=LoggedRoute)


@dataclass(frozen=True, slots=True)
class Teachable:
    """The classes and subjects that somebody may choose among.

    ``is_own``: those of a teacher's assignments; else those of an admin's realm, of which there may
    be more (``has_more``). ``failed``: the part that could not be read.
    """

    classes: list[dict[str, Any]]
    subjects: list[dict[str, Any]]
    is_own: bool
    has_more: bool = False
    failed: PagePart | None = None

    @property
    def has_none(self) -> bool:
        """Whether a teacher has no assignment at all."""
        return self.is_own and not self.failed and not self.classes and not self.subjects

    def name_of_class(self, class_id: str) -> str:
        """What a class is called; its id where it is not among these."""
        return _name_of(self.classes, class_id)

    def name_of_subject(self, subject_id: str) -> str:
        """What a subject is called; its id where it is not among these."""
        return _name_of(self.subjects, subject_id)


async def seeing(request: Request) -> Access:
    """Whose session it is, a teacher's or an admin's; raises what ``admit`` raises."""
    return await admit(request, teacher_or_admin_scope)


async def teachable_of(request: Request, caller: Access, find: str = "") -> Teachable:
    """What a teacher is assigned to; what an admin's realm has that contains ``find``."""
    if caller.scope.teacher_id:
        own = await part(my_assignments(caller))
        data = {"classes": [], "subjects": []} if own.failed else own.data["data"]
        return Teachable(**data, is_own=True, failed=own if own.failed else None)
    classes = await choices_of(request, caller, choices.CLASSES, find)
    subjects = await choices_of(request, caller, choices.SUBJECTS, find)
    failed = next((one for one in (classes, subjects) if one.failed), None)
    if failed:
        return Teachable([], [], is_own=False, failed=failed)
    more = bool(next_cursor(classes) or next_cursor(subjects))
    return Teachable(classes.data["data"], subjects.data["data"], False, more)


def _name_of(rows: list[dict[str, Any]], wanted: str) -> str:
    return next((str(row["name"]) for row in rows if str(row["id"]) == wanted), wanted)
