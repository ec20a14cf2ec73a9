"""What the answers of dashboards rest on, over entity rows as plain dicts.

Each rule gives the subjects, as entity and key, whose rows an answer is made from. The key of a row
may say whose it is: then the row matters whatever else it says (an ended enrollment in the
teacher's class). Otherwise it matters while it counts or is listed.
"""

from collections.abc import Callable, Iterator
from typing import Any

from tests.model import teacher
from tests.model.student_curriculum import of, progress_of_known
from tests.model.teacher import Row, Rows

Subject = tuple[str, str]
Rule = Callable[[Rows, str], Iterator[Subject]]


def _named(entity: str, key: str, found: list[Row] | Iterator[Row]) -> Iterator[Subject]:
    for row in found:
        yield entity, row[key]


def _below(rows: Rows, entity: str, column: str, ids: set[Any]) -> Iterator[Subject]:
    """Rows whose key names one of these."""
    for key, row in rows[entity].items():
        if row[column] in ids:
            yield entity, key


def _ids(found: list[Row], column: str) -> set[Any]:
    return {row[column] for row in found}


# The teacher's


def _classes(rows: Rows, who: str) -> Iterator[Subject]:
    mine = teacher.classes(rows, who)
    yield from _named("class", "class_id", mine)
    yield from _below(rows, "enrollment", "class_id", _ids(mine, "class_id"))


def _exams(rows: Rows, who: str) -> Iterator[Subject]:
    yield from _named("exam", "exam_id", teacher.exams(rows, who))


def _created(entity: str) -> Rule:
    def rule(rows: Rows, who: str) -> Iterator[Subject]:
        yield from _named(entity, f"{entity}_id", teacher.created_by(rows, entity, who))

    return rule


def _reports(rows: Rows, who: str) -> Iterator[Subject]:
    mine = _ids(teacher.exams(rows, who), "exam_id")
    yield from _below(rows, "exam_result", "exam_id", mine)


def _grades(rows: Rows, who: str) -> Iterator[Subject]:
    """What the teacher has graded something of, whoever created it."""
    for entity, below in (("exam", "exam_result"), ("assignment", "submission")):
        graded = {
            row[f"{entity}_id"] for row in rows[below].values()
            if row["graded_by"] == who and row.get("withdrawn_at") is None
        }  # fmt: skip
        graded &= {row[f"{entity}_id"] for row in teacher.standing(rows, entity)}
        yield from ((entity, id_) for id_ in graded)
        yield from _below(rows, below, f"{entity}_id", graded)


def _exam_classes(rows: Rows, who: str) -> Iterator[Subject]:
    yield from _named("class", "class_id", teacher.exams(rows, who))


def _questions_of_banks(rows: Rows, who: str) -> Iterator[Subject]:
    banks = _ids(teacher.created_by(rows, "question_bank", who), "question_bank_id")
    found = [
        q for q in rows["question"].values() if q["question_bank_id"] in banks and not q["deleted"]
    ]
    yield from _named("question", "question_id", found)


def _of_assignments(rows: Rows, who: str) -> Iterator[Subject]:
    mine = teacher.created_by(rows, "assignment", who)
    yield from _named("class", "class_id", mine)
    yield from _below(rows, "enrollment", "class_id", _ids(mine, "class_id"))
    yield from _below(rows, "submission", "assignment_id", _ids(mine, "assignment_id"))


def _teacher(_: Rows, who: str) -> Iterator[Subject]:
    yield "teacher", who


_ASSIGNMENTS, _BANKS = _created("assignment"), _created("question_bank")
TEACHERS: dict[str, tuple[Rule, ...]] = {
    "stats": (_teacher, _classes, _exams, _ASSIGNMENTS, _BANKS, _created("question")),
    "navigation_counts": (
        _teacher, _classes, _exams, _ASSIGNMENTS, _BANKS, _reports, _grades,
    ),
    "recent_exams": (_teacher, _exams, _exam_classes),
    "recent_question_banks": (_teacher, _BANKS, _questions_of_banks),
    "recent_classes": (_teacher, _classes),
    "recent_assignments": (_teacher, _ASSIGNMENTS, _of_assignments),
}  # fmt: skip


# The student's


def _own(*entities: str) -> Rule:
    """Rows whose whole key is the student."""

    def rule(_: Rows, who: str) -> Iterator[Subject]:
        yield from ((entity, who) for entity in entities)

    return rule


def _keyed(*entities: str) -> Rule:
    """Rows with the student in their key."""

    def rule(rows: Rows, who: str) -> Iterator[Subject]:
        for entity in entities:
            yield from _below(rows, entity, "student_id", {who})

    return rule


def _listed(entity: str, key: str, unless: str = "") -> Rule:
    def rule(rows: Rows, who: str) -> Iterator[Subject]:
        found = (row for row in of(rows, entity, who) if not (unless and row[unless]))
        yield from _named(entity, key, found)

    return rule


def _registered(rows: Rows, who: str) -> list[Row]:
    found = rows["student"].get(who)
    return [] if found is None or found["deactivated"] else [found]


def _own_track(rows: Rows, who: str) -> Iterator[Subject]:
    yield from _named("track", "track_id", _registered(rows, who))


def _recommended_track(rows: Rows, who: str) -> Iterator[Subject]:
    profile = rows["profile"].get(who)
    if profile and _registered(rows, who):
        yield "track", profile["recommended_track_id"]


def _mentor(rows: Rows, who: str) -> Iterator[Subject]:
    yield from _named("teacher", "mentor_id", _registered(rows, who))


def _curriculum(rows: Rows, who: str) -> Iterator[Subject]:
    """Published modules of the own track, and those that the student is in; what they offer."""
    track = _ids(_registered(rows, who), "track_id")
    begun = {p["module_id"] for p in of(rows, "module_progress", who)}
    for module in rows["module"].values():
        if module["retired"]:
            continue
        if module["track_id"] in track or module["module_id"] in begun:
            yield "module", module["module_id"]
        if module["track_id"] in track:
            for mission_id in module["recommended_missions"]:
                mission = rows["mission"].get(mission_id)
                if mission and not mission["retired"]:
                    yield "mission", mission_id


def _missions(rows: Rows, who: str) -> Iterator[Subject]:
    for _, mission in progress_of_known(rows, who):
        yield "mission", mission["mission_id"]


def _habit_logs(rows: Rows, who: str) -> Iterator[Subject]:
    """A log's key names its habit, and so all who logged it."""
    habits = {log["habit_id"] for log in of(rows, "habit_log", who)}
    yield from _below(rows, "habit_log", "habit_id", habits)


_PROGRESS: tuple[Rule, ...] = (
    _keyed("mission_progress", "module_progress"), _missions, _curriculum, _own_track,
)  # fmt: skip
STUDENTS: dict[str, tuple[Rule, ...]] = {
    "dashboard": (
        _own("student", "profile", "subscription"), _recommended_track, *_PROGRESS,
        _keyed("readiness"), _listed("goal", "goal_id", "dropped"), _listed("habit", "habit_id"),
        _habit_logs, _listed("reflection", "reflection_id"),
        _listed("portfolio_item", "item_id", "removed"),
        _listed("recommendation", "recommendation_id", "dismissed"),
    ),
    "profile": (_own("student", "profile"), _own_track, _recommended_track, _mentor),
    "progress": (_own("student"), *_PROGRESS),
    "missions": (_own("student", "subscription"), _keyed("mission_progress"), _missions),
}  # fmt: skip


def rests_on(rules: tuple[Rule, ...], rows: Rows, who: str) -> set[Subject]:
    """The subjects whose rows an answer to somebody rests on."""
    return {subject for rule in rules for subject in rule(rows, who)}
