"""How dead letters and gaps look on a terminal."""

import json
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from homeroom.cli.app import counted
from homeroom.cli.printing import Listing
from homeroom.operations.dead_letters.advice import discard_warnings, what_closes
from homeroom.operations.dead_letters.listing import EntryDetails, ListedEntry
from homeroom.terminal import one_line


def of_list(kept: Sequence[ListedEntry], count: int) -> RenderableType:
    """A row each, and how many more of so many there are."""
    if not kept:
        return Text("No dead letters, no gaps.")
    listing = Listing(
        "id", "reason", "subject", "sequence", "since", "waiting", "detail", right=("waiting",)
    )
    for one in kept:
        subject = f"{one.entity} {one.subject}" if one.entity else one.key or "?"
        numbers = "" if one.sequence is None else str(one.sequence)
        if one.last_sequence not in (None, one.sequence):
            numbers += f"–{one.last_sequence}"
        reason = one.closed_as or one.reason
        listing.add(one.id, reason, subject, numbers, _time(one), f"{one.waiting:,}", one.detail)
    if count <= len(kept):
        return listing
    return Group(listing, Text(f"… and {count - len(kept):,} more: --limit, --reason, --json"))


def _time(one: ListedEntry) -> str:
    return one.since.strftime("%Y-%m-%d %H:%M:%S")


def of_one(one: EntryDetails, characters_max: int | None) -> RenderableType:
    """All of one, and what can be done with it; of its record so much at most, if a number."""
    return Text("\n".join(map(one_line, _lines(one, characters_max))))


def _lines(one: EntryDetails, characters_max: int | None) -> Iterator[str]:
    kept = one.kept
    yield f"{kept.id}: {kept.reason}" + (f" ({kept.closed_as})" if kept.closed_as else "")
    yield f"  {kept.detail}"
    if kept.entity:
        yield f"  of {kept.entity} {kept.subject}, sequence {kept.sequence}"
    yield f"  since {_time(kept)} UTC"
    if not kept.is_gap:
        parts = [f"key    {kept.key}", *(f"header {name}: {value}" for name, value in one.headers)]
        yield ""
        for part in parts:
            yield from _beginning(part, characters_max, "--json")
        yield from _value(one, characters_max)
        if one.is_cut:
            yield "… of the record only this beginning is kept; the rest stands in the log"
    if one.behind:
        yield from ("", f"Behind it waits {counted(kept.waiting, 'event')}:")
        for event in one.behind:
            place = f"{event['topic']}:{event['partition']}:{event['offset']}"
            yield f"  sequence {event['sequence']} ({place})"
    for past in one.history:
        yield f"{past['what']} {past['at']:%Y-%m-%d %H:%M:%S} by {past['by']}: {past['why']}"
    if kept.closed_as is None:
        yield from ("", *_what_to_do(one))


def _beginning(text: str, characters_max: int | None, option: str) -> Iterator[str]:
    """The text, or its beginning and the option that gives all of it."""
    if characters_max is None or len(text) <= characters_max:
        yield text
        return
    yield text[:characters_max]
    yield f"… and {len(text) - characters_max:,} more characters: {option} gives all"


def _value(one: EntryDetails, characters_max: int | None) -> Iterator[str]:
    """JSON in lines of ours; anything else is one line, whatever is in it."""
    if one.value_base64 is not None:
        text = f"{one.value_base64} (base64: it is not UTF-8)"
    elif one.value is None:
        text = "none (a tombstone)"
    else:
        text = _pretty(one.value, characters_max) or one_line(one.value)
    # As wide as it is shown: an escape is up to six characters for one.
    whole = "\n".join(_beginning(f"value  {text}", characters_max, "--out FILE"))
    yield from whole.split("\n")


def _pretty(text: str, characters_max: int | None) -> str:
    """JSON with indents; empty for what is none, and for what is too long to be shown whole."""
    if characters_max is not None and len(text) > characters_max:
        return ""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""


def _what_to_do(one: EntryDetails) -> Iterator[str]:
    kept = one.kept
    if kept.is_gap:
        yield "The missing event lets all go by itself when it comes. To go on without it:"
    else:
        yield what_closes(one)
        if not one.is_cut:
            yield "Or, after an upgrade that can read it:"
            yield f"  homeroom dead-letters retry {kept.id}"
        yield "To go on without it, for ever:"
    yield f"  homeroom dead-letters discard {kept.id} --why …"
    yield from discard_warnings(one)
