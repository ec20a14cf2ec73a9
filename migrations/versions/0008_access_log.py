"""Who was denied what. A version without this table neither reads nor writes it.

An admin of a realm sees the entries of the realm's own people, which the statement decides; that it
is an admin who reads, row-level security decides too (`migrate.sql`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _text(name: str, **more: object) -> sa.Column[object]:
    return sa.Column(name, sa.Text(collation="C"), **more)  # type: ignore[arg-type]


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        _text("user_id", nullable=False),
        # As the token says it; the realm of an admin.
        _text("role", nullable=False),
        _text("organization_id"),
        _text("action", nullable=False),
        _text("resource", nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        _text("request_id", nullable=False),
        _text("address", nullable=False),
        schema="homeroom",
    )
    op.create_index("access_log_at", "access_log", ["at"], schema="homeroom")
    op.execute("ALTER TABLE homeroom.access_log ENABLE ROW LEVEL SECURITY")
