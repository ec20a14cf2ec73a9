"""Who may see and grade which students: the one policy that every endpoint and command asks.

Its conditions stand in ``policy.sql``. They are part of each statement, so a change of assignments
counts for the next request. ``me`` is who asks, with `teacher_id`, `admin_id` and
`organization_id`, of which those that do not apply are empty text.
"""

from homeroom.queries.realm import OF_READER, in_realm
from homeroom.statements import load

_CONDITIONS = {
    name: "\n".join(
        line
        for line in in_realm(text, OF_READER).decode().splitlines()
        if not line.startswith("--")
    )
    for name, text in load("policy", __package__).items()
}
# Who asks, in a statement of a command.
ME = (
    "(SELECT %(teacher_id)s::text AS teacher_id, %(admin_id)s::text AS admin_id, "
    "%(organization_id)s::text AS organization_id) AS me"
)


def by_policy(statement: bytes, **names: str) -> bytes:
    """A statement in which ``{class_seen}`` and the like are the conditions of the policy.

    ``names``: what else stands in braces there. None of it comes from outside.
    """
    return statement.decode().format(**_CONDITIONS, **names).encode()
