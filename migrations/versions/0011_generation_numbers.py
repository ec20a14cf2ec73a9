"""Numbers of generations, none of which is ever given again, and how far discards are carried out.

A version without these columns neither reads nor writes them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Of generations that were dropped, only their rebuilds tell.
GREATEST_NUMBER = """
    SELECT setval('homeroom.generation_number', greatest(1, max(substr(name, 2)::bigint)))
    FROM (SELECT name FROM homeroom.generation UNION ALL SELECT generation FROM homeroom.rebuild
          UNION ALL SELECT nspname::text FROM pg_namespace) AS known
    WHERE name ~ '^g[0-9]{4,8}$'
"""


def upgrade() -> None:
    # What a name ends with. The first generation, which `homeroom migrate` makes, has number 1.
    op.execute("CREATE SEQUENCE homeroom.generation_number")
    op.execute(GREATEST_NUMBER)
    # Whom a writer means: a name that somebody chose may be given again.
    op.add_column(
        "generation",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False, unique=True),
        schema="homeroom",
    )
    # The newest discard that is carried out in all that the generation has applied.
    op.add_column(
        "generation",
        sa.Column("discards_seen", sa.BigInteger, nullable=False, server_default="0"),
        schema="homeroom",
    )
    op.execute(
        "UPDATE homeroom.generation SET discards_seen = "
        "(SELECT coalesce(max(id), 0) FROM homeroom.discard)"
    )
