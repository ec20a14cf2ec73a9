"""The write side: what commands said and is to be published, and what they must remember.

None of it can be made again from the log. While a version without it still runs, nothing reads or
writes these tables; the reader's role gets nothing on them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _instant(name: str, **more: object) -> sa.Column[object]:
    return sa.Column(name, sa.TIMESTAMP(timezone=True), **more)  # type: ignore[arg-type]


def _now(name: str) -> sa.Column[object]:
    return _instant(name, nullable=False, server_default=sa.func.now())


def _key(name: str, **more: object) -> sa.Column[object]:
    """A part of a key, compared as the read model compares it."""
    return sa.Column(name, sa.Text(collation="C"), nullable=False, **more)  # type: ignore[arg-type]


def upgrade() -> None:
    _outbox()
    _habit_logs()
    op.create_table(
        "nudge",
        # Why somebody is nudged, in words that are the same whenever it is looked at.
        _key("cause", primary_key=True),
        _key("student_id"),
        _now("at"),
        schema="homeroom",
    )
    op.create_index("nudge_at", "nudge", ["at"], schema="homeroom")


def _outbox() -> None:
    op.create_table(
        "command",
        sa.Column("id", sa.Uuid, primary_key=True),
        # Earlier commands whose events its caller is to see as well: those of duplicates.
        sa.Column("also", sa.ARRAY(sa.Uuid), nullable=False, server_default="{}"),
        _now("at"),
        schema="homeroom",
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        # None where nobody waits for it.
        sa.Column("command_id", sa.Uuid),
        sa.Column("event_id", sa.Text, nullable=False,
                  server_default=sa.text("uuidv7()::text")),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        _instant("time", nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        _now("created_at"),
        # As the broker acknowledged it: its name of the topic, and an offset not below the event's.
        _instant("published_at"),
        sa.Column("topic", sa.Text),
        sa.Column("partition", sa.Integer),
        sa.Column("offset", sa.BigInteger),
        schema="homeroom",
    )  # fmt: skip
    op.create_index(
        "outbox_unpublished", "outbox", ["id"], schema="homeroom",
        postgresql_where=sa.text("published_at IS NULL"),
    )  # fmt: skip
    op.create_index("outbox_command_id", "outbox", ["command_id"], schema="homeroom")
    op.create_index(
        "outbox_published_at", "outbox", ["published_at"], schema="homeroom",
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )  # fmt: skip
    op.create_table(
        "relay",
        # Who relays: until when, and over which connection. At most one row.
        sa.Column("one", sa.Boolean, sa.CheckConstraint("one"), primary_key=True,
                  server_default=sa.true()),
        sa.Column("holder", sa.Text),
        sa.Column("backend_pid", sa.Integer),
        _instant("backend_start"),
        _instant("expires_at", nullable=False, server_default=sa.text("'-infinity'")),
        schema="homeroom",
    )  # fmt: skip
    op.execute("INSERT INTO homeroom.relay DEFAULT VALUES")


# Another database, or this one at another time, has another identity: after a restore into another
# cluster or database, a restore of the table, a recovery to a point in time, a promotion. Only a
# snapshot of the disk that is put back shows in none of these.
IDENTITY = """
CREATE FUNCTION homeroom.identity() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT concat_ws('/',
    (SELECT system_identifier FROM pg_control_system()),
    -- pg_control_checkpoint() would tell the old timeline until the first checkpoint.
    left(pg_walfile_name(pg_current_wal_lsn()), 8),
    (SELECT oid FROM pg_database WHERE datname = current_database()),
    pg_relation_filenode('homeroom.numbering')) $$
"""


def _habit_logs() -> None:
    op.create_table(
        "numbering",
        # For which database the numbers are known to be level with the log; null for none.
        # `asked` counts how often an operator asked to bring them level once more.
        sa.Column("one", sa.Boolean, sa.CheckConstraint("one"), primary_key=True,
                  server_default=sa.true()),
        sa.Column("identity", sa.Text),
        sa.Column("asked", sa.BigInteger, nullable=False, server_default="0"),
        schema="homeroom",
    )  # fmt: skip
    op.execute("INSERT INTO homeroom.numbering DEFAULT VALUES")
    op.execute(IDENTITY)
    op.create_table(
        "habit_log_number",
        # The newest number given to a habit's day, and the log that it was for.
        _key("habit_id", primary_key=True),
        _key("logged_on", primary_key=True),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        _instant("recorded_at", nullable=False),
        sa.Column("command_id", sa.Uuid, nullable=False),
        schema="homeroom",
    )
    op.create_table(
        "habit_log_sent",
        # What students sent, by their own ids. `recorded`: whether it counted, or was superseded.
        _key("student_id", primary_key=True),
        _key("id", primary_key=True),
        _key("habit_id"),
        _key("logged_on"),
        sa.Column("done", sa.Boolean, nullable=False),
        _instant("recorded_at", nullable=False),
        sa.Column("recorded", sa.Boolean, nullable=False),
        sa.Column("command_id", sa.Uuid, nullable=False),
        schema="homeroom",
    )
