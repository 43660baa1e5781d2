"""Letters to residents: where they go, those on their way, and how far their writing has come.

Revision 0016.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PRIVILEGES = {
    "contacts": "SELECT, INSERT, UPDATE, DELETE",
    "letters": "SELECT, INSERT, UPDATE, DELETE",
    "letter_progress": "SELECT, INSERT, UPDATE",
}


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "contacts",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("matters", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("known", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "channel", name=op.f("pk_contacts")),
    )
    _letters()
    op.create_table(
        "letter_progress",
        sa.Column("name", sa.String(length=8), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_letter_progress")),
    )
    for table, privileges in PRIVILEGES.items():
        op.execute(f"GRANT {privileges} ON {table} TO infobank_web")
        op.execute(f"GRANT SELECT ON {table} TO infobank_backup")


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("resident_id", "letter_id", name=op.f("pk_letters")),
    )
    op.create_index("ix_letters_letter_id", "letters", ["letter_id"], unique=False)
    op.create_index(
        "ix_letters_next_attempt_at",
        "letters",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_index(
        "ix_letters_changed",
        "letters",
        ["resident_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'changed' AND sent_at IS NULL"),
    )
    op.create_index(
        "ix_letters_month",
        "letters",
        ["resident_id", "month"],
        unique=True,
        postgresql_where=sa.text("month IS NOT NULL"),
    )


def downgrade() -> None:
    """Take this revision back."""
    for table in reversed(PRIVILEGES):
        op.drop_table(table)
