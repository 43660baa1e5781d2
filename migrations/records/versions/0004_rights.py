"""The rights desk: requests, proxies, and sessions that act for somebody.

Revision 0004.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "rights_requests",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("given_by", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "request_id", name=op.f("pk_rights_requests")),
    )
    op.create_index(
        "ix_rights_requests_due",
        "rights_requests",
        ["due"],
        unique=False,
        postgresql_where=sa.text("status = 'received'"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON rights_requests TO infobank_web")
    op.execute("GRANT SELECT ON rights_requests TO infobank_publisher")
    op.execute("GRANT SELECT ON rights_requests TO infobank_keyservice")
    op.execute("GRANT SELECT ON rights_requests TO infobank_backup")
    op.create_table(
        "proxies",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("proxy_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=16), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_label", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "proxy_id", name=op.f("pk_proxies")),
    )
    op.create_index(op.f("ix_proxies_account_id"), "proxies", ["account_id"], unique=False)
    op.execute("GRANT SELECT, INSERT, UPDATE (ended_at) ON proxies TO infobank_web")
    op.execute("GRANT SELECT ON proxies TO infobank_backup")
    op.add_column("sessions", sa.Column("ward_id", sa.Uuid(), nullable=True))
    op.add_column("sessions", sa.Column("proxy_id", sa.Uuid(), nullable=True))
    op.execute("GRANT DELETE ON accounts TO infobank_web")


def downgrade() -> None:
    """Take this revision back."""
    op.execute("REVOKE DELETE ON accounts FROM infobank_web")
    op.drop_column("sessions", "proxy_id")
    op.drop_column("sessions", "ward_id")
    op.drop_table("proxies")
    op.drop_table("rights_requests")
