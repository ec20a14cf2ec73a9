"""How far a student is in each module of the track, and which missions help."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from homeroom.api.student.surface import SQL, answer, router, student_of
from homeroom.api.student.words import NOT_ASSIGNED, Difficulty
from homeroom.domain.actions import mission_link
from homeroom.queries.statement import compose

RECOMMENDED_MAX = 10
ModuleState = Literal["not_started", "in_progress", "completed"]


class RecommendedMission(TypedDict):
    mission_id: str
    title: str
    difficulty: Difficulty
    deep_link: str


class StudentModule(TypedDict):
    module_id: str
    title: str
    progress: float
    status: ModuleState
    recommended_missions: list[RecommendedMission]


class StudentProgress(TypedDict):
    track: str
    completion: float
    modules: list[StudentModule]
    recommended_missions: list[RecommendedMission]


READ = compose(about=SQL["track"], rows=SQL["modules"])


@router.get("/curriculum/progress", response_model=StudentProgress)
async def curriculum_progress(request: Request) -> Response:
    """How far the student is in each module of the track, and which missions help."""
    student = await student_of(request)
    result = await student.read(READ)
    return answer(result, result.about and progress_of(result.about, result.rows))


def progress_of(track: Mapping[str, Any], modules: Iterable[Mapping[str, Any]]) -> StudentProgress:
    """The body, of what the SELECTs `track` and `modules` return."""
    of_module: defaultdict[str, list[RecommendedMission]] = defaultdict(list)
    every: dict[str, RecommendedMission] = {}
    for module_id, mission_id, title, difficulty in track["recommended"] or ():
        mission = RecommendedMission(
            mission_id=mission_id,
            title=title,
            difficulty=difficulty,
            deep_link=mission_link(mission_id),
        )
        of_module[module_id].append(mission)
        every.setdefault(mission_id, mission)
    return StudentProgress(
        track=track["track"] or NOT_ASSIGNED,
        completion=track["completion"],
        modules=[
            StudentModule(
                module_id=row["module_id"],
                title=row["title"],
                progress=row["progress"],
                status=_status(row["progress"]),
                recommended_missions=of_module[row["module_id"]][:RECOMMENDED_MAX],
            )
            for row in modules
        ],
        recommended_missions=list(every.values())[:RECOMMENDED_MAX],
    )


def _status(percent: float) -> ModuleState:
    if percent >= 100:
        return "completed"
    return "in_progress" if percent > 0 else "not_started"
