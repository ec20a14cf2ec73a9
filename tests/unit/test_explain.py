"""Which events count as those that set a row's fields, and which columns matter to a value."""

from typing import Any

from homeroom.api.field_columns import column_of_field
from homeroom.api.teacher.endpoints import (
    RecentAssignment,
    RecentClass,
    RecentExam,
    RecentQuestionBank,
)
from homeroom.engine.log.reader import Span
from homeroom.engine.log.records import Partition
from homeroom.engine.ordering.discards import Discards
from homeroom.engine.planning import lineage
from homeroom.engine.planning.definitions import Definition, read_definition
from homeroom.operations.explain.events import RecordPlace, Setters, TracedRow
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.feed import record

MODEL = read_model(Settings())
ENROLLMENT = MODEL.catalog.entity_by_name["enrollment"]
TIME = "2026-01-02T03:04:05Z"


def event(verb: str, sequence: int, offset: int) -> Any:
    data = {"class_id": "C1", "student_id": "S1"}
    data |= {"enrolled_at": TIME} if verb == "started" else {"ended_at": TIME, "reason": None}
    type_name = f"enrollment.{verb}.v1"
    return record("classes", type_name, "C1/S1", sequence, data, offset=offset)


def row(sequence: int, first: int, last: int, *refused: RecordPlace) -> TracedRow:
    span = Span(first, last + 1)
    return TracedRow(
        ENROLLMENT, "C1/S1", sequence, [Partition("classes", 0)], span, {}, set(refused)
    )


def set_at(row: TracedRow, *log: Any, discards: Discards | None = None) -> tuple[int, int] | None:
    """The offsets of what set `enrolled_at` and `ended_at`, or None where nothing did."""
    setters = Setters([row], MODEL.catalog, discards or Discards())
    for given in log:
        setters.take(given)
    found = setters.of(row)
    return (found["enrolled_at"].offset, found["ended_at"].offset) if found else None


def test_the_last_event_that_sets_a_field_counts() -> None:
    assert set_at(row(2, 4, 7), event("started", 1, 4), event("ended", 2, 7)) == (4, 7)


def test_of_copies_the_first_in_the_log_counts() -> None:
    log = event("started", 1, 4), event("started", 1, 5), event("ended", 2, 7)
    assert set_at(row(2, 4, 7), *log) == (4, 7)


def test_what_waited_counts_by_its_number_not_by_its_place() -> None:
    assert set_at(row(2, 4, 7), event("ended", 2, 4), event("started", 1, 7)) == (7, 4)


def test_what_waits_still_has_set_nothing() -> None:
    log = event("started", 1, 4), event("ended", 4, 5), event("ended", 2, 7)
    assert set_at(row(2, 4, 7), *log) == (4, 7)


def test_what_stands_outside_of_a_rows_offsets_was_not_applied() -> None:
    """A letter once, for an older version, and purged since: a copy took its place."""
    log = event("started", 1, 2), event("started", 1, 4), event("started", 1, 9)
    assert set_at(row(1, 4, 4), *log) == (4, 4)


def test_a_letter_was_not_applied_even_if_it_could_be_now() -> None:
    log = event("started", 1, 4), event("ended", 2, 5), event("ended", 2, 7)
    assert set_at(row(2, 4, 7, RecordPlace("classes", 0, 5)), *log) == (4, 7)


def test_before_a_row_is_made_nothing_changes_it() -> None:
    """Its letter may be purged by now; what came to its place counts."""
    log = event("ended", 2, 4), event("ended", 1, 5), event("started", 1, 6)
    assert set_at(row(2, 4, 6), *log) == (6, 4)


def test_what_came_to_a_discarded_number_has_set_nothing() -> None:
    discards = Discards([(1, "enrollment", "C1/S1", 2, 2, None, None, None)])
    log = event("started", 1, 4), event("ended", 2, 5), event("started", 3, 6)
    assert set_at(row(3, 4, 6), *log[:2], discards=discards) == (4, 4)
    assert set_at(row(3, 4, 6), *log, discards=discards) == (6, 6)


def test_other_subjects_and_what_is_no_event_are_left_aside() -> None:
    other = event("started", 1, 4)._replace(key=b"C1/S2")
    broken = event("started", 1, 4)._replace(value=b"[]")
    assert set_at(row(1, 4, 4), other, broken) is None


def definition(name: str) -> Definition:
    return read_definition(name, MODEL.definitions[name])


def columns(*sources: lineage.ReadRelation) -> dict[str, set[str]]:
    return {source.relation: set(source.columns) for source in sources}


def test_only_the_joins_matter_that_a_column_comes_from() -> None:
    always = {"assignment_id", "deleted", "organization_id"}
    assignments = definition("teacher_assignments")
    assert columns(*lineage.joined(assignments, {"title"}).sources) == {
        "assignment": always | {"title"}
    }
    assert columns(*lineage.joined(assignments, {"total_students"}).sources) == {
        "assignment": always | {"class_id"},
        "class": {"class_id", "deleted"},
        "class_totals": {"class_id", "students"},
    }


def test_a_join_that_decides_which_rows_there_are_matters_always() -> None:
    assert columns(*lineage.joined(definition("student_classes"), ()).sources) == {
        "enrollment": {"class_id", "student_id", "ended_at"},
        "deactivated_students": {"student_id"},
    }


def test_an_inner_join_and_a_function_of_the_row_matter_always() -> None:
    assert columns(*lineage.joined(definition("student_modules"), ()).sources) == {
        "module_progress": {"module_id", "student_id"},
        "track_modules": {"module_id"},
    }
    (exam,) = lineage.joined(definition("teacher_exams"), ()).sources
    assert {"assigned_teachers", "created_by"} <= exam.columns


def test_a_totals_own_filter_matters_and_no_other() -> None:
    (quizzes,) = lineage.counted(definition("teacher_stats"), {"quizzes"})
    assert columns(quizzes.source) == {"teacher_exams": {"teacher_id", "kind"}}
    assert [total.name for total in quizzes.totals] == ["quizzes"]
    grades = lineage.counted(definition("teacher_stats"), {"grades"})
    assert [one.source.relation for one in grades] == [
        "teacher_exam_grades", "teacher_assignment_grades"
    ]  # fmt: skip
    assert len(lineage.counted(definition("teacher_stats"), {"teacher_id"})) == 8


def test_every_field_of_a_list_of_the_teachers_is_known_by_its_column() -> None:
    lists = {
        "teacher_classes": RecentClass, "teacher_exams": RecentExam,
        "teacher_assignments": RecentAssignment, "teacher_question_banks": RecentQuestionBank,
    }  # fmt: skip
    for table, model in lists.items():
        for name, field in model.model_fields.items():
            column = column_of_field(table, field.alias or name)
            assert column == column_of_field(table, name), (table, name)
            assert column, (table, name)
    assert column_of_field("teacher_classes", "className") == "name"
    assert column_of_field("teacher_classes", "nothing") is None


def test_fields_are_known_by_the_columns_of_entities_too() -> None:
    fields = {
        ("class", "className"): "name", ("class", "classCode"): "code",
        ("class", "createdAt"): "created_at", ("exam", "startTime"): "scheduled_at",
        ("exam", "_id"): "exam_id", ("exam", "totalMarks"): "total_marks",
        ("question_bank", "class"): "class_label", ("class_totals", "totalStudents"): "students",
        ("mission_progress", "deadline"): "deadline_at", ("track", "track"): "name",
        # Counted or chosen, not taken over.
        ("exam", "class"): None, ("class", "totalStudents"): None, ("exam", "quizzes"): None,
        ("enrollment", "students"): None,
    }  # fmt: skip
    assert {asked: column_of_field(*asked) for asked in fields} == fields
