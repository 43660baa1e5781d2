"""A proxy's label is sealed anew when its holder's key is.

Revision 0006.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.execute("GRANT UPDATE (sealed_label) ON proxies TO infobank_web")


def downgrade() -> None:
    """Take this revision back."""
    op.execute("REVOKE UPDATE (sealed_label) ON proxies FROM infobank_web")
