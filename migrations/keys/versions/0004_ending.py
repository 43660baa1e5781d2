"""What is known of destroyed keys: under which epoch they stood, and until when the log's is kept.

Revision 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.add_column("resident_keys", sa.Column("erased_epoch", sa.BigInteger()))
    op.add_column("resident_keys", sa.Column("provision_until", sa.Date()))
    op.create_index(
        "ix_resident_keys_provision_until",
        "resident_keys",
        ["provision_until"],
        unique=False,
        postgresql_where=sa.text("erased_at IS NOT NULL AND wrapped_log IS NOT NULL"),
    )
    op.create_index(op.f("ix_escrows_keep_until"), "escrows", ["keep_until"], unique=False)


def downgrade() -> None:
    """Take this revision back."""
    op.drop_index(op.f("ix_escrows_keep_until"), table_name="escrows")
    op.drop_index("ix_resident_keys_provision_until", table_name="resident_keys")
    op.drop_column("resident_keys", "provision_until")
    op.drop_column("resident_keys", "erased_epoch")
