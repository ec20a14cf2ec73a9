"""Generations that are apart: Flink feeds them, and they are not live yet.

A version that does not know this state neither feeds nor removes one.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE homeroom.generation DROP CONSTRAINT generation_state_check")
    op.create_check_constraint(
        "generation_state_check", "generation",
        "state IN ('next', 'live', 'previous', 'as_of', 'apart', 'ended')", schema="homeroom",
    )  # fmt: skip
