"""Who may know what of a student: the rule for all surfaces, by the fact and the ground to know it.

It fails closed: what is not named here is the student's own. No request asks this module: the
statements and row-level security enforce the rule (`queries/policy.sql`,
`operations/migrating/reader.sql`), and a test holds every field of every answer against it.
"""

from typing import Literal

Fact = Literal["school", "contact", "own"]
Ground = Literal["self", "teaching", "assignment", "administration", "consent"]

# The consent by which what is a student's own reaches teachers and mentors.
CONSENT = "share_with_mentor"
# What school itself makes of a student, by entity.
SCHOOL_ENTITIES = frozenset(
    {"assessment", "attendance", "enrollment", "exam_result", "mark", "membership", "progress",
     "submission"}
)  # fmt: skip
# Of the student's account, what everybody must know who teaches them, and how to reach them.
SCHOOL_COLUMNS = frozenset({"student_id", "name", "track_id", "cohort", "mentor_id"})
CONTACT_COLUMNS = frozenset({"email"})
# On which grounds each may be known. Teaching: a class is the teacher's own, or a school's. An
# assignment to a class is more: there the school itself says who teaches whom.
GROUNDS: dict[Fact, frozenset[Ground]] = {
    "school": frozenset({"self", "teaching", "assignment", "administration"}),
    "contact": frozenset({"self", "assignment", "administration"}),
    "own": frozenset({"self", "consent"}),
}


def fact(entity: str, column: str) -> Fact:
    """What a column of an entity says of a student."""
    if entity == "student" and column in CONTACT_COLUMNS:
        return "contact"
    if entity in SCHOOL_ENTITIES or (entity == "student" and column in SCHOOL_COLUMNS):
        return "school"
    return "own"


def may_know(of: Fact, grounds: frozenset[Ground]) -> bool:
    """Whether somebody with these grounds may know it. Where not, a field is null, as it is where
    there is nothing: nobody can tell the one from the other.
    """
    return bool(GROUNDS[of] & grounds)
