"""Lists that people choose from: longer than those of the API, and found by a part of the name."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.access import Access
from homeroom.api.assignments import choices
from homeroom.api.assignments.surface import Page
from homeroom.api.pages.parts import PagePart, part
from homeroom.api.parameters import SEARCH_CHARACTERS_MAX, Limit

# More than that nobody looks through: a search finds the others.
CHOICES = Limit(default=30, most=30)


async def choices_of(request: Request, admin: Access, page: Page, search: str = "") -> PagePart:
    """The teachers, classes or subjects that an admin chooses among."""
    return await part(_found(request, admin, page, search))


def searched(text: str) -> str:
    """What a search is for; one that is too short is for nothing yet."""
    text = text.replace("\x00", "").strip()[:SEARCH_CHARACTERS_MAX]
    return text if len(text) > 1 else ""


async def _found(request: Request, admin: Access, page: Page, search: str) -> Response:
    longer = replace(page, limit=CHOICES)
    q = searched(search) or None
    return await longer.answer(request, admin, None, None, q=(choices.SEARCH, q))
