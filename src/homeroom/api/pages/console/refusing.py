"""What became of an operator's decision: kept, logged, and said."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from homeroom.api.pages.console.state import ConsoleDeed, OperatorsConsole, console_of_app
from homeroom.api.pages.locales import _
from homeroom.api.pages.site import site_of_app
from homeroom.terminal import one_line

BEGUN = _("Begun.")


def acted(
    console: OperatorsConsole, by: str, what: str, outcome: str, *, refused: bool = False
) -> ConsoleDeed:
    """Keep what was done."""
    return console.note(ConsoleDeed(by, one_line(what), one_line(outcome), refused))


def refused_page(request: Request, by: str, what: str, why: str) -> Response:
    """The page that says why nothing was done, in the words of the command line."""
    deed = acted(console_of_app(request), by, what, why, refused=True)
    return site_of_app(request).page(request, "console/refused.html", 409, deed=deed)


def back_to_console(request: Request, deed: ConsoleDeed, part: str = "") -> Response:
    """To the console, which says what was done."""
    root_path = request.scope.get("root_path", "")
    return RedirectResponse(f"{root_path}/console?done={deed.number}{part}", 303)
