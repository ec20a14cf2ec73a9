"""The tables of event types of docs/contract.md, typed in by hand: tests compare the code with them.

A line is a type, its subject, its data besides the key, and what the type itself sets. `+` marks
the type that creates, `~` one that creates and leaves the other columns as they are; `?` a field
that may be null, and `at>read_at` one that is stored under another name.
"""

# A line of a table stays a line.
# ruff: noqa: E501

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TABLES = """
classes
+ class.created.v1 | class_id | organization_id?, teacher_id, name, code, subject, created_at |
class.updated.v1 | class_id | name, code, subject |
class.reassigned.v1 | class_id | teacher_id |
class.archived.v1 | class_id | | archived
class.deleted.v1 | class_id | | deleted
+ enrollment.started.v1 | class_id/student_id | enrolled_at |
enrollment.ended.v1 | class_id/student_id | ended_at, reason? |
+ session.scheduled.v1 | session_id | class_id, organization_id?, teacher_id, title, starts_at, ends_at | status=scheduled
session.rescheduled.v1 | session_id | starts_at, ends_at |
session.started.v1 | session_id | | status=active
session.completed.v1 | session_id | | status=completed
session.cancelled.v1 | session_id | reason? | status=cancelled
session.notes_added.v1 | session_id | notes |
+ attendance.recorded.v1 | session_id/student_id | present, recorded_at |

exams
+ exam.created.v1 | exam_id | organization_id?, created_by, assigned_teachers, class_id?, title, subject, kind, total_questions, total_marks, duration_minutes?, created_at | status=draft
exam.updated.v1 | exam_id | class_id?, title, subject, kind, total_questions, total_marks, duration_minutes? |
exam.teachers_assigned.v1 | exam_id | assigned_teachers |
exam.scheduled.v1 | exam_id | scheduled_at | status=scheduled
exam.scheduled.v2 | exam_id | starts_at>scheduled_at, ends_at? | status=scheduled
exam.started.v1 | exam_id | | status=active
exam.completed.v1 | exam_id | | status=completed
exam.cancelled.v1 | exam_id | | status=cancelled
exam.deleted.v1 | exam_id | | deleted
+ exam_result.recorded.v1 | exam_id/student_id | score?, graded_by?, recorded_at |

assignments
+ assignment.created.v1 | assignment_id | organization_id?, created_by, class_id?, title, subject, due_at?, created_at | status=draft
assignment.updated.v1 | assignment_id | class_id?, title, subject, due_at? |
assignment.published.v1 | assignment_id | | status=published
assignment.graded.v1 | assignment_id | | status=graded
assignment.deleted.v1 | assignment_id | | deleted
+ submission.received.v1 | assignment_id/student_id | submitted_at |
submission.graded.v1 | assignment_id/student_id | score?, graded_by?, graded_at |
submission.withdrawn.v1 | assignment_id/student_id | withdrawn_at |

missions
+ mission.published.v1 | mission_id | track_id?, title, difficulty, competencies, estimated_minutes?, published_at |
mission.updated.v1 | mission_id | track_id?, title, difficulty, competencies, estimated_minutes? |
mission.retired.v1 | mission_id | | retired
+ mission_progress.started.v1 | mission_id/student_id | started_at, deadline_at? | status=in_progress
mission_progress.submitted.v1 | mission_id/student_id | submitted_at | status=pending
mission_progress.review_started.v1 | mission_id/student_id | reviewer_id? | status=in_review
mission_progress.ai_scored.v1 | mission_id/student_id | ai_score, ai_feedback? |
mission_progress.mentor_scored.v1 | mission_id/student_id | mentor_id, mentor_score, mentor_feedback? |
mission_progress.approved.v1 | mission_id/student_id | decided_at, next_action? | status=approved
mission_progress.changes_requested.v1 | mission_id/student_id | decided_at, next_action? | status=changes_requested

people
+ teacher.registered.v1 | teacher_id | name, email?, organization_id? |
teacher.updated.v1 | teacher_id | name, email?, organization_id? |
teacher.time_zone_chosen.v1 | teacher_id | time_zone? |
teacher.deactivated.v1 | teacher_id | | deactivated
+ student.registered.v1 | student_id | name, email?, track_id?, cohort?, mentor_id?, time_zone?, consents |
student.updated.v1 | student_id | name, email?, track_id?, cohort?, mentor_id?, time_zone?, consents |
student.deactivated.v1 | student_id | | deactivated
+ school.opened.v1 | school_id | name, time_zone? |
school.updated.v1 | school_id | name, time_zone? |
school.closed.v1 | school_id | | closed
+ membership.granted.v1 | school_id/user_id | role, granted_at |
membership.revoked.v1 | school_id/user_id | revoked_at |

question-banks
+ question_bank.created.v1 | question_bank_id | organization_id?, created_by, name, subject, class_label?, status, created_at |
question_bank.updated.v1 | question_bank_id | name, subject, class_label?, status |
question_bank.deleted.v1 | question_bank_id | | deleted
+ question.added.v1 | question_id | question_bank_id?, organization_id?, created_by, created_at |
question.moved.v1 | question_id | question_bank_id? |
question.deleted.v1 | question_id | | deleted

profiler
+ profile.assessed.v1 | student_id | persona, archetype?, skills_needed, alignment, recommended_track_id?, readiness_window?, assessed_at |

coaching
+ habit.started.v1 | habit_id | student_id, name, started_on |
habit.stopped.v1 | habit_id | | stopped
+ habit_log.recorded.v1 | habit_id/logged_on | student_id, done |
+ goal.set.v1 | goal_id | student_id, title, due_on? |
goal.completed.v1 | goal_id | completed_at |
goal.dropped.v1 | goal_id | | dropped
+ reflection.written.v1 | reflection_id | student_id, written_at |

curriculum
+ track.published.v1 | track_id | key, name |
track.retired.v1 | track_id | | retired
+ module.published.v1 | module_id | track_id, title, position, recommended_missions |
module.retired.v1 | module_id | | retired
+ module_progress.recorded.v1 | module_id/student_id | percent, recorded_at |

portfolio
+ portfolio_item.added.v1 | item_id | student_id, title, added_at | status=pending
portfolio_item.approved.v1 | item_id | | status=approved
portfolio_item.rejected.v1 | item_id | | status=rejected
portfolio_item.removed.v1 | item_id | | removed

talentscope
+ readiness.scored.v1 | student_id/scored_on | score, gaps, time_to_ready_days? |

subscriptions
+ subscription.started.v1 | student_id | tier, started_at, current_period_end? |
subscription.changed.v1 | student_id | tier, started_at, current_period_end? |
subscription.ended.v1 | student_id | ended_at |

coach
+ recommendation.made.v1 | recommendation_id | student_id, title, reason, url, mission_id?, priority, expires_at? |
recommendation.dismissed.v1 | recommendation_id | | dismissed

nudges
+ nudge.due.v1 | student_id/nudge_id | kind, title, url, deep_link, due_at |

batches
+ batch.registered.v1 | batch_id | teacher_id, title?, assignment_id?, essay_count, created_at | status=awaiting_content_validation
batch.status_changed.v1 | batch_id | status |
batch.progressed.v1 | batch_id | completed_essays, failed_essays |
batch.deleted.v1 | batch_id | | deleted
+ essay_association.made.v1 | batch_id/essay_id | student_id, class_id, associated_at |
essay_association.removed.v1 | batch_id/essay_id | | removed

teaching
+ subject.defined.v1 | subject_id | name |
subject.retired.v1 | subject_id | | retired
+ class_assignment.made.v1 | assignment_id | teacher_id, class_id, made_by, made_at |
class_assignment.removed.v1 | assignment_id | removed_by, removed_at |
+ subject_assignment.made.v1 | assignment_id | teacher_id, subject_id, made_by, made_at |
subject_assignment.removed.v1 | assignment_id | removed_by, removed_at |
+ mark.recorded.v1 | mark_id | student_id, class_id, subject_id, score, recorded_by, recorded_at |

progress
+ assessment.given.v1 | assessment_id | student_id, teacher_id, school_id, class_id, title, kind, score, max_score, assessed_at, skills |
+ progress.updated.v1 | student_id/class_id | teacher_id, school_id, level, completion, skills_mastered, updated_at |

payments
+ payment.earned.v1 | payment_id | teacher_id, school_id, session_id?, amount, currency, earned_at |
payment.processed.v1 | payment_id | processed_at |

notifications
+ notification.created.v1 | notification_id | teacher_id?, school_id?, kind, title, message, action_url?, created_at, expires_at? |
~ notification_receipt.read.v1 | notification_id/teacher_id | at>read_at |
~ notification_receipt.dismissed.v1 | notification_id/teacher_id | at>dismissed_at |
~ notification_delivery.made.v1 | notification_id/teacher_id/channel | at>made_at |

resources
+ resource.uploaded.v1 | resource_id | teacher_id, school_id, title, description?, file_name, media_type, size_bytes, storage_url, uploaded_at | status=pending
resource.scanned.v1 | resource_id | status |
resource.updated.v1 | resource_id | title, description?, updated_at |
resource.shared.v1 | resource_id | with_students, class_ids, updated_at |
resource.removed.v1 | resource_id | | removed
"""

CHOICES = {
    "exam.kind": ("exam", "quiz"),
    "mission.difficulty": ("beginner", "intermediate", "advanced"),
    "membership.role": ("teacher", "student", "admin"),
    "question_bank.status": ("draft", "active", "archived"),
    "subscription.tier": ("free", "starter3", "professional7"),
    "recommendation.priority": ("high", "medium", "low"),
    "nudge.kind": ("deadline", "streak", "review"),
    "notification.kind": (
        "session_reminder",
        "session_cancelled",
        "new_student",
        "payment_processed",
        "school_announcement",
        "class_assigned",
        "subject_assigned",
        "membership_ended",
    ),
    "notification_delivery.channel": ("websocket", "email", "web_push", "webhook"),
    "resource.status": ("clean", "infected", "failed"),
}
IDS = {"created_by", "graded_by", "made_by", "removed_by", "recorded_by"}
INTEGERS = {"position", "time_to_ready_days"}
COUNTS = {
    "total_questions", "duration_minutes", "estimated_minutes",
    "essay_count", "completed_essays", "failed_essays",
    "size_bytes",
}  # fmt: skip
MARKS = {"total_marks"}
# Marks of one entity, where others have scores of that name.
KINDS = {"assessment.score": "marks", "assessment.max_score": "marks above 0"}
SCORES = {"score", "ai_score", "mentor_score", "alignment", "percent", "completion"}
OTHERS = {
    "assigned_teachers": "ids", "recommended_missions": "ids", "competencies": "texts",
    "skills_needed": "texts", "gaps": "texts", "consents": "flags", "done": "flag",
    "present": "flag", "skills": "texts", "skills_mastered": "texts", "amount": "amount",
    "currency": "currency",
    "with_students": "flag", "class_ids": "ids",
}  # fmt: skip
# Columns that only a newer version of a type has: this one, read as that, empties them.
EMPTIED = {"exam.scheduled.v1": ("ends_at",)}
# Entities with a column that holds when their newest event happened.
TIMED = {
    "mission_progress": "updated_at",
    "habit_log": "recorded_at",
    "batch": "updated_at",
    "recommendation": "told_at",
}


@dataclass(frozen=True)
class Field:
    """A field of an event's data.

    ``kind``: as in docs/contract.md, and ``choice``; ``column``: where it is stored.
    """

    name: str
    kind: str
    nullable: bool
    choices: tuple[str, ...] = ()
    column: str = ""


@dataclass(frozen=True)
class Type:
    """An event type: the fields that its data has besides the key, and what it sets by itself."""

    name: str
    topic: str
    entity: str
    key: tuple[str, ...]
    creates: bool
    fields: tuple[Field, ...]
    sets: tuple[tuple[str, str | bool], ...]
    keeps: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Where its fields are stored."""
        return tuple(f.column for f in self.fields)

    @property
    def effects(self) -> dict[str, str | bool | None]:
        """What it leaves in columns that it does not carry."""
        return dict.fromkeys(EMPTIED.get(self.name, ())) | dict(self.sets)

    def stored(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The data by the names of columns."""
        names = {f.name: f.column for f in self.fields}
        return {names.get(name, name): value for name, value in data.items()}


def _kind(entity: str, name: str) -> str:
    if f"{entity}.{name}" in CHOICES:
        return "choice"
    if f"{entity}.{name}" in KINDS:
        return KINDS[f"{entity}.{name}"]
    if name == "at" or name.endswith(("_at", "_end")):
        return "time"
    if name.endswith("_on"):
        return "day"
    if name.endswith("_id") or name in IDS:
        return "id"
    if name in INTEGERS:
        return "integer"
    if name in COUNTS:
        return "count"
    if name in MARKS:
        return "marks"
    if name in SCORES:
        return "score"
    return OTHERS.get(name, "text")


def _field(entity: str, told: str) -> Field:
    name, _, column = told.removesuffix("?").partition(">")
    choices = CHOICES.get(f"{entity}.{name}", ())
    return Field(name, _kind(entity, name), told.endswith("?"), choices, column or name)


def _type(topic: str, line: str) -> Type:
    name, key, fields, sets = (part.strip() for part in line.lstrip("+~").split("|"))
    entity = name.partition(".")[0]
    column, _, value = sets.partition("=")
    return Type(
        name, topic, entity, tuple(key.split("/")), line.startswith(("+", "~")),
        tuple(_field(entity, told) for told in fields.split(", ") if told),
        ((column, value or True),) if sets else (), line.startswith("~"),
    )  # fmt: skip


def _types() -> dict[str, Type]:
    types, topic = {}, ""
    for line in TABLES.strip().splitlines():
        if "|" in line:
            made = _type(topic, line)
            types[made.name] = made
        elif line:
            topic = line
    return types


TYPES = _types()
BY_ENTITY: dict[str, tuple[Type, ...]] = {
    entity: tuple(t for t in TYPES.values() if t.entity == entity)
    for entity in dict.fromkeys(t.entity for t in TYPES.values())
}


def empty_row(entity: str) -> dict[str, str | bool | None]:
    """All columns besides the key, before an event set them: flags are false, others null."""
    row: dict[str, str | bool | None] = {}
    for type_ in BY_ENTITY[entity]:
        row |= dict.fromkeys(type_.columns)
        row |= {column: False if value is True else None for column, value in type_.sets}
    if entity in TIMED:
        row[TIMED[entity]] = None
    return row
