"""What a command was answered with, where its client named it: sent again, it has that again."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE homeroom.command ADD COLUMN answer jsonb")
