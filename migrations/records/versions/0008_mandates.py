"""Mandates, the calls they answer, and what residents are told of it.

Revision 0008.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _said() -> list[sa.Column]:
    return [
        sa.Column("purpose_group", sa.String(length=64), nullable=False),
        sa.Column("classes", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("categories", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("least_points", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=16), nullable=False),
        sa.Column("policy_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=16), nullable=False),
    ]


def upgrade() -> None:
    """Apply this revision."""
    _mandates()
    _calls()
    _told()
    op.create_index(
        "ix_consents_mandate_id",
        "consents",
        ["consent_id"],
        unique=False,
        postgresql_where=sa.text("mandate_id IS NOT NULL"),
    )
    everything = "SELECT, INSERT, UPDATE, DELETE"
    for table, privileges in {
        "mandates": everything,
        "mandate_versions": "SELECT, INSERT, DELETE",
        "calls": everything,
        "call_grants": "SELECT, INSERT, DELETE",
        "told": everything,
    }.items():
        op.execute(f"GRANT {privileges} ON {table} TO infobank_web")
        readers = ("publisher", "keyservice", "backup") if table == "mandates" else ("backup",)
        for reader in readers:
            op.execute(f"GRANT SELECT ON {table} TO infobank_{reader}")


def _mandates() -> None:
    op.create_table(
        "mandates",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("mandate_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_said(),
        sa.Column("inside", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "mandate_id", name=op.f("pk_mandates")),
    )
    op.create_index(
        "ix_mandates_purpose_group_mode",
        "mandates",
        ["purpose_group", "mode", "resident_id"],
        unique=False,
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.create_table(
        "mandate_versions",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("mandate_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_said(),
        sa.PrimaryKeyConstraint(
            "resident_id", "mandate_id", "version", name=op.f("pk_mandate_versions")
        ),
    )


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=False),
        sa.Column("most_uses", sa.Integer(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=True),
        sa.Column("per_days", sa.Integer(), nullable=True),
        sa.Column("onward", sa.String(length=16), nullable=False),
        sa.Column("abroad", sa.Boolean(), nullable=False),
        sa.Column("benefit", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("explicit", postgresql.ARRAY(sa.String()), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_calls")),
    )
    for column in ("provider_id", "ends_at"):
        op.create_index(op.f(f"ix_calls_{column}"), "calls", [column], unique=False)
    op.create_table(
        "call_grants",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "call_id", name=op.f("pk_call_grants")),
    )
    op.create_index(
        "ix_call_grants_call_id", "call_grants", ["call_id", "consent_id"], unique=False
    )


def _told() -> None:
    op.create_table(
        "told",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("told_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("mandate_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("resident_id", "told_id", name=op.f("pk_told")),
    )
    op.create_index(
        "ix_told_provider_inside",
        "told",
        ["resident_id", "mandate_id", "provider_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'provider_inside'"),
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_index("ix_consents_mandate_id", table_name="consents")
    for table in ("told", "call_grants", "calls", "mandate_versions", "mandates"):
        op.drop_table(table)
