"""Notices to recipients that something ended, and where they are pushed to.

Revision 0010.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "endpoints",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(length=1024), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_endpoints")),
    )
    op.create_table(
        "notices",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("afterwards", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=32), server_default="", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("resident_id", "notice_id", name=op.f("pk_notices")),
    )
    _indexes()
    for table in ("endpoints", "notices"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO infobank_web")
        op.execute(f"GRANT SELECT ON {table} TO infobank_backup")


def _indexes() -> None:
    op.create_index(
        "ix_notices_provider_id_made_at", "notices", ["provider_id", "made_at"], unique=False
    )
    op.create_index("ix_notices_notice_id", "notices", ["notice_id"], unique=False)
    op.create_index(
        "ix_notices_next_attempt_at",
        "notices",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )
    op.create_index(
        "ix_notices_deadline",
        "notices",
        ["deadline"],
        unique=False,
        postgresql_where=sa.text("stated_at IS NULL"),
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("notices")
    op.drop_table("endpoints")
