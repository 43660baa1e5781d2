"""The counter: codes, wrong tries, visits, what was given there; and which backups were made.

Revision 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "counter_codes",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("code_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "code_index", name=op.f("pk_counter_codes")),
    )
    op.create_table(
        "counter_tries",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("wrong", sa.SmallInteger(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_counter_tries")),
    )
    op.create_table(
        "counter_visits",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("steward_id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_counter_visits")),
    )
    op.create_index(
        op.f("ix_counter_visits_resident_id"), "counter_visits", ["resident_id"], unique=False
    )
    for table in ("counter_codes", "counter_visits"):
        op.execute(f"GRANT SELECT, INSERT, DELETE ON {table} TO infobank_web")
        op.execute(f"GRANT SELECT ON {table} TO infobank_backup")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON counter_tries TO infobank_web")
    op.execute("GRANT SELECT ON counter_tries TO infobank_backup")
    op.add_column("requests", sa.Column("consent_id", sa.Uuid(), nullable=True))
    op.create_table(
        "backups",
        sa.Column("which", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("which", "made_at", name=op.f("pk_backups")),
    )
    op.execute("GRANT SELECT, INSERT ON backups TO infobank_web")
    op.execute("GRANT SELECT ON backups TO infobank_backup")


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("backups")
    op.drop_column("requests", "consent_id")
    op.drop_table("counter_visits")
    op.drop_table("counter_tries")
    op.drop_table("counter_codes")
