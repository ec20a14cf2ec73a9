"""How dead letters and gaps look on a terminal."""

import json
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from homeroom.cli.app import counted
from homeroom.cli.printing import Listing, one_line
from homeroom.operations.dead_letters.listing import EntryDetails, ListedEntry


def of_list(kept: Sequence[ListedEntry], limit: int) -> RenderableType:
    """A row each, up to a limit, and what was left out."""
    if not kept:
        return Text("No dead letters, no gaps.")
    listing = Listing(
        "id", "reason", "subject", "sequence", "since", "waiting", "detail", right=("waiting",)
    )
    for one in kept[:limit]:
        subject = f"{one.entity} {one.subject}" if one.entity else one.key or "?"
        numbers = "" if one.sequence is None else str(one.sequence)
        if one.last_sequence not in (None, one.sequence):
            numbers += f"–{one.last_sequence}"
        reason = one.closed_as or one.reason
        listing.add(one.id, reason, subject, numbers, _time(one), f"{one.waiting:,}", one.detail)
    if len(kept) <= limit:
        return listing
    return Group(listing, Text(f"… and {len(kept) - limit:,} more: --limit, --reason, --json"))


def _time(one: ListedEntry) -> str:
    return one.since.strftime("%Y-%m-%d %H:%M:%S")


def of_one(one: EntryDetails) -> RenderableType:
    """All of one, and what can be done with it."""
    return Text("\n".join(one_line(line) for lines in _lines(one) for line in lines.split("\n")))


def _lines(one: EntryDetails) -> Iterator[str]:
    kept = one.kept
    yield f"{kept.id}: {kept.reason}" + (f" ({kept.closed_as})" if kept.closed_as else "")
    yield f"  {kept.detail}"
    if kept.entity:
        yield f"  of {kept.entity} {kept.subject}, sequence {kept.sequence}"
    yield f"  since {_time(kept)} UTC"
    if not kept.is_gap:
        yield from ("", f"key    {kept.key}")
        for name, value in one.headers:
            yield f"header {name}: {value}"
        yield f"value  {_pretty(one)}"
    if one.behind:
        yield from ("", f"Behind it waits {counted(kept.waiting, 'event')}:")
        for event in one.behind:
            place = f"{event['topic']}:{event['partition']}:{event['offset']}"
            yield f"  sequence {event['sequence']} ({place})"
    for past in one.history:
        yield f"{past['what']} {past['at']:%Y-%m-%d %H:%M:%S} by {past['by']}: {past['why']}"
    if kept.closed_as is None:
        yield from ("", *_what_to_do(kept))


def _pretty(one: EntryDetails) -> str:
    if one.value_base64 is not None:
        return f"{one.value_base64} (base64: it is not UTF-8)"
    if one.value is None:
        return "none (a tombstone)"
    try:
        return json.dumps(json.loads(one.value), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return one.value


def _what_to_do(kept: ListedEntry) -> Iterator[str]:
    if kept.is_gap:
        yield "The missing event lets all go by itself when it comes. To go on without it:"
    else:
        yield "A good event at this sequence closes it. Or, after an upgrade that can read it:"
        yield f"  homeroom dead-letters retry {kept.id}"
        yield "To go on without it, for ever:"
    yield f"  homeroom dead-letters discard {kept.id} --why …"
