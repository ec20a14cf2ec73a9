"""Explain for operators: of any value of any row, which a form names or the console leads to."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from homeroom.api.pages.console.state import admitted
from homeroom.api.pages.explaining.computed import OF
from homeroom.api.pages.explaining.endpoints import explained
from homeroom.api.pages.explaining.numbers import NUMBERS
from homeroom.api.pages.explaining.paths import (
    OPERATORS,
    WHOLE_ROW,
    computed_path,
    explanation_path,
)
from homeroom.api.pages.site import page_router

router = page_router()


@router.get(OPERATORS)
async def asked_by_operators(request: Request) -> Response:
    """To the value or the number that a form names, or the forms alone."""
    site, console, session = await admitted(request)
    given = {name: text.strip() for name, text in request.query_params.items()}
    root_path = request.scope.get("root_path", "")
    if given.get("table") and given.get("key"):
        column = given.get("column") or WHOLE_ROW
        path = explanation_path(session.role, given["table"], given["key"], column)
        return RedirectResponse(root_path + path, 303)
    if given.get("number"):
        name = quote(given["number"], safe="")
        return RedirectResponse(root_path + computed_path(name, {OF: given.get(OF)}), 303)
    return site.page(
        request, "explaining/ask.html", numbers=sorted(NUMBERS),
        tables=sorted(console.model.definitions),
        entities=sorted(console.model.catalog.entity_by_name),
    )  # fmt: skip


@router.get(OPERATORS + "/{table}/{key:path}/{column}")
async def explained_to_operators(request: Request, table: str, key: str, column: str) -> Response:
    """All that a value rests on, or a whole row."""
    site, _, _ = await admitted(request)
    of = None if column == WHOLE_ROW else column
    return site.page(
        request, "explaining/explain.html", is_operator=True, events=[],
        explanation=await explained(request, table, key, of),
    )  # fmt: skip
