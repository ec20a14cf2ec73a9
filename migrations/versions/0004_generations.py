"""Which generations there are and what each is for, and the rebuilds that made them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _instant(name: str, **more: object) -> sa.Column[object]:
    return sa.Column(name, sa.TIMESTAMP(timezone=True), **more)  # type: ignore[arg-type]


def upgrade() -> None:
    op.create_table(
        "generation",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('next', 'live', 'previous', 'as_of', 'ended')"),
        _instant("made_at", nullable=False, server_default=sa.func.now()),
        # The moment whose state it shows; of `as_of` alone.
        _instant("as_of"),
        # Until when `previous` is kept and fed; since when `ended` is so, which is removed soon.
        _instant("keep_until"),
        schema="homeroom",
    )
    op.create_index(
        "one_of_each_state", "generation", ["state"], unique=True, schema="homeroom",
        postgresql_where=sa.text("state IN ('next', 'live', 'previous')"),
    )  # fmt: skip
    op.execute(
        "INSERT INTO homeroom.generation (name, state) SELECT schema, 'live' FROM homeroom.live"
    )
    op.create_table(
        "rebuild",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("generation", sa.Text, nullable=False),
        sa.Column("options", JSONB, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("total", sa.BigInteger),
        # What an operator asked for from elsewhere: pause or abort.
        sa.Column("asked", sa.Text),
        sa.CheckConstraint("asked IN ('pause', 'abort')"),
        sa.Column("process", sa.Text, nullable=False),
        _instant("began_at", nullable=False, server_default=sa.func.now()),
        _instant("phase_began_at", nullable=False, server_default=sa.func.now()),
        # When its process last said that it lives.
        _instant("beat_at", nullable=False, server_default=sa.func.now()),
        _instant("ended_at"),
        # How it ended: swapped, kept (as of a moment), refused, aborted, or compared.
        sa.Column("outcome", sa.Text),
        sa.Column("report", JSONB),
        schema="homeroom",
    )
    op.create_index(
        "one_rebuild", "rebuild", [sa.text("(true)")], unique=True, schema="homeroom",
        postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip
