"""The access log: the kind and the second of an entry in columns that nobody writes.

Revision 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KIND = """split_part(encode(substring(shown FROM 12 FOR 60), 'escape'), '"', 4)"""
SECOND = "('x' || encode(substring(leaf FROM 31 FOR 8), 'hex'))::bit(64)::bigint"


def upgrade() -> None:
    """Apply this revision."""
    op.add_column("log_entries", sa.Column("kind", sa.Text(), sa.Computed(KIND, persisted=True)))
    op.add_column(
        "log_entries", sa.Column("second", sa.BigInteger(), sa.Computed(SECOND, persisted=True))
    )
    op.create_index(
        "ix_log_entries_kind_log_index",
        "log_entries",
        ["kind", "log_index"],
        postgresql_include=["second", "effect"],
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_index("ix_log_entries_kind_log_index", table_name="log_entries")
    op.drop_column("log_entries", "second")
    op.drop_column("log_entries", "kind")
