"""The bank's own keys, epochs, decoys, escrows, and the manifest that counts.

Revision 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "bank_keys",
        sa.Column("use", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("use", "epoch", name=op.f("pk_bank_keys")),
    )
    op.execute("GRANT SELECT, INSERT, DELETE ON bank_keys TO infobank_keys")
    op.create_table(
        "decoys",
        sa.Column("marker", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("marker", name=op.f("pk_decoys")),
    )
    op.execute("GRANT SELECT, INSERT ON decoys TO infobank_keys")
    op.create_table(
        "epochs",
        sa.Column("epoch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rewrapped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("epoch", name=op.f("pk_epochs")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON epochs TO infobank_keys")
    op.create_table(
        "escrows",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_escrows")),
    )
    op.execute("GRANT SELECT, INSERT, DELETE ON escrows TO infobank_keys")
    op.add_column("resident_keys", sa.Column("erased_at", sa.DateTime(timezone=True)))
    op.add_column("resident_keys", sa.Column("held_version", sa.BigInteger()))
    op.add_column("resident_keys", sa.Column("held_digest", sa.LargeBinary(length=32)))
    op.add_column("resident_keys", sa.Column("next_version", sa.BigInteger()))
    op.add_column("resident_keys", sa.Column("next_digest", sa.LargeBinary(length=32)))
    op.execute("GRANT UPDATE ON resident_keys TO infobank_keys")
    op.add_column(
        "shard_keys",
        sa.Column("wraps", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.execute("GRANT UPDATE (wraps) ON shard_keys TO infobank_keys")
    op.execute("GRANT DELETE ON shard_keys TO infobank_keys")


def downgrade() -> None:
    """Take this revision back."""
    op.execute("REVOKE DELETE ON shard_keys FROM infobank_keys")
    op.execute("REVOKE UPDATE (wraps) ON shard_keys FROM infobank_keys")
    op.drop_column("shard_keys", "wraps")
    op.execute("REVOKE UPDATE ON resident_keys FROM infobank_keys")
    for column in ("next_digest", "next_version", "held_digest", "held_version", "erased_at"):
        op.drop_column("resident_keys", column)
    for table in ("escrows", "epochs", "decoys", "bank_keys"):
        op.drop_table(table)
