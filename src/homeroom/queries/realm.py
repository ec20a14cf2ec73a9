"""An admin's realm: what is of the organization that the token names, and nothing else.

An admin without an organization is the platform's, whose realm is empty text and has everything.
The three conditions of ``realm.sql`` say for all statements who and what is of a realm.
"""

from homeroom.statements import load

# The realm of whom a read is for (`me` in statement.sql).
OF_READER = "me.organization_id"
# The realm that a command names.
OF_COMMAND = "%(organization_id)s::text"

_CONDITIONS = {
    name: "\n".join(line for line in text.decode().splitlines() if not line.startswith("--"))
    for name, text in load("realm", __package__).items()
}


def in_realm(statement: bytes, realm: str, **names: str) -> bytes:
    """A statement in which ``{teacher_of_realm}`` and the like are the conditions of the realm.

    ``realm``: OF_READER or OF_COMMAND. ``names``: what else stands in braces there. None of it
    comes from outside.
    """
    conditions = {name: text.format(realm=realm) for name, text in _CONDITIONS.items()}
    return statement.decode().format(**conditions, **names).encode()
