"""Teachers' assignments: which links are there, and what numbers their subjects have.

Assignments and marks have numbers for ids, which sequences give. A version without this table
neither reads nor writes it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

IDS = ("class_assignment_id", "subject_assignment_id", "mark_id")


def _key(name: str, **more: object) -> sa.Column[object]:
    """A part of a key, compared as the read model compares it."""
    return sa.Column(name, sa.Text(collation="C"), nullable=False, **more)  # type: ignore[arg-type]


def upgrade() -> None:
    op.create_table(
        "teacher_assignment",
        # `class` or `subject`, of which `target_id` is one. `sequence`: the number of the newest
        # event that was written of it.
        _key("kind", primary_key=True),
        _key("assignment_id", primary_key=True),
        _key("teacher_id"),
        _key("target_id"),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("command_id", sa.Uuid, nullable=False),
        schema="homeroom",
    )
    # Whoever makes the same link at the same moment meets the other here.
    op.create_index(
        "teacher_assignment_once", "teacher_assignment", ["kind", "teacher_id", "target_id"],
        unique=True, schema="homeroom", postgresql_where=sa.text("NOT removed"),
    )  # fmt: skip
    for name in IDS:
        op.execute(sa.schema.CreateSequence(sa.Sequence(name, schema="homeroom")))
