"""${message}

Only what cannot be rebuilt from the log belongs here; read models are made from the contract and
the definitions. Say what a rolling upgrade sees between the two versions.
"""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "op.execute(...)"}
