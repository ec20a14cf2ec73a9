"""The first line of a leaderboard: how many rows, of which groups, and by which order."""

import re
from dataclasses import dataclass

from homeroom.errors import DefinitionError

# All of a group's rows are read again where one of them changes.
ROWS_MAX = 1_000
HEADER = re.compile(r"top (\d+) (.+)")
_PART = re.compile(r"([a-z_][a-z0-9_]*)( asc| desc)?( nulls first| nulls last)?", re.IGNORECASE)
# As PostgreSQL has it where nothing is said.
_USUAL = {" DESC": " NULLS FIRST", "": " NULLS LAST"}
EXAMPLE = "Write `-- top 10 class_id, marks DESC`, or `-- top 10 marks DESC` for one list of all."


@dataclass(frozen=True, slots=True)
class Top:
    """``limit`` rows of each ``group``, or of all where that is empty, by ``order``.

    ``order``: outputs, and how each is ordered: `` DESC NULLS LAST``, or nothing for the usual.
    """

    limit: int
    group: tuple[str, ...]
    order: tuple[tuple[str, str], ...]


def read_top(name: str, header: str) -> Top | None:
    """What the line says; None where it is of another kind. Raises DefinitionError."""
    match = HEADER.fullmatch(header)
    if match is None:
        return None
    parts = [_PART.fullmatch(part.strip()) for part in match[2].split(",")]
    if not all(parts):
        raise DefinitionError(name, "the first line is not columns with ASC or DESC", EXAMPLE)
    group: list[str] = []
    order: list[tuple[str, str]] = []
    for part in parts:
        assert part is not None
        column, direction, nulls = (text or "" for text in part.groups())
        if not (order or direction or nulls):
            group.append(column)
            continue
        way = direction.upper().replace(" ASC", "")
        order.append((column, way + nulls.upper().replace(_USUAL[way], "")))
    if not order:
        raise DefinitionError(
            name, "the first line has no order: no column has ASC or DESC", EXAMPLE
        )
    limit = int(match[1])
    if not 0 < limit <= ROWS_MAX:
        raise DefinitionError(
            name, f"it keeps {limit:,} rows of each group",
            f"Keep from 1 to {ROWS_MAX:,}; of more, let the reader's query take the first.",
        )  # fmt: skip
    return Top(limit, tuple(group), tuple(order))
