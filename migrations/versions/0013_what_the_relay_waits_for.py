"""What the relay cannot do now, for whoever asks: rows that Kafka refuses, and a log held back."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # When Kafka last refused a row for its size; the relay tries it again after a while.
    op.add_column("outbox", sa.Column("refused_at", sa.TIMESTAMP(timezone=True)), schema="homeroom")
    # What keeps the numbering from being level with the log, as a sentence.
    op.add_column("relay", sa.Column("waits_for", sa.Text), schema="homeroom")
