"""What operators should know before they decide about a dead letter or a gap."""

from collections.abc import Iterator

from homeroom.operations.dead_letters.listing import EntryDetails


def what_closes(one: EntryDetails) -> str:
    """What would close an open dead letter by itself."""
    kept = one.kept
    if kept.sequence is None:
        return (
            "No event closes it, because its subject or number cannot be read: it stays open until "
            f"it is {'' if one.is_cut else 'retried or '}discarded."
        )
    which = "A good event" if one.has_row is not False else "A creating event"
    return f"{which} of {kept.entity} {kept.subject} with the sequence {kept.sequence} closes it."


def discard_warnings(one: EntryDetails) -> Iterator[str]:
    """What a discard will do that its reader may not expect."""
    if one.has_row is False:
        yield (
            f"{one.kept.entity} {one.kept.subject} has no row yet. After a discard, an event "
            "behind it that does not create becomes a dead letter in its turn. To have the row, "
            "the publisher sends the creating event again, with its next number, and each dead "
            "letter before that number is discarded."
        )
