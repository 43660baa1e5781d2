"""Erasures with their receipts, legal holds, and how far retention has come.

Revision 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ERASED = ("blocks", "consents", "manifests", "proxies", "residents", "rights_requests")
"""What goes when a resident is erased, and could not be deleted before."""


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "erasures",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("writer_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("writer_seq", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.LargeBinary(), nullable=True),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=True),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_erasures")),
    )
    op.create_index(
        "ix_erasures_begun_at",
        "erasures",
        ["begun_at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(op.f("ix_erasures_receipt_id"), "erasures", ["receipt_id"], unique=False)
    op.execute("GRANT SELECT, INSERT, UPDATE ON erasures TO infobank_web")
    op.create_table(
        "holds",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("matter", sa.String(length=80), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("released_by_1", sa.Uuid(), nullable=True),
        sa.Column("released_at_1", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_2", sa.Uuid(), nullable=True),
        sa.Column("released_at_2", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "released_by_2 IS NULL OR released_by_1 <> released_by_2",
            name=op.f("ck_holds_two_people"),
        ),
        sa.PrimaryKeyConstraint("resident_id", "hold_id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_hold_id"), "holds", ["hold_id"], unique=False)
    op.execute("GRANT SELECT, INSERT, UPDATE ON holds TO infobank_web")
    op.execute("GRANT SELECT ON holds TO infobank_keyservice")
    op.create_table(
        "retention_runs",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reached", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_retention_runs")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON retention_runs TO infobank_web")
    for table in ("erasures", "holds", "retention_runs"):
        op.execute(f"GRANT SELECT ON {table} TO infobank_backup")
    op.add_column("consents", sa.Column("over_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_consents_valid_until",
        "consents",
        ["valid_until"],
        unique=False,
        postgresql_where=sa.text("withdrawn_at IS NULL AND over_at IS NULL"),
    )
    for table in (*ERASED, "source_links"):
        op.execute(f"GRANT DELETE ON {table} TO infobank_web")


def downgrade() -> None:
    """Take this revision back."""
    for table in (*ERASED, "source_links"):
        op.execute(f"REVOKE DELETE ON {table} FROM infobank_web")
    op.drop_index("ix_consents_valid_until", table_name="consents")
    op.drop_column("consents", "over_at")
    op.drop_table("retention_runs")
    op.drop_table("holds")
    op.drop_table("erasures")
