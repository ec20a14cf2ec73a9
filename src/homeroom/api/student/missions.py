"""A student's missions, page by page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from homeroom.api import cursors
from homeroom.api.answers import LINKED
from homeroom.api.parameters import Limit, StatusesFilter, read_parameters
from homeroom.api.student.surface import SQL, answer, router, student_of
from homeroom.api.student.words import Difficulty
from homeroom.domain.actions import mission_link
from homeroom.domain.tiers import tier_access
from homeroom.queries.statement import ReadResult, compose

LIMIT = Limit(default=50, most=200)
MissionState = Literal["in_progress", "pending", "in_review", "changes_requested", "approved"]
STATUS = StatusesFilter(*get_args(MissionState))


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: the next page begins behind it."""

    changed_at: datetime | None = None
    mission_id: str | None = None

    def text(self) -> str:
        """As clients carry it."""
        return cursors.pack(self.changed_at, self.mission_id)

    @classmethod
    def of(cls, text: str | None) -> "Cursor":
        """The first page where no text is given; ValueError for what no page of ours has given."""
        if not text:
            return cls()
        try:
            changed_at, mission_id = cursors.unpack(text)
            at = cursors.instant_of(changed_at)
            if not isinstance(mission_id, str):
                raise ValueError(text)
        except (ValueError, TypeError):
            raise ValueError(cursors.NOT_OURS) from None
        return cls(at, mission_id)


class StudentMission(TypedDict):
    mission_id: str
    title: str
    difficulty: Difficulty
    status: MissionState
    ai_score: float | None
    ai_feedback: str | None
    mentor_score: float | None
    mentor_feedback: str | None
    deadline: datetime | None
    competencies: list[str]
    next_action: str | None
    submitted_at: datetime | None
    updated_at: datetime
    deep_link: str


StatusParameter = Annotated[str | None, STATUS.query(), STATUS.schema()]
LimitParameter = Annotated[str | None, LIMIT.query(), LIMIT.schema()]
CursorParameter = Annotated[str | None, cursors.QUERY, cursors.SCHEMA]
READ = compose(about=SQL["subscription"], rows=SQL["missions"])


@router.get("/missions", response_model=list[StudentMission], responses=LINKED)
async def missions(
    request: Request,
    status: StatusParameter = None,
    limit: LimitParameter = None,
    cursor: CursorParameter = None,
) -> Response:
    """The student's missions, the newest change first."""
    student = await student_of(request)
    given, problem = read_parameters(
        statuses=(STATUS, status), limit=(LIMIT, limit), after=(Cursor, cursor)
    )
    result = await student.read(READ, page_of(**given))
    body, following = missions_of(result, given["limit"], student.services.clock())
    response = answer(result, body, problem)
    if following is not None:
        cursors.link_next(request, response, following.text())
    return response


def page_of(statuses: list[str] | None, limit: int, after: Cursor) -> dict[str, Any]:
    """The parameters of the SELECT: one row more than is shown, to see whether there is one."""
    return {
        "statuses": statuses,
        "limit": limit + 1,
        "changed_at": after.changed_at,
        "mission_id": after.mission_id,
    }


def missions_of(
    result: ReadResult, limit: int, now: datetime
) -> tuple[list[dict[str, Any]] | None, Cursor | None]:
    """Missions as the tier shows them at ``now``, and where the next page begins, if there is one.

    None where nobody is registered.
    """
    rows = result.rows[:limit]
    more = len(result.rows) > limit
    following = Cursor(rows[-1]["updated_at"], rows[-1]["mission_id"]) if more else None
    if result.about is None:
        return None, following
    shown = tier_access(result.about, now).missions(rows)
    return [{**row, "deep_link": mission_link(row["mission_id"])} for row in shown], following
