"""Who is a minor, and who lives with whom and agrees, carries the key service's marks.

No migration can make a mark: until `infobank keys mark-residents` has run, nothing of
residents who were there before is given to anybody.  Consents' marks cover who changed them
and when from now on; those of before no longer fit, and are to be given anew.

Revision 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MARKS = (
    ("residents", "majority_mac"),
    ("residents", "homes_mac"),
    ("household_members", "roster_mac"),
    ("household_agreements", "mac"),
)


def upgrade() -> None:
    """Apply this revision."""
    for table, column in MARKS:
        op.add_column(table, sa.Column(column, sa.LargeBinary(length=32)))
    op.execute("GRANT UPDATE (majority_mac, homes_mac) ON residents TO infobank_web")


def downgrade() -> None:
    """Take this revision back."""
    op.execute("REVOKE UPDATE (majority_mac, homes_mac) ON residents FROM infobank_web")
    for table, column in reversed(MARKS):
        op.drop_column(table, column)
