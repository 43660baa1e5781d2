"""The mark of a restored database, and the role that makes backups.

Revision 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BACKUP = "infobank_keys_backup"


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "restorations",
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("log_size", sa.BigInteger(), nullable=False),
        sa.Column("replayed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("restored_at", name=op.f("pk_restorations")),
    )
    op.execute("GRANT SELECT ON restorations TO infobank_keys")
    # Every table there is by now; a later revision grants it each table that it makes.
    op.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {BACKUP}")


def downgrade() -> None:
    """Take this revision back."""
    op.execute(f"REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM {BACKUP}")
    op.drop_table("restorations")
