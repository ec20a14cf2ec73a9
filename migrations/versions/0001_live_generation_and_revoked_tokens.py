"""Which generation is live, and tokens that were revoked."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "live",
        # At most one row: it is the only one that may be true.
        sa.Column("one", sa.Boolean, sa.CheckConstraint("one"), primary_key=True,
                  server_default=sa.true()),
        sa.Column("schema", sa.Text, nullable=False),
        schema="homeroom",
    )  # fmt: skip
    op.create_table(
        "revoked_token",
        sa.Column("jti", sa.Text, primary_key=True),
        sa.Column("revoked_at", sa.TIMESTAMP(timezone=True), nullable=False,
                  server_default=sa.func.now()),
        schema="homeroom",
    )  # fmt: skip
