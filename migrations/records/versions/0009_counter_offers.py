"""Requests that a provider may withdraw, and a resident may answer with a counter-offer.

Revision 0009.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.add_column(
        "requests",
        sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("requests", "withdrawn", server_default=None)
    op.add_column(
        "requests",
        sa.Column("counter_offer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )
    op.add_column("requests", sa.Column("counter_mac", sa.LargeBinary(length=32), nullable=True))
    op.execute("UPDATE requests SET document = document || '{\"accepts\": null}'")


def downgrade() -> None:
    """Take this revision back."""
    for column in ("counter_mac", "counter_offer", "withdrawn"):
        op.drop_column("requests", column)
    op.execute("UPDATE requests SET document = document - 'accepts'")
