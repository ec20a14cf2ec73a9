"""What retries and discards have done, for people and for scripts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from homeroom.cli.app import counted

if TYPE_CHECKING:
    from homeroom.operations.dead_letters.outcomes import ActionResult, Retried
    from homeroom.operations.dead_letters.purging import Purged


def as_json_values(retried: "Retried") -> dict[str, str]:
    """One retried dead letter, for scripts."""
    identity = ":".join(map(str, retried.dead_letter))
    return {"id": identity, "outcome": retried.outcome, "detail": retried.detail}


def print_retried(done: "ActionResult", refused: int) -> None:
    """How many were applied, were refused again, and wait."""
    waiting = sum(one.outcome == "waiting" for one in done.retried)
    applied = len(done.retried) - refused - waiting
    print(f"Retried {len(done.retried):,}: {applied:,} applied, {refused:,} still refused.")
    if waiting:
        print(f"{waiting:,} wait: earlier events of their subjects are missing.")
    print_let_go(done)


def print_let_go(done: "ActionResult") -> None:
    """What became of the events that waited."""
    if done.let_go:
        print(f"Applied {counted(done.let_go, 'event')} that waited behind.")
    if done.became_dead_letters:
        refused = counted(done.became_dead_letters, "event")
        print(f"Not applied: {refused} that waited behind; now in `homeroom dead-letters list`.")


def what_is_left(done: "Purged", days: int) -> Iterator[str]:
    """What a purge has not deleted, and what to do about it."""
    if done.left_open:
        yield (
            f"{done.left_open:,} open dead letters and gaps are older than {days} days: retry or "
            "discard them, or add --open."
        )
    if done.still_waiting:
        yield (
            f"{counted(done.still_waiting, 'event')} of other subjects still wait and mention the "
            "id. Once what they wait for has come or was discarded, they are gone from here."
        )
    for generation, left in done.elsewhere.items():
        yield (
            f"{generation} still keeps {counted(left, 'record')} with the id that are open or wait "
            "there. Its workers carry out what was discarded: purge again then, or drop it with "
            f"`homeroom generations drop {generation}`."
        )
