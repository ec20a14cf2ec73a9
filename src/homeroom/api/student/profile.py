"""Who a student is, and could become."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from homeroom.api.student.surface import SQL, answer, router, student_of
from homeroom.api.student.words import NOT_ASSESSED, NOT_ASSIGNED, NOT_RECOMMENDED
from homeroom.queries.statement import compose

CONSENTS = ("share_with_mentor", "employer_share", "public_portfolio")


class Basic(TypedDict):
    name: str
    track: str
    track_key: str | None
    cohort: str
    mentor: str


class FutureSelf(TypedDict):
    persona: str
    archetype: str
    skills_needed: list[str]
    alignment: str
    track: str


class StudentProfile(TypedDict):
    basic: Basic
    future_you: FutureSelf
    consents: dict[str, bool]


READ = compose(about=SQL["profile"])


@router.get("/profile", response_model=StudentProfile)
async def profile(request: Request) -> Response:
    """Who the student is and could become, and what may be shared with whom."""
    student = await student_of(request)
    result = await student.read(READ)
    return answer(result, result.about and profile_of(result.about))


def profile_of(row: Mapping[str, Any]) -> StudentProfile:
    """The body; of the consents, those that nobody has given are false."""
    return StudentProfile(
        basic=Basic(
            name=row["name"],
            track=row["track"] or NOT_ASSIGNED,
            track_key=row["track_key"],
            cohort=row["cohort"] or NOT_ASSIGNED,
            mentor=row["mentor"] or NOT_ASSIGNED,
        ),
        future_you=FutureSelf(
            persona=row["persona"] or NOT_ASSESSED,
            archetype=row["archetype"] or NOT_ASSESSED,
            skills_needed=row["skills_needed"] or [],
            alignment=f"{row['alignment']}%",
            track=row["recommended_track"] or NOT_RECOMMENDED,
        ),
        consents=dict.fromkeys(CONSENTS, False) | (row["consents"] or {}),
    )
