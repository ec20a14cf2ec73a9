"""Which numbers people see explained: those that pages show them, and no other column of a row.

Whose rows somebody sees is row-level security's matter; but other columns of them may say what a
consent or a tier hides. Operators see everything explained.
"""

from collections.abc import Mapping

OPERATOR = "operator"
# By role and table, the columns. Row-level security walls in each of these tables.
ALLOWED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "teacher": {
        "teacher_stats": frozenset({
            "classes", "students", "assignments", "exams", "quizzes", "reports", "question_banks",
            "questions", "grades",
        }),
        "teacher_classes": frozenset({"total_students"}),
        "teacher_assignments": frozenset({"total_submissions", "total_students"}),
        "teacher_assignment_grades": frozenset({"grades"}),
        "teacher_exams": frozenset({"total_questions", "total_marks", "scheduled_at"}),
        "teacher_question_banks": frozenset({"total_questions"}),
        "teacher_sessions": frozenset({"attended", "starts_at", "status"}),
        "teacher_payments": frozenset({"amount", "processed_at"}),
        "school_classes": frozenset({"students"}),
        "school_class_students": frozenset({"school_id"}),
        "school_student_progress": frozenset({"completion"}),
        "school_assessment_means": frozenset({"latest"}),
        "school_assessments": frozenset({"score"}),
        "notifications": frozenset({"created_at"}),
        "resources": frozenset({"size_bytes"}),
        "classes": frozenset({"students"}),
        "marks": frozenset({"score"}),
    },
    "admin": {
        "classes": frozenset({"students"}),
        "class_assignments": frozenset({"class_id"}),
        "subject_assignments": frozenset({"subject_id"}),
        "student_classes": frozenset({"student_id"}),
        "marks": frozenset({"score"}),
    },
    "student": {
        "student_overview": frozenset({
            "readiness", "readiness_trend", "in_progress", "pending", "in_review",
            "changes_requested", "approved", "completion", "items", "items_approved",
            "portfolio_health", "goals_active", "tier_started_at",
        }),
        "student_missions": frozenset({"status", "ai_score"}),
        "student_modules": frozenset({"percent"}),
        "student_goals": frozenset({"completed_at"}),
        "student_readiness_scores": frozenset({"score"}),
        "habit_runs": frozenset({"last_day"}),
    },
}  # fmt: skip


def is_allowed(role: str, table: str, column: str) -> bool:
    """Whether somebody of this role sees the column of an own row explained."""
    if role == OPERATOR:
        return True
    return column in ALLOWED.get(role, {}).get(table, ())
