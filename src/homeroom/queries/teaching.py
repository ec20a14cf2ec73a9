"""At which schools a teacher teaches: the one rule that every read and command for a school asks.

Its statements stand in ``teaching.sql``. They are part of each statement, so a membership that is
revoked counts for the next request. ``me`` is who asks, with `teacher_id`.
"""

from homeroom.statements import load

_TEXTS = load("teaching", __package__)
# The school that is asked for (`school_id`, null for the first by name), and all of the teacher's.
SCHOOL, SCHOOLS = _TEXTS["school"], _TEXTS["schools"]


def teaches_there(school: str) -> str:
    """The condition that the caller teaches at a school.

    ``school``: SQL for its id, such as ``n.school_id`` or ``%(school_id)s::text``; never from
    outside.
    """
    lines = _TEXTS["teaches_there"].decode().format(school=school).splitlines()
    return "\n".join(line for line in lines if not line.startswith("--"))
