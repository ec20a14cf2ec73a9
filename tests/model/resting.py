"""What the answers of dashboards rest on, over entity rows as plain dicts.

Each rule gives what an answer is made from, as an entity, a column of its key and an id in it. The
key of a row may say whose it is: then the row matters whatever else it says (an ended enrollment in
the teacher's class), and even before there is one. Otherwise it matters while it counts or is
listed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from tests.model import batches, teacher
from tests.model.contract import BY_ENTITY
from tests.model.student_curriculum import of, progress_of_known
from tests.model.teacher import Row, Rows

Subject = tuple[str, str]


class Named(NamedTuple):
    """The subjects of an entity with an id in a column of their key."""

    entity: str
    column: str
    id: str


Rule = Callable[[Rows, str], Iterator[Named]]


def _named(entity: str, key: str, found: list[Row] | Iterator[Row]) -> Iterator[Named]:
    """The subjects that rows name in this column; their own key has one column."""
    for row in found:
        yield Named(entity, BY_ENTITY[entity][0].key[0], row[key])


def _below(entity: str, column: str, ids: set[Any]) -> Iterator[Named]:
    """Subjects whose key names one of these."""
    for id_ in ids:
        yield Named(entity, column, id_)


def _ids(found: list[Row], column: str) -> set[Any]:
    return {row[column] for row in found}


# The teacher's


def _classes(rows: Rows, who: str) -> Iterator[Named]:
    mine = teacher.classes(rows, who)
    yield from _named("class", "class_id", mine)
    yield from _below("enrollment", "class_id", _ids(mine, "class_id"))
    yield from _below("student", "student_id", teacher.students(rows, who))


def _exams(rows: Rows, who: str) -> Iterator[Named]:
    yield from _named("exam", "exam_id", teacher.exams(rows, who))


def _created(entity: str) -> Rule:
    def rule(rows: Rows, who: str) -> Iterator[Named]:
        yield from _named(entity, f"{entity}_id", teacher.created_by(rows, entity, who))

    return rule


def _reports(rows: Rows, who: str) -> Iterator[Named]:
    mine = _ids(teacher.exams(rows, who), "exam_id")
    yield from _below("exam_result", "exam_id", mine)


def _grades(rows: Rows, who: str) -> Iterator[Named]:
    """What the teacher has graded something of, whoever created it."""
    for entity, below in (("exam", "exam_result"), ("assignment", "submission")):
        graded = {
            row[f"{entity}_id"] for row in rows[below].values()
            if row["graded_by"] == who and row.get("withdrawn_at") is None
        }  # fmt: skip
        yield from _below(entity, f"{entity}_id", graded)
        counting = graded & {row[f"{entity}_id"] for row in teacher.standing(rows, entity)}
        yield from _below(below, f"{entity}_id", counting)


def _exam_classes(rows: Rows, who: str) -> Iterator[Named]:
    yield from _named("class", "class_id", teacher.exams(rows, who))


def _questions_of_banks(rows: Rows, who: str) -> Iterator[Named]:
    banks = _ids(teacher.created_by(rows, "question_bank", who), "question_bank_id")
    found = [
        q for q in rows["question"].values() if q["question_bank_id"] in banks and not q["deleted"]
    ]
    yield from _named("question", "question_id", found)


def _of_assignments(rows: Rows, who: str) -> Iterator[Named]:
    yield from _rest_of(rows, who, teacher.created_by(rows, "assignment", who))


def _of_graded(rows: Rows, who: str) -> Iterator[Named]:
    """Of those of which the teacher graded something, whoever made them."""
    ids = {a["_id"] for a in teacher.graded_assignments(rows, who)}
    yield from _rest_of(rows, who, [rows["assignment"][id_] for id_ in ids])


def _rest_of(rows: Rows, who: str, assignments: Sequence[Row]) -> Iterator[Named]:
    """Of the students, those who handed in, and those of the teacher's own classes: who is in
    another's class is not shown to the teacher."""
    ids = _ids(assignments, "assignment_id")
    yield from _named("class", "class_id", assignments)
    yield from _below("enrollment", "class_id", _ids(assignments, "class_id"))
    yield from _below("submission", "assignment_id", ids)
    own = _ids(assignments, "class_id") & _ids(teacher.classes(rows, who), "class_id")
    for class_id in own:
        yield from _below("student", "student_id", teacher.students_of_class(rows, class_id))
    handed_in = [
        s for s in rows["submission"].values()
        if s["assignment_id"] in ids and s["withdrawn_at"] is None
    ]  # fmt: skip
    yield from _below("student", "student_id", _ids(handed_in, "student_id"))


def _graded(rows: Rows, who: str) -> Iterator[Named]:
    graded = {
        s["assignment_id"] for s in rows["submission"].values()
        if s["graded_by"] == who and s["withdrawn_at"] is None
    }  # fmt: skip
    yield from _below("assignment", "assignment_id", graded)


def _teacher(_: Rows, who: str) -> Iterator[Named]:
    yield Named("teacher", "teacher_id", who)


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
TEACHERS_LISTS: dict[str, tuple[Rule, ...]] = {
    "all_exams": TEACHERS["recent_exams"],
    "exams_with_results": (*TEACHERS["recent_exams"], _reports),
    "all_question_banks": TEACHERS["recent_question_banks"],
    "all_classes": TEACHERS["recent_classes"],
    "all_assignments": TEACHERS["recent_assignments"],
    "graded_assignments": (_teacher, _graded, _of_graded),
    "all_students": (_teacher, _classes),
    "students_of_class": (_teacher, _classes),
}
TEACHERS["board"] = tuple(dict.fromkeys(rule for rules in TEACHERS.values() for rule in rules))


# Batches of essays


def _batches(rows: Rows, who: str) -> Iterator[Named]:
    yield from _rest_of_batches(rows, [b["batch_id"] for b in batches.of_teacher(rows, who)])


def _batch_numbers(rows: Rows, who: str) -> Iterator[Named]:
    for batch in batches.of_teacher(rows, who):
        yield Named("batch", "batch_id", batch["batch_id"])


def _rest_of_batches(rows: Rows, ids: Iterable[str]) -> Iterator[Named]:
    """The batches, whose essays are in them, and the classes of these, known or not."""
    for batch_id in ids:
        yield Named("batch", "batch_id", batch_id)
        yield Named("essay_association", "batch_id", batch_id)
        for essay in batches.essays(rows, batch_id):
            yield Named("class", "class_id", essay["class_id"])


def _asked_class(rows: Rows, batch_id: str) -> Iterator[Named]:
    yield from _rest_of_batches(rows, [batch_id])


def _asked(_: Rows, batch_id: str) -> Iterator[Named]:
    yield Named("batch", "batch_id", batch_id)


TEACHERS_BATCHES: dict[str, tuple[Rule, ...]] = {
    "batches": (_batches,),
    "batches_of_status": (_batches,),
    "user_batches": (_batch_numbers,),
    "user_batches_of_status": (_batch_numbers,),
}
# By the batch that is asked for.
BATCHES: dict[str, tuple[Rule, ...]] = {"class_info": (_asked_class,), "batch_status": (_asked,)}


# The student's


def _own(*entities: str) -> Rule:
    """Rows whose whole key is the student."""

    def rule(_: Rows, who: str) -> Iterator[Named]:
        yield from (Named(entity, "student_id", who) for entity in entities)

    return rule


def _keyed(*entities: str) -> Rule:
    """Rows with the student in their key."""

    def rule(_: Rows, who: str) -> Iterator[Named]:
        for entity in entities:
            yield from _below(entity, "student_id", {who})

    return rule


def _listed(entity: str, key: str, unless: str = "") -> Rule:
    def rule(rows: Rows, who: str) -> Iterator[Named]:
        found = (row for row in of(rows, entity, who) if not (unless and row[unless]))
        yield from _named(entity, key, found)

    return rule


def _registered(rows: Rows, who: str) -> list[Row]:
    found = rows["student"].get(who)
    return [] if found is None or found["deactivated"] else [found]


def _own_track(rows: Rows, who: str) -> Iterator[Named]:
    yield from _named("track", "track_id", _registered(rows, who))


def _recommended_track(rows: Rows, who: str) -> Iterator[Named]:
    profile = rows["profile"].get(who)
    if profile and _registered(rows, who):
        yield Named("track", "track_id", profile["recommended_track_id"])


def _mentor(rows: Rows, who: str) -> Iterator[Named]:
    yield from _named("teacher", "mentor_id", _registered(rows, who))


def _curriculum(rows: Rows, who: str) -> Iterator[Named]:
    """Published modules of the own track, and those that the student is in; what they recommend,
    offered or not."""
    track = _ids(_registered(rows, who), "track_id")
    begun = {p["module_id"] for p in of(rows, "module_progress", who)}
    for module in rows["module"].values():
        if module["retired"]:
            continue
        if module["track_id"] in track or module["module_id"] in begun:
            yield Named("module", "module_id", module["module_id"])
        if module["track_id"] in track:
            yield from _below("mission", "mission_id", {*module["recommended_missions"]})


def _missions(rows: Rows, who: str) -> Iterator[Named]:
    for _, mission in progress_of_known(rows, who):
        yield Named("mission", "mission_id", mission["mission_id"])


def _habit_logs(rows: Rows, who: str) -> Iterator[Named]:
    """A log's key names its habit, and so all who have or logged it."""
    logged = {log["habit_id"] for log in of(rows, "habit_log", who)}
    mine = {habit["habit_id"] for habit in of(rows, "habit", who)}
    yield from _below("habit_log", "habit_id", logged | mine)


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
    "habits": (_own("student"), _listed("habit", "habit_id"), _habit_logs),
}  # fmt: skip


def rests_on(
    rules: tuple[Rule, ...], rows: Rows, who: str, subjects: Iterable[Subject]
) -> set[Subject]:
    """Those of some subjects that an answer to somebody rests on."""
    named = {one for rule in rules for one in rule(rows, who)}
    return {
        (entity, key) for entity, key in subjects
        if any(
            Named(entity, column, id_) in named
            for column, id_ in zip(BY_ENTITY[entity][0].key, key.split("/"), strict=True)
        )
    }  # fmt: skip
