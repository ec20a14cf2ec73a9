"""The role that reads: whose rows row-level security shows it, in one place for all tables.

It is the wall against a query of ours that forgets its WHERE. Settings of the transaction name
whoever reads (`queries/statement.sql`): a student, a teacher, an admin by the own id and the realm
that the token may name, a service by its id. A transaction that names nobody sees nobody's rows.

Commands look into some entities as well, behind walls of their own. The relay looks for whom to
nudge, and the notifier whom it writes to.
"""

from collections.abc import Iterator

from homeroom.engine.generations.rights import Reader, TableRight
from homeroom.statements import load

# What rights are granted to; logins are members of them (`logins.py`).
COMMANDS = "homeroom_commands"
RELAYS = "homeroom_relays"
NOTIFIERS = "homeroom_notifiers"
TABLES = "homeroom_tables"
EXPLAINERS = "homeroom_explainers"
# Columns of entities that commands look into; of others, all.
COLUMNS = {
    "habit_log": ("habit_id", "logged_on", "sequence", "recorded_at"),
    "mark": ("mark_id",),
    "class_assignment": ("assignment_id", "teacher_id", "class_id", "sequence", "removed_at"),
    "subject_assignment": ("assignment_id", "teacher_id", "subject_id", "sequence", "removed_at"),
    "teacher": ("teacher_id", "deactivated"),
}
OF_RELAYS = (
    "students", "student_missions", "student_habits", "habit_runs", "ended_teacherships",
    "student_recommendations",
)  # fmt: skip

# Of persons, whom to write to and where: names and addresses, and the teachers of schools.
OF_NOTIFIERS = ("teachers", "students", "student_contacts", "school_teachers")


def _others() -> Iterator[TableRight]:
    for table, text in load("command_walls", __package__).items():
        yield TableRight(COMMANDS, table, text.decode(), COLUMNS.get(table, ()))
    for table in OF_RELAYS:
        yield TableRight(RELAYS, table, "true")
    for table in ("positions", "time_zones"):
        yield TableRight(RELAYS, table)
    for table in OF_NOTIFIERS:
        yield TableRight(NOTIFIERS, table, "true")
    yield TableRight(NOTIFIERS, "positions")


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
    owner=TABLES,
    explainer=EXPLAINERS,
    others=tuple(_others()),
)
