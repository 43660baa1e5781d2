"""Rows that authorise carry the key service's MAC, and the key service may look at them.

Revision 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

READ = ("consents", "log_checkpoints", "log_entries", "log_pending", "providers")
"""What the key service looks at before it gives a key out."""


def upgrade() -> None:
    """Apply this revision."""
    op.add_column("consents", sa.Column("mac", sa.LargeBinary(length=32)))
    op.add_column("providers", sa.Column("keys_mac", sa.LargeBinary(length=32)))
    op.add_column("providers", sa.Column("certificate_mac", sa.LargeBinary(length=32)))
    for table in READ:
        op.execute(f"GRANT SELECT ON {table} TO infobank_keyservice")
    op.execute("GRANT INSERT ON log_pending TO infobank_keyservice")


def downgrade() -> None:
    """Take this revision back."""
    op.execute("REVOKE INSERT ON log_pending FROM infobank_keyservice")
    for table in READ:
        op.execute(f"REVOKE SELECT ON {table} FROM infobank_keyservice")
    op.drop_column("providers", "certificate_mac")
    op.drop_column("providers", "keys_mac")
    op.drop_column("consents", "mac")
