"""Dead letters and gaps: the list, one of them with its record, Retry and Discard."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.errors import ApiError
from homeroom.api.pages.console.reading import console_part
from homeroom.api.pages.console.refusing import acted, back_to_console, refused_page
from homeroom.api.pages.console.state import OperatorsConsole, admitted, decided, name_of
from homeroom.api.pages.locales import Text, _, ngettext, sentences
from homeroom.api.pages.site import page_router
from homeroom.operations.dead_letters import listing
from homeroom.operations.dead_letters.actions import Decision, operator
from homeroom.operations.dead_letters.advice import discard_warnings, what_closes
from homeroom.operations.dead_letters.listing import (
    DeadLetterId,
    EntryDetails,
    GapId,
    ListedEntry,
    parse_id,
)
from homeroom.operations.dead_letters.outcomes import ActionResult
from homeroom_kit.errors import HomeroomError

LISTED_MAX = 50
# What a page shows of a record's value, and of each header.
CHARACTERS_MAX = 4_000
SECONDS_MAX = 30.0
A_GAP = _("A gap has no record to retry: wait for the event, or discard it.")
ACTIONS = ("retry", "discard")
router = page_router()


@dataclass(frozen=True, slots=True)
class SeenLetters:
    """The oldest dead letters and gaps that are open; ``more``: whether there are others."""

    listed: list[ListedEntry]
    more: bool


async def letters_seen(console: OperatorsConsole) -> SeenLetters:
    """What is open, the oldest first; raises as ``list_kept``."""
    url = console.settings.require_database("operator")
    kept = await asyncio.to_thread(listing.list_kept, url, limit=LISTED_MAX + 1)
    return SeenLetters(kept[:LISTED_MAX], len(kept) > LISTED_MAX)


@router.get("/console/dead-letters")
async def dead_letter(request: Request) -> Response:
    """One dead letter or gap, with its record and what may be done; without an id, the list."""
    if "id" in request.query_params:
        return await _page_of_one(request, "")
    site, console, _ = await admitted(request)
    letters = await console_part(letters_seen(console))
    return site.page(request, "console/letters_page.html", letters=letters)


@router.get("/console/dead-letters/{action}")
async def ask_before_acting(request: Request, action: str) -> Response:
    """The same; it asks why it is to be retried or discarded."""
    return await _page_of_one(request, _known(action))


def _known(action: str) -> str:
    if action not in ACTIONS:
        raise HTTPException(404)
    return action


async def _page_of_one(request: Request, asked: str) -> Response:
    site, console, _ = await admitted(request)
    identity = request.query_params.get("id", "")
    one = await console_part(_shown(console, identity))
    warnings = list(discard_warnings(one.data)) if one.data and asked == "discard" else []
    closes = what_closes(one.data) if one.data and not one.data.kept.is_gap else ""
    return site.page(
        request, "console/letter.html", 404 if one.failed and one.status != 503 else one.status,
        one=one, id=identity, asked=asked, warnings=warnings, closes=closes,
        characters_max=CHARACTERS_MAX,
    )  # fmt: skip


async def _shown(console: OperatorsConsole, identity: str) -> EntryDetails:
    url = console.settings.require_database("operator")
    return await asyncio.to_thread(listing.show, url, identity)


@router.post("/console/dead-letters/{action}")
async def act(request: Request, action: str) -> Response:
    """Retry a dead letter, or discard one or a gap; the console then says what came of it."""
    action = _known(action)
    console, session, fields = await decided(request)
    identity, why = fields.get("id", ""), fields.get("why", "").strip()
    if not why:
        raise ApiError(400, _("Say why: the decision is kept with its reason."))
    decision = Decision(name_of(session), why)
    what = _("retry %(id)s", id=identity) if action == "retry" else _("discard %(id)s", id=identity)
    try:
        async with asyncio.timeout(SECONDS_MAX):
            outcome, refused = await _done(console, action, identity, decision)
    except TimeoutError:
        late = ngettext(
            "It was not done within %(number)s second: nothing was changed.",
            "It was not done within %(number)s seconds: nothing was changed.", round(SECONDS_MAX),
        )  # fmt: skip
        return refused_page(request, decision.by, what, late)
    except ApiError as error:
        return refused_page(request, decision.by, what, error.message)
    except HomeroomError as error:
        return refused_page(request, decision.by, what, str(error))
    deed = acted(console, decision.by, what, outcome, refused=refused)
    return back_to_console(request, deed)


async def _done(
    console: OperatorsConsole, action: str, identity: str, decision: Decision
) -> tuple[Text, bool]:
    target = parse_id(identity)
    url = console.settings.require_database("operator")
    if action == "retry":
        if isinstance(target, GapId):
            raise ApiError(409, A_GAP)
        kept = (await asyncio.to_thread(listing.show, url, identity)).kept
        if kept.closed_as is not None:
            raise ApiError(409, _("The dead letter %(id)s is closed already.", id=kept.id))
    async with operator(url, console.model) as live:
        if isinstance(target, DeadLetterId) and action == "retry":
            done = await live.retry([target], decision)
            return _told_of_retry(done), any(r.outcome == "refused" for r in done.retried)
        done = await live.discard([target], decision)
        return sentences(_("Discarded."), *_let_go(done)), False


def _told_of_retry(done: ActionResult) -> Text:
    if not done.retried:
        return _("It was closed by somebody else meanwhile.")
    one = done.retried[0]
    said = {
        "applied": _("Applied."),
        "waiting": _("It waits: earlier events of its subject are missing."),
        "refused": _("Still refused: %(why)s", why=one.detail),
    }
    return sentences(said[one.outcome], *_let_go(done))


def _let_go(done: ActionResult) -> Iterator[Text]:
    """What became of the events that waited behind it."""
    if done.let_go:
        yield ngettext(
            "%(number)s event that waited behind it was applied.",
            "%(number)s events that waited behind it were applied.", done.let_go,
        )  # fmt: skip
    if done.became_dead_letters:
        yield ngettext(
            "%(number)s event that waited behind it is a dead letter now.",
            "%(number)s events that waited behind it are dead letters now.",
            done.became_dead_letters,
        )
