"""The newest consents of a provider, by an index.

Revision 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_index(
        "ix_consents_newest", "consents", ["provider_id", sa.text("given_at DESC"), "consent_id"]
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_index("ix_consents_newest", table_name="consents")
