"""Calls: whom they were answered for so far.

Revision 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.add_column("calls", sa.Column("answered_to", sa.Uuid(), nullable=True))


def downgrade() -> None:
    """Take this revision back."""
    op.drop_column("calls", "answered_to")
