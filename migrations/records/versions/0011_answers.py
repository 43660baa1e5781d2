"""Which answers were given: a provider's later askings are judged by them.

Revision 0011.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "answers_given",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("inquiry", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cuts", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("apart", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "answer_id", name=op.f("pk_answers_given")),
    )
    op.create_index(
        "ix_answers_given_provider_id",
        "answers_given",
        ["resident_id", "provider_id", "category"],
        unique=False,
    )
    op.execute("GRANT SELECT, INSERT, DELETE ON answers_given TO infobank_web")
    op.execute("GRANT SELECT ON answers_given TO infobank_backup")


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("answers_given")
