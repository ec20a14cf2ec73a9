"""Persons all of whose tokens were revoked."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revoked_subject",
        # The `sub` of tokens.
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("revoked_at", sa.TIMESTAMP(timezone=True), nullable=False),
        schema="homeroom",
    )
