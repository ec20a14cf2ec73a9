"""What the notifier keeps: messages, their deliveries, and where browsers take pushes.

Preferences of students come with it, and in which language somebody reads. Older versions neither
read nor write any of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def _text(name: str, **more: object) -> sa.Column[object]:
    return sa.Column(name, sa.Text(collation="C"), **{"nullable": False, **more})  # type: ignore[arg-type]


def _instant(name: str, **more: object) -> sa.Column[object]:
    return sa.Column(name, sa.TIMESTAMP(timezone=True), **more)  # type: ignore[arg-type]


def _now(name: str) -> sa.Column[object]:
    return _instant(name, nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    _messages()
    _deliveries()
    _people()


def _messages() -> None:
    op.create_table(
        "message",
        # Its cause: the entity and the subject of the event that asks for it.
        _text("id", primary_key=True),
        # `teacher` or `student`; without a person all teachers of the school.
        _text("role"),
        _text("person_id", nullable=True),
        _text("school_id", nullable=True),
        _text("kind"),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        _instant("said_at", nullable=False),
        _instant("expires_at"),
        # Where the event is in the log: nobody is addressed before the tables hold it.
        _text("topic"),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        _text("traceparent", nullable=True),
        _now("received_at"),
        _instant("addressed_at"),
        schema="homeroom",
    )
    op.create_index(
        "message_not_addressed", "message", ["received_at"], schema="homeroom",
        postgresql_where=sa.text("addressed_at IS NULL"),
    )  # fmt: skip
    op.create_index("message_received_at", "message", ["received_at"], schema="homeroom")


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.text("uuidv7()")),
        _text("message_id"),
        _text("role"),
        _text("person_id"),
        _text("channel"),
        # Of web_push the subscription, since a person may have several.
        _text("target", server_default=""),
        _text("state", server_default="due"),
        _now("due_at"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        # Who is at it: until when, and over which connection, which ends with its process.
        sa.Column("claim", sa.Uuid),
        _instant("claimed_until"),
        sa.Column("backend_pid", sa.Integer),
        _instant("backend_start"),
        # What the last attempt met, or why nothing is sent.
        sa.Column("problem", sa.Text),
        _instant("ended_at"),
        _text("decided_by", nullable=True),
        sa.Column("why", sa.Text),
        sa.UniqueConstraint("message_id", "role", "person_id", "channel", "target"),
        schema="homeroom",
    )
    op.create_index(
        "delivery_due", "delivery", ["due_at"], schema="homeroom",
        postgresql_where=sa.text("state = 'due'"),
    )  # fmt: skip
    op.create_index(
        "delivery_claimed", "delivery", ["claimed_until"], schema="homeroom",
        postgresql_where=sa.text("state IN ('claimed', 'sending')"),
    )  # fmt: skip
    op.create_index(
        "delivery_dead", "delivery", ["state", "id"], schema="homeroom",
        postgresql_where=sa.text("state IN ('failed', 'uncertain')"),
    )  # fmt: skip


def _people() -> None:
    op.create_table(
        "push_subscription",
        # SHA-256 of the address, in hexadecimal digits.
        _text("id", primary_key=True),
        _text("role"),
        _text("person_id"),
        sa.Column("endpoint", sa.Text, nullable=False),
        _text("p256dh"),
        _text("auth"),
        _now("at"),
        schema="homeroom",
    )
    op.create_index(
        "push_subscription_person", "push_subscription", ["role", "person_id"], schema="homeroom"
    )
    op.create_table(
        "student_notification_preference",
        _text("student_id", primary_key=True),
        _text("kind", primary_key=True),
        _text("channel", primary_key=True),
        sa.Column("enabled", sa.Boolean, nullable=False),
        schema="homeroom",
    )
    op.create_table(
        "quiet_hours",
        # Times of day in the student's own time zone, as `22:00`.
        _text("student_id", primary_key=True),
        _text("quiet_from"),
        _text("quiet_until"),
        schema="homeroom",
    )
    op.create_table(
        "person_language",
        _text("role", primary_key=True),
        _text("person_id", primary_key=True),
        _text("language"),
        schema="homeroom",
    )
    for table in (
        "push_subscription", "student_notification_preference", "quiet_hours", "person_language",
    ):  # fmt: skip
        op.execute(f"ALTER TABLE homeroom.{table} ENABLE ROW LEVEL SECURITY")
