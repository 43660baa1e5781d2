"""Residents who are to get another data key.

Revision 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "renewals",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped_data", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_renewals")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON renewals TO infobank_keys")
    op.execute("GRANT SELECT ON renewals TO infobank_keys_backup")


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("renewals")
