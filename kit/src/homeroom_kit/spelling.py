"""What somebody may have meant who named something that does not exist."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, existing: Iterable[str]) -> str:
    """`` Did you mean `class.created.v1`?``, with a space before it; empty without a near name."""
    near = get_close_matches(name, list(existing), n=1)
    return f" Did you mean `{near[0]}`?" if near else ""
