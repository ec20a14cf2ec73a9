"""What the demo invents of subjects and marks."""

from homeroom.local import oulad
from homeroom.local.demo.teaching import ASSIGNED, MARKED_CLASS, PUBLISHED, SUBJECTS, events
from homeroom_kit.contract.teaching import MarkRecorded
from homeroom_kit.publishing.events import check


def test_marks_are_of_students_of_the_class_in_subjects_that_are_taught() -> None:
    made = [*events()]
    for event in made:
        check(event)
    assert len({event.id for event in made}) == len(made) == PUBLISHED
    marks = [event.data for event in made if event.type == MarkRecorded.type]
    students = set(oulad.students_of(MARKED_CLASS))
    for mark in marks:
        assert mark["student_id"] in students
        assert mark["subject_id"] in SUBJECTS
        classes, _ = ASSIGNED[mark["recorded_by"]]
        assert mark["class_id"] in classes
    assert len(marks) > 3
