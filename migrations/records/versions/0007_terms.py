"""Every term of a consent, its uses and its versions; what providers show; minors, households.

Revision 0007.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NARROWEST = (
    '{"most_uses": null, "frequency": null, "onward": "nobody", "abroad": false, '
    '"benefit": {"points": 0, "words": null}, "consent": null}'
)
_EXACT = '{"precision": {"time": "minute", "place": "exact", "number": "exact"}}'


def _terms_columns() -> list[sa.Column]:
    """Return what a consent says from now on; those that stand say the narrowest."""
    return [
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by", sa.String(length=16), nullable=True),
        sa.Column("most_uses", sa.Integer(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=True),
        sa.Column("per_days", sa.Integer(), nullable=True),
        sa.Column("onward", sa.String(length=16), nullable=False, server_default="nobody"),
        sa.Column("abroad", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column(
            "benefit",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            server_default='{"points": 0, "words": null}',
        ),
        sa.Column("explicit", postgresql.ARRAY(sa.String()), nullable=False, server_default="{}"),
        sa.Column("mandate_id", sa.Uuid(), nullable=True),
    ]


def upgrade() -> None:
    """Apply this revision."""
    _terms()
    _versions()
    _uses()
    _providers()
    _residents()


def _terms() -> None:
    for column in _terms_columns():
        op.add_column("consents", column)
        if column.server_default is not None:
            op.alter_column("consents", column.name, server_default=None)
    op.execute(
        "UPDATE consents SET changed_at = coalesce(withdrawn_at, given_at), changed_by = given_by, "
        f"items = (SELECT jsonb_agg(item || '{_EXACT}') FROM jsonb_array_elements(items) item)"
    )
    op.execute(
        f"UPDATE requests SET document = document || '{_NARROWEST}' || jsonb_build_object('items', "
        f"(SELECT jsonb_agg(item || '{_EXACT}') "
        "FROM jsonb_array_elements(document -> 'items') item))"
    )
    op.alter_column("consents", "changed_at", nullable=False)
    op.alter_column("consents", "changed_by", nullable=False)


def _versions() -> None:
    op.create_table(
        "consent_versions",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=16), nullable=False),
        sa.Column("policy_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=16), nullable=False),
        sa.Column("most_uses", sa.Integer(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=True),
        sa.Column("per_days", sa.Integer(), nullable=True),
        sa.Column("onward", sa.String(length=16), nullable=False),
        sa.Column("abroad", sa.Boolean(), nullable=False),
        sa.Column("benefit", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("explicit", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("mandate_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint(
            "resident_id", "consent_id", "version", name=op.f("pk_consent_versions")
        ),
    )
    op.execute("GRANT SELECT, INSERT, DELETE ON consent_versions TO infobank_web")
    op.execute("GRANT SELECT ON consent_versions TO infobank_backup")
    names = "resident_id, consent_id, version, provider_id, purpose, mode, items, valid_from, "
    names += "valid_until, retention_days, given_at, given_by, policy_digest, withdrawn_at, mac, "
    names += ", ".join(column.name for column in _terms_columns())
    op.execute(f"INSERT INTO consent_versions ({names}) SELECT {names} FROM consents")


def _uses() -> None:
    op.create_table(
        "consent_uses",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("stretch", sa.Integer(), nullable=False),
        sa.Column("recent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "consent_id", name=op.f("pk_consent_uses")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON consent_uses TO infobank_web")
    op.execute("GRANT SELECT, UPDATE ON consent_uses TO infobank_publisher")
    op.execute("GRANT SELECT ON consent_uses TO infobank_keyservice")
    op.execute("GRANT SELECT ON consent_uses TO infobank_backup")


def _providers() -> None:
    op.alter_column("providers", "kind", type_=sa.String(length=64))
    op.add_column(
        "providers",
        sa.Column(
            "certificates",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            server_default="{}",
        ),
    )
    op.add_column(
        "providers",
        sa.Column("country", sa.CHAR(length=2), nullable=False, server_default="JP"),
    )
    op.alter_column("providers", "certificates", server_default=None)
    op.alter_column("providers", "country", server_default=None)


def _residents() -> None:
    op.add_column("residents", sa.Column("of_age_from", sa.DateTime(timezone=True), nullable=True))
    op.execute("GRANT UPDATE (of_age_from) ON residents TO infobank_web")
    op.execute("REVOKE SELECT ON residents FROM infobank_backup")
    for reader in ("keyservice", "backup"):
        op.execute(f"GRANT SELECT ON residents TO infobank_{reader}")
    op.create_table(
        "household_members",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("adult", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "household_id", name=op.f("pk_household_members")),
    )
    op.create_index(
        op.f("ix_household_members_household_id"),
        "household_members",
        ["household_id"],
        unique=False,
    )
    op.create_table(
        "household_agreements",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "resident_id", "household_id", "agreed_at", name=op.f("pk_household_agreements")
        ),
    )
    for table in ("household_members", "household_agreements"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO infobank_web")
        for reader in ("publisher", "keyservice", "backup"):
            op.execute(f"GRANT SELECT ON {table} TO infobank_{reader}")


def downgrade() -> None:
    """Take this revision back."""
    for table in ("household_agreements", "household_members", "consent_uses", "consent_versions"):
        op.drop_table(table)
    op.execute("REVOKE SELECT ON residents FROM infobank_keyservice")
    op.drop_column("residents", "of_age_from")
    op.drop_column("providers", "country")
    op.drop_column("providers", "certificates")
    op.alter_column("providers", "kind", type_=sa.String(length=16))
    for column in reversed(_terms_columns()):
        op.drop_column("consents", column.name)
