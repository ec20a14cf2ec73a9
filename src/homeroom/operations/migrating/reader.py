"""The role that reads: whose rows row-level security shows it, in one place for all tables.

It is the wall against a query of ours that forgets its WHERE. Settings of the transaction name
whoever reads (`queries/statement.sql`): a student, a teacher, an admin by the own id and the realm
that the token may name, a service by its id. A transaction that names nobody sees nobody's rows.
"""

from homeroom.engine.generations.rights import Reader
from homeroom.statements import load

READER = Reader(
    "homeroom_reader",
    # In this order: of several that are set the first counts. A column that is called like one of
    # them says whose a row is; a school's rows are those with its `organization_id`.
    settings={
        name: f"homeroom.{name}"
        for name in ("student_id", "teacher_id", "organization_id", "admin_id", "service_id")
    },
    # Where the columns do not say it.
    conditions={table: text.decode() for table, text in load("reader", __package__).items()},
)
