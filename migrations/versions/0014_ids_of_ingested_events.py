"""The ids of events that services publish over HTTP. Versions without it know nothing of these."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ingested_event",
        sa.Column("service", sa.Text(collation="C"), primary_key=True),
        # BLAKE2b of source and id, which together identify an event and may be long.
        sa.Column("identity", sa.LargeBinary, primary_key=True),
        # BLAKE2b of all that the event says.
        sa.Column("content", sa.LargeBinary, nullable=False),
        # Where the brokers have it; null where they did not say.
        sa.Column("topic", sa.Text(collation="C")),
        sa.Column("partition", sa.Integer),
        sa.Column("offset", sa.BigInteger),
        sa.Column("expires_at", sa.TIMESTAMP(timezone=True), nullable=False),
        schema="homeroom",
        # Each row is updated once, when the brokers have the event.
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(
        "ingested_event_expires_at", "ingested_event", ["expires_at"], schema="homeroom"
    )
    op.execute("ALTER TABLE homeroom.ingested_event ENABLE ROW LEVEL SECURITY")
