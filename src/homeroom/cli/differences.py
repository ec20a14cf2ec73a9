"""Differences between rows, for people."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from homeroom.operations.differences import Difference

SHOWN_MAX = 50


def print_differences(
    differences: Sequence["Difference"], have: str = "have", should: str = "should be"
) -> None:
    """A line for each value, the first fifty; what the two sides are called."""
    if not differences:
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table("table", "key", "column", have, should, box=None, pad_edge=False)
    for name in shown.columns[:2]:
        name.no_wrap = True
    for one in differences[:SHOWN_MAX]:
        values = (
            "(no row)" if one.column is None and value is None else json.dumps(value)
            for value in (one.have, one.should)
        )
        cells = (one.table, one.key, one.column or "(the row)", *values)
        shown.add_row(*map(Text, cells))
    Console().print("", shown)
    if len(differences) > SHOWN_MAX:
        print(f"… and {len(differences) - SHOWN_MAX:,} more: --table, --key, --json")
