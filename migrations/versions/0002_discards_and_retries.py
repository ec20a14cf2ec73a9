"""What operators decided about dead letters and holes: it holds in every generation."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _what_it_is_about() -> list[sa.Column[object]]:
    """A place in a subject, a record of the log, or both."""
    return [
        sa.Column("entity", sa.Text),
        sa.Column("key", sa.Text),
        sa.Column("first_sequence", sa.BigInteger),
        sa.Column("last_sequence", sa.BigInteger),
        sa.Column("topic", sa.Text),
        sa.Column("partition", sa.Integer),
        sa.Column("offset", sa.BigInteger),
    ]


def _who_when_why() -> list[sa.Column[object]]:
    return [
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "discard",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        *_what_it_is_about(),
        *_who_when_why(),
        schema="homeroom",
    )
    op.create_table(
        "retry",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        *_what_it_is_about(),
        *_who_when_why(),
        sa.Column("outcome", sa.Text, nullable=False),
        schema="homeroom",
    )
