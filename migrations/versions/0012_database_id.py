"""Which database this is, so that a copy of it does not share its consumer groups."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "database",
        sa.Column("one", sa.Boolean, sa.CheckConstraint("one"), primary_key=True,
                  server_default=sa.true()),
        # Drawn at random; consumer groups carry it.
        sa.Column("id", sa.Text, nullable=False),
        # What it was drawn for: a copy, or a promoted standby, has another homeroom.identity().
        sa.Column("identity", sa.Text, nullable=False),
        schema="homeroom",
    )  # fmt: skip
    op.execute(
        "INSERT INTO homeroom.database (id, identity) "
        "VALUES (left(md5(gen_random_uuid()::text), 8), homeroom.identity())"
    )
