"""Differences between rows, for people."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from homeroom.operations.differences import Difference

SHOWN_MAX = 50


def print_differences(
    differences: Sequence["Difference"], have: str = "have", should: str = "should be"
) -> None:
    """A line for each value, the first fifty; what the two sides are called."""
    if not differences:
        return
    from homeroom.cli.printing import Listing, print_out

    listing = Listing("table", "key", "column", have, should)
    for one in differences[:SHOWN_MAX]:
        values = (_text(value, one.column) for value in (one.have, one.should))
        listing.add(one.table, one.key, one.column or "(the row)", *values)
    print_out("", listing)
    if len(differences) > SHOWN_MAX:
        print(f"… and {len(differences) - SHOWN_MAX:,} more: --table, --key, --json")


def _text(value: Any, column: str | None) -> str:
    if column is None and value is None:
        return "(no row)"
    return json.dumps(value, ensure_ascii=False)
