"""The query parameters of lists. They are judged last, so a wrong one is remembered till then."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import WithJsonSchema

_WHOLE_NUMBER = re.compile(r"0*([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Limit:
    """How many rows a list has: unless said, and at most."""

    default: int
    most: int

    def query(self) -> Any:
        """What describes the parameter."""
        return Query(description=f"How many at most; above {self.most} it is {self.most}.")

    def schema(self) -> WithJsonSchema:
        """The number that it is; it is taken as text, so that a wrong one is answered by us."""
        return WithJsonSchema({"type": "integer", "minimum": 1, "default": self.default})

    def of(self, text: str | None) -> int:
        """What was asked for; ValueError says what is wrong."""
        if text is None:
            return self.default
        match = _WHOLE_NUMBER.fullmatch(text)
        if not match:
            raise ValueError("limit must be a whole number from 1")
        # As many digits as somebody likes are a large number, not an error.
        return self.most if len(match[1]) > len(str(self.most)) else min(int(match[1]), self.most)


RECENT = Limit(default=5, most=20)
MISSIONS = Limit(default=50, most=200)

RecentLimit = Annotated[str | None, RECENT.query(), RECENT.schema()]
MissionsLimit = Annotated[str | None, MISSIONS.query(), MISSIONS.schema()]
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

    limit: int = RECENT.default
    status: str | None = None
    problem: str = ""


def recent(
    limit: str | None, status: str | Literal[""] | None = None, statuses: Sequence[str] = ()
) -> Asked:
    """What a list of recent things was asked for. A parameter given twice counts as the last."""
    try:
        count = RECENT.of(limit)
    except ValueError as error:
        return Asked(problem=str(error))
    if status and status not in statuses:
        return Asked(problem=f"status must be one of {', '.join(statuses)}")
    return Asked(count, status or None)
