"""The tables of an outbox."""

from homeroom_kit.statements import load_for

SCHEMA = "homeroom_kit"
"""Where the tables are, unless a service says otherwise."""

REMEDY = "Run the SQL that `homeroom-kit ddl` prints, in a migration of the service."


def ddl(schema: str = SCHEMA) -> str:
    """The SQL that creates schema and tables; a service's own migration runs it, once."""
    return load_for(schema, "tables", __package__)["create"].decode() + ";\n"
