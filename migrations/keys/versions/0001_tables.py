"""The first tables, and what each role may do with them.

Revision 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "resident_keys",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("wrapped_data", sa.LargeBinary(), nullable=True),
        sa.Column("wrapped_log", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_resident_keys")),
    )
    op.execute("GRANT SELECT, INSERT ON resident_keys TO infobank_keys")
    op.create_table(
        "shard_keys",
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("epoch", "shard", name=op.f("pk_shard_keys")),
    )
    op.execute("GRANT SELECT, INSERT ON shard_keys TO infobank_keys")


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("shard_keys")
    op.drop_table("resident_keys")
