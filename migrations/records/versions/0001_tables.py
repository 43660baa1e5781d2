"""The first tables, and what each role may do with them.

Revision 0001.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: PLR0915 - one table after another
    """Apply this revision."""
    op.create_table(
        "accounts",
        sa.Column("handle_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("handle_index", name=op.f("pk_accounts")),
        sa.UniqueConstraint("account_id", name=op.f("uq_accounts_account_id")),
    )
    op.execute("GRANT SELECT, INSERT ON accounts TO infobank_web")
    op.create_table(
        "blocks",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("stored", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", "tag", name=op.f("pk_blocks")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON blocks TO infobank_web")
    op.execute("GRANT SELECT ON blocks TO infobank_publisher")
    op.create_table(
        "codes",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("code_challenge", sa.String(length=43), nullable=False),
        sa.Column("jkt", sa.String(length=43), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_codes")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON codes TO infobank_web")
    op.create_index(op.f("ix_codes_expires_at"), "codes", ["expires_at"], unique=False)
    op.create_table(
        "consents",
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
        sa.PrimaryKeyConstraint("resident_id", "consent_id", name=op.f("pk_consents")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON consents TO infobank_web")
    op.execute("GRANT SELECT, UPDATE (given_by) ON consents TO infobank_publisher")
    op.create_index(
        "ix_consents_provider_id_purpose", "consents", ["provider_id", "purpose"], unique=False
    )
    op.create_table(
        "log_checkpoints",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoints")),
    )
    op.execute("GRANT SELECT ON log_checkpoints TO infobank_web")
    op.execute("GRANT SELECT ON log_checkpoints TO infobank_publisher")
    op.execute("GRANT SELECT, INSERT ON log_checkpoints TO infobank_sequencer")
    op.create_table(
        "log_entries",
        sa.Column("log_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("writer_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("writer_seq", sa.BigInteger(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("effect", sa.SmallInteger(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("shown", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log_index", name=op.f("pk_log_entries")),
    )
    op.execute("GRANT SELECT ON log_entries TO infobank_web")
    op.execute("GRANT SELECT ON log_entries TO infobank_publisher")
    op.execute("GRANT SELECT, INSERT ON log_entries TO infobank_sequencer")
    op.create_index(
        "ix_log_entries_resident_id_log_index",
        "log_entries",
        ["resident_id", "log_index"],
        unique=False,
    )
    op.create_index(
        "uq_log_entries_writer_id_writer_seq",
        "log_entries",
        ["writer_id", "writer_seq"],
        unique=True,
    )
    op.create_table(
        "log_pending",
        sa.Column("writer_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("writer_seq", sa.BigInteger(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("effect", sa.SmallInteger(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("shown", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("writer_id", "writer_seq", name=op.f("pk_log_pending")),
    )
    op.execute("GRANT SELECT, INSERT ON log_pending TO infobank_web")
    op.execute("GRANT SELECT, INSERT ON log_pending TO infobank_publisher")
    op.execute("GRANT SELECT, INSERT, DELETE ON log_pending TO infobank_sequencer")
    op.create_index(
        op.f("ix_log_pending_resident_id"), "log_pending", ["resident_id"], unique=False
    )
    op.create_table(
        "log_tiles",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_log_tiles")),
    )
    op.execute("GRANT SELECT ON log_tiles TO infobank_web")
    op.execute("GRANT SELECT ON log_tiles TO infobank_publisher")
    op.execute("GRANT SELECT, INSERT, UPDATE ON log_tiles TO infobank_sequencer")
    op.create_table(
        "manifests",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("stored", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_manifests")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON manifests TO infobank_web")
    op.execute("GRANT SELECT ON manifests TO infobank_publisher")
    op.create_table(
        "providers",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name_ja", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("jwks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("redirect_uris", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("vetted_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_providers")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON providers TO infobank_web")
    op.execute("GRANT SELECT ON providers TO infobank_publisher")
    op.create_table(
        "release_files",
        sa.Column("release_id", sa.String(length=96), nullable=False),
        sa.Column("name", sa.String(length=96), nullable=False),
        sa.Column("media_type", sa.String(length=96), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("release_id", "name", name=op.f("pk_release_files")),
    )
    op.execute("GRANT SELECT ON release_files TO infobank_web")
    op.execute("GRANT SELECT, INSERT ON release_files TO infobank_publisher")
    op.create_table(
        "releases",
        sa.Column("release_id", sa.String(length=96), nullable=False),
        sa.Column("statistic", sa.String(length=64), nullable=False),
        sa.Column("period_first", sa.Date(), nullable=False),
        sa.Column("period_last", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.Column("signed_manifest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_releases")),
    )
    op.execute("GRANT SELECT ON releases TO infobank_web")
    op.execute("GRANT SELECT, INSERT ON releases TO infobank_publisher")
    op.create_table(
        "requests",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("uri_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pushed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uri_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_requests")),
        sa.UniqueConstraint("uri_hash", name=op.f("uq_requests_uri_hash")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON requests TO infobank_web")
    op.create_index(op.f("ix_requests_resident_id"), "requests", ["resident_id"], unique=False)
    op.create_index(op.f("ix_requests_waits_until"), "requests", ["waits_until"], unique=False)
    op.create_table(
        "residents",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_residents")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE (synthetic) ON residents TO infobank_web")
    op.execute("GRANT SELECT ON residents TO infobank_publisher")
    op.create_table(
        "sessions",
        sa.Column("session_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("session_hash", name=op.f("pk_sessions")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO infobank_web")
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    op.create_table(
        "source_links",
        sa.Column("identifier_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("identifier_index", name=op.f("pk_source_links")),
    )
    op.execute("GRANT SELECT, INSERT ON source_links TO infobank_web")
    op.create_index("ix_source_links_resident_id", "source_links", ["resident_id"], unique=False)
    op.create_table(
        "spends",
        sa.Column("release_id", sa.String(length=96), nullable=False),
        sa.Column("statistic", sa.String(length=64), nullable=False),
        sa.Column("epsilon_numerator", sa.BigInteger(), nullable=False),
        sa.Column("epsilon_denominator", sa.BigInteger(), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_spends")),
    )
    op.execute("GRANT SELECT ON spends TO infobank_web")
    op.execute("GRANT SELECT, INSERT ON spends TO infobank_publisher")
    op.create_index(op.f("ix_spends_statistic"), "spends", ["statistic"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("jkt", sa.String(length=43), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_tokens")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON tokens TO infobank_web")
    op.create_index(op.f("ix_tokens_code_hash"), "tokens", ["code_hash"], unique=False)
    op.create_index(op.f("ix_tokens_expires_at"), "tokens", ["expires_at"], unique=False)
    op.create_table(
        "used_proofs",
        sa.Column("replay_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("replay_key", name=op.f("pk_used_proofs")),
    )
    op.execute("GRANT SELECT, INSERT, DELETE ON used_proofs TO infobank_web")
    op.create_index(op.f("ix_used_proofs_expires_at"), "used_proofs", ["expires_at"], unique=False)


def downgrade() -> None:
    """Take this revision back."""
    op.drop_index(op.f("ix_used_proofs_expires_at"), table_name="used_proofs")
    op.drop_table("used_proofs")
    op.drop_index(op.f("ix_tokens_expires_at"), table_name="tokens")
    op.drop_index(op.f("ix_tokens_code_hash"), table_name="tokens")
    op.drop_table("tokens")
    op.drop_index(op.f("ix_spends_statistic"), table_name="spends")
    op.drop_table("spends")
    op.drop_index("ix_source_links_resident_id", table_name="source_links")
    op.drop_table("source_links")
    op.drop_index(op.f("ix_sessions_expires_at"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("residents")
    op.drop_index(op.f("ix_requests_waits_until"), table_name="requests")
    op.drop_index(op.f("ix_requests_resident_id"), table_name="requests")
    op.drop_table("requests")
    op.drop_table("releases")
    op.drop_table("release_files")
    op.drop_table("providers")
    op.drop_table("manifests")
    op.drop_table("log_tiles")
    op.drop_index(op.f("ix_log_pending_resident_id"), table_name="log_pending")
    op.drop_table("log_pending")
    op.drop_index("uq_log_entries_writer_id_writer_seq", table_name="log_entries")
    op.drop_index("ix_log_entries_resident_id_log_index", table_name="log_entries")
    op.drop_table("log_entries")
    op.drop_table("log_checkpoints")
    op.drop_index("ix_consents_provider_id_purpose", table_name="consents")
    op.drop_table("consents")
    op.drop_index(op.f("ix_codes_expires_at"), table_name="codes")
    op.drop_table("codes")
    op.drop_table("blocks")
    op.drop_table("accounts")
