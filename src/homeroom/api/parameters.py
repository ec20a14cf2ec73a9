"""The query parameters of lists. They are judged last, so a wrong one is remembered till then."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Query
from pydantic import WithJsonSchema

LIMIT_DEFAULT = 5
LIMIT_MAX = 20

_WHOLE_NUMBER = re.compile(r"[0-9]+")

LimitParameter = Annotated[
    str | None,
    Query(description=f"How many at most; above {LIMIT_MAX} it is {LIMIT_MAX}."),
    WithJsonSchema({"type": "integer", "minimum": 1, "default": LIMIT_DEFAULT}),
]
ExamStatusParameter = Annotated[
    str | None,
    Query(description="Only those of this status; empty: of any."),
    WithJsonSchema({"enum": ["draft", "scheduled", "active", "completed", "cancelled", ""]}),
]
AssignmentStatusParameter = Annotated[
    str | None,
    Query(description="Only those of this status; empty: of any."),
    WithJsonSchema({"enum": ["draft", "published", "graded", ""]}),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """How many rows of which status are asked for; ``problem`` says what is wrong, or is empty."""

    limit: int = LIMIT_DEFAULT
    status: str | None = None
    problem: str = ""


def recent(
    limit: str | None, status: str | Literal[""] | None = None, statuses: Sequence[str] = ()
) -> Asked:
    """What a list of recent things was asked for. A parameter given twice counts as the last."""
    if limit is None:
        count = LIMIT_DEFAULT
    elif not _WHOLE_NUMBER.fullmatch(limit) or not limit.strip("0"):
        return Asked(problem="limit must be a whole number from 1")
    else:
        # As many digits as somebody likes are a large number, not an error.
        digits = limit.lstrip("0")
        count = LIMIT_MAX if len(digits) > 2 else min(int(digits), LIMIT_MAX)
    if status and status not in statuses:
        return Asked(problem=f"status must be one of {', '.join(statuses)}")
    return Asked(count, status or None)
