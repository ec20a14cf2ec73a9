"""The events that ``bench.types`` and ``bench.sizes`` publish: one case for each type.

An event that creates makes a row as ``bench.contents`` has them. Any other, and one that creates
again, changes such a row as ``CHANGES`` says.
"""

from collections.abc import Mapping
from typing import Any

from bench.contents import LATER, Numbers, Value, filled, row
from homeroom_kit.contract import EVENT_TYPES
from homeroom_kit.contract.event import EventData

# Of each type what it changes in a row that there is; of one that creates: what it says when it
# comes again, and nothing where it only ever makes another row.
CHANGES: dict[str, dict[str, Value]] = {
    "class.created.v1": {},
    "class.updated.v1": {"name": "Algebra {i}", "code": "y", "subject": "Arts"},
    "class.reassigned.v1": {"teacher_id": "T{i}x"},
    "class.archived.v1": {},
    "class.deleted.v1": {},
    "enrollment.started.v1": {},
    "enrollment.ended.v1": {"ended_at": LATER, "reason": None},
    "session.scheduled.v1": {},
    "session.rescheduled.v1": {"starts_at": LATER, "ends_at": LATER},
    "session.started.v1": {},
    "session.completed.v1": {},
    "session.cancelled.v1": {"reason": None},
    "session.notes_added.v1": {"notes": "new"},
    "attendance.recorded.v1": {"present": False},
    "exam.created.v1": {},
    "exam.updated.v1": {"title": "new", "kind": "quiz"},
    "exam.teachers_assigned.v1": {"assigned_teachers": ["T{o}", "T{e}x"]},
    "exam.scheduled.v1": {"scheduled_at": LATER},
    "exam.scheduled.v2": {"scheduled_at": LATER, "ends_at": None},
    "exam.started.v1": {},
    "exam.completed.v1": {},
    "exam.cancelled.v1": {},
    "exam.deleted.v1": {},
    "exam_result.recorded.v1": {"graded_by": "T{e}x"},
    "assignment.created.v1": {},
    "assignment.updated.v1": {"title": "new"},
    "assignment.published.v1": {},
    "assignment.graded.v1": {},
    "assignment.deleted.v1": {},
    "submission.received.v1": {},
    "submission.graded.v1": {"score": 70, "graded_by": "T{e}x", "graded_at": LATER},
    "submission.withdrawn.v1": {"withdrawn_at": LATER},
    "mission.published.v1": {},
    "mission.updated.v1": {"title": "new", "difficulty": "advanced"},
    "mission.retired.v1": {},
    "mission_progress.started.v1": {},
    "mission_progress.submitted.v1": {"submitted_at": LATER},
    "mission_progress.review_started.v1": {"reviewer_id": None},
    "mission_progress.ai_scored.v1": {"ai_score": 60, "ai_feedback": "new"},
    "mission_progress.mentor_scored.v1": {
        "mentor_id": "T{o}", "mentor_score": 60, "mentor_feedback": None,
    },
    "mission_progress.approved.v1": {"decided_at": LATER, "next_action": None},
    "mission_progress.changes_requested.v1": {"decided_at": LATER, "next_action": "new"},
    "teacher.registered.v1": {},
    "teacher.updated.v1": {"name": "Grace {i}", "email": None},
    "teacher.time_zone_chosen.v1": {"time_zone": "Zone/2"},
    "teacher.deactivated.v1": {},
    "student.registered.v1": {},
    "student.updated.v1": {"name": "Zoe {i}", "time_zone": "Zone/2"},
    "student.deactivated.v1": {},
    "school.opened.v1": {},
    "school.updated.v1": {"name": "New {i}", "time_zone": "Zone/2"},
    "school.closed.v1": {},
    "membership.granted.v1": {},
    "membership.revoked.v1": {"revoked_at": LATER},
    "question_bank.created.v1": {},
    "question_bank.updated.v1": {"name": "new", "status": "archived"},
    "question_bank.deleted.v1": {},
    "question.added.v1": {},
    "question.moved.v1": {"question_bank_id": "B{e}"},
    "question.deleted.v1": {},
    "profile.assessed.v1": {"persona": "new"},
    "habit.started.v1": {},
    "habit.stopped.v1": {},
    "habit_log.recorded.v1": {"done": False},
    "goal.set.v1": {},
    "goal.completed.v1": {"completed_at": LATER},
    "goal.dropped.v1": {},
    "reflection.written.v1": {},
    "track.published.v1": {"name": "New {i}"},
    "track.retired.v1": {},
    "module.published.v1": {"title": "new", "position": 2},
    "module.retired.v1": {},
    "module_progress.recorded.v1": {"percent": 70},
    "portfolio_item.added.v1": {},
    "portfolio_item.approved.v1": {},
    "portfolio_item.rejected.v1": {},
    "portfolio_item.removed.v1": {},
    "readiness.scored.v1": {"score": 70},
    "subscription.started.v1": {"tier": "starter3"},
    "subscription.changed.v1": {
        "tier": "professional7", "started_at": LATER, "current_period_end": None,
    },
    "subscription.ended.v1": {"ended_at": LATER},
    "recommendation.made.v1": {},
    "recommendation.dismissed.v1": {},
    "nudge.due.v1": {},
    "batch.registered.v1": {},
    "batch.status_changed.v1": {"status": "cancelled"},
    "batch.progressed.v1": {"completed_essays": 3, "failed_essays": 1},
    "batch.deleted.v1": {},
    "essay_association.made.v1": {"class_id": "C{e}"},
    "essay_association.removed.v1": {},
    "subject.defined.v1": {"name": "New {i}"},
    "subject.retired.v1": {},
    "class_assignment.made.v1": {},
    "class_assignment.removed.v1": {"removed_by": "x", "removed_at": LATER},
    "subject_assignment.made.v1": {},
    "subject_assignment.removed.v1": {"removed_by": "x", "removed_at": LATER},
    "mark.recorded.v1": {"score": 70},
    "assessment.given.v1": {"score": 7},
    "progress.updated.v1": {"completion": 70},
    "payment.earned.v1": {},
    "payment.processed.v1": {"processed_at": LATER},
    "notification.created.v1": {"message": "new"},
    "notification_receipt.read.v1": {"read_at": LATER},
    "notification_receipt.dismissed.v1": {"dismissed_at": LATER},
    "notification_delivery.made.v1": {"made_at": LATER},
    "resource.uploaded.v1": {},
    "resource.scanned.v1": {"status": "infected"},
    "resource.updated.v1": {"title": "new", "updated_at": LATER},
    "resource.shared.v1": {"class_ids": ["C{e}x"], "updated_at": LATER},
    "resource.removed.v1": {},
}  # fmt: skip


def told(event: type[EventData], numbers: Numbers, *, again: bool) -> tuple[str, dict[str, Any]]:
    """The subject and the data of an event. ``again``: of a row that there is, which it changes."""
    values: Mapping[str, Any] = row(event.entity, numbers)
    if again:
        values |= {name: filled(v, numbers) for name, v in CHANGES[event.type].items()}
    subject = "/".join(str(values[name]) for name in event.key_names)
    data = {field.alias or name: values.get(name) for name, field in event.model_fields.items()}
    return subject, data


def missing() -> set[str]:
    """The event types of the contract that have no case here."""
    return set(EVENT_TYPES) - set(CHANGES)
