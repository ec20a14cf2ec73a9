"""Notifications and what is live: the change feed, tickets, preferences, numbers of receipts.

Workers of this version write into the change feed, so it must be there before they start; older
ones neither read nor write any of it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _text(name: str, **more: object) -> sa.Column[object]:
    return sa.Column(name, sa.Text(collation="C"), **{"nullable": False, **more})  # type: ignore[arg-type]


def _instant(name: str, **more: object) -> sa.Column[object]:
    return sa.Column(name, sa.TIMESTAMP(timezone=True), **more)  # type: ignore[arg-type]


def _now(name: str) -> sa.Column[object]:
    return _instant(name, nullable=False, server_default=sa.func.now())


def upgrade() -> None:
    _feed()
    op.create_table(
        "ticket",
        # SHA-256 of the ticket, so that nobody who reads the table can use one.
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        _text("teacher_id"),
        # What its holder's token says, by which that may be revoked.
        _text("jti", nullable=True),
        _text("subject", nullable=True),
        sa.Column("issued_at", sa.BigInteger),
        _instant("token_expires_at", nullable=False),
        _instant("expires_at", nullable=False),
        schema="homeroom",
    )
    op.create_index("ticket_expires_at", "ticket", ["expires_at"], schema="homeroom")
    _notifications()


def _feed() -> None:
    op.create_table(
        "change",
        # Ascends in the order of commits: it is drawn behind the lock of the live generation. A
        # row without a relation says that another generation is live from here on.
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        _text("relation"),
        _text("key"),
        # Whom the row concerns, by the names of the projection's columns.
        sa.Column("owner", JSONB, nullable=False),
        _now("at"),
        schema="homeroom",
    )
    op.execute("ALTER TABLE homeroom.change ENABLE ROW LEVEL SECURITY")


def _notifications() -> None:
    op.create_table(
        "notification_receipt",
        # The newest number given to a receipt, and the command that is to be waited for.
        _text("notification_id", primary_key=True),
        _text("teacher_id", primary_key=True),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        _instant("read_at"),
        _instant("dismissed_at"),
        sa.Column("command_id", sa.Uuid, nullable=False),
        schema="homeroom",
    )
    op.create_table(
        "notification_preference",
        _text("teacher_id", primary_key=True),
        _text("kind", primary_key=True),
        _text("channel", primary_key=True),
        sa.Column("enabled", sa.Boolean, nullable=False),
        schema="homeroom",
    )
    op.execute("ALTER TABLE homeroom.notification_preference ENABLE ROW LEVEL SECURITY")
    op.create_table(
        "notified",
        # Why somebody was told something, in words that are the same whenever it is looked at.
        _text("cause", primary_key=True),
        _text("teacher_id"),
        _now("at"),
        schema="homeroom",
    )
