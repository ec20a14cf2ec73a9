"""Teachers' files: what was reserved, uploaded and removed, who is scanning, and rate limits.

A version without these tables neither reads nor writes them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _text(name: str, **more: object) -> sa.Column[object]:
    return sa.Column(name, sa.Text(collation="C"), **more)  # type: ignore[arg-type]


def _time(name: str, **more: object) -> sa.Column[object]:
    return sa.Column(name, sa.TIMESTAMP(timezone=True), **more)  # type: ignore[arg-type]


def _flag(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def upgrade() -> None:
    op.create_table(
        "resource",
        _text("resource_id", primary_key=True),
        _text("teacher_id", nullable=False),
        _text("school_id", nullable=False),
        _text("title", nullable=False),
        _text("description"),
        _text("file_name", nullable=False),
        _text("media_type", nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        _text("storage_url", nullable=False),
        _text("status", nullable=False),
        _flag("with_students"),
        sa.Column("class_ids", sa.ARRAY(sa.Text(collation="C")), nullable=False),
        # Of whoever reserved it; null once the retention is over.
        _text("uploader_address"),
        _time("reserved_at", nullable=False),
        _time("upload_expires_at", nullable=False),
        _time("uploaded_at"),
        _time("updated_at"),
        # The number of the newest event that was written of it, and of which command; 0 while the
        # file is not there.
        sa.Column("sequence", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("command_id", sa.Uuid),
        _flag("removed"),
        # Whether the store was rid of what may have come to the address to upload to, and of the
        # file itself.
        _flag("upload_swept"),
        _flag("file_deleted"),
        schema="homeroom",
    )
    for name, column, where in (
        ("resource_upload_unswept", "upload_expires_at", "NOT upload_swept"),
        ("resource_to_delete", "resource_id", "removed AND NOT file_deleted"),
        ("resource_uploader_address", "reserved_at", "uploader_address IS NOT NULL"),
    ):
        op.create_index(
            name, "resource", [column], schema="homeroom", postgresql_where=sa.text(where)
        )
    op.create_table(
        "resource_scan",
        _text("resource_id", primary_key=True),
        # Until then the file is somebody's to scan; after it, anybody's.
        _time("claimed_until", nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        # How often the scanner said that it could not.
        sa.Column("errors", sa.Integer, nullable=False, server_default="0"),
        schema="homeroom",
    )
    # Counts of a minute need not outlive a crash.
    op.create_table(
        "request_count",
        _text("caller", primary_key=True),
        _text("limited", primary_key=True),
        _time("began_at", nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        schema="homeroom",
        prefixes=["UNLOGGED"],
    )
    op.create_index("request_count_began_at", "request_count", ["began_at"], schema="homeroom")
