"""What commands were answered with, and an index for what the relay has to publish.

A command that its client named has the same answer where it is sent again. The relay looks whether
something of the same subject is before an event, and so reads the whole outbox without the index.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE homeroom.command ADD COLUMN answer jsonb")
    op.execute(
        "CREATE INDEX outbox_unpublished_subject ON homeroom.outbox "
        "(subject, split_part(type, '.', 1), id) WHERE published_at IS NULL"
    )
