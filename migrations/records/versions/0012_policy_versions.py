"""The rules of each day by their digest; consents found by recipient, purpose and resident.

Revision 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_INDEX = "ix_consents_provider_id_purpose"


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "policy_versions",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_policy_versions")),
    )
    op.execute("GRANT SELECT, INSERT ON policy_versions TO infobank_web")
    op.execute("GRANT SELECT ON policy_versions TO infobank_sequencer")
    op.execute("GRANT SELECT, INSERT ON policy_versions TO infobank_publisher")
    op.execute("GRANT SELECT ON policy_versions TO infobank_keyservice")
    op.execute("GRANT SELECT ON policy_versions TO infobank_backup")
    _index("provider_id", "purpose", "resident_id", "consent_id")


def _index(*columns: str) -> None:
    op.drop_index(_INDEX, table_name="consents")
    op.create_index(_INDEX, "consents", list(columns), unique=False)


def downgrade() -> None:
    """Take this revision back."""
    _index("provider_id", "purpose")
    op.drop_table("policy_versions")
