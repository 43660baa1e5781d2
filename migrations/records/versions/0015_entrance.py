"""Passkeys, codes that begin a way in, the city's sign-in, and what a session tells of itself.

Revision 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

WEB = "infobank_web"


def upgrade() -> None:
    """Apply this revision."""
    _sessions()
    _passkeys()
    _enrolments()
    _city_links()
    _challenges()


def _sessions() -> None:
    # Who is signed in signs in again: a session of before carries no mark.
    op.execute("DELETE FROM sessions")
    for column in (
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("browser", sa.String(length=16), nullable=False),
        sa.Column("machine", sa.String(length=16), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
    ):
        op.add_column("sessions", column)
    op.create_unique_constraint(op.f("uq_sessions_session_id"), "sessions", ["session_id"])
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)


def _passkeys() -> None:
    op.create_table(
        "passkeys",
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.String(length=16), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_passkeys")),
    )
    _serve("passkeys", "SELECT, INSERT, UPDATE (sign_count), UPDATE (used_at), DELETE")
    op.create_index(op.f("ix_passkeys_account_id"), "passkeys", ["account_id"], unique=False)


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        sa.Column("first_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("second_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("opening", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("usable_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("first_index", "second_index", name=op.f("pk_enrolments")),
    )
    _serve("enrolments", "SELECT, INSERT, UPDATE (used_at), UPDATE (stopped_at), DELETE")
    for column in ("account_id", "expires_at"):
        op.create_index(op.f(f"ix_enrolments_{column}"), "enrolments", [column], unique=False)


def _city_links() -> None:
    op.create_table(
        "city_links",
        sa.Column("subject_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("subject_index", name=op.f("pk_city_links")),
        sa.UniqueConstraint("account_id", name=op.f("uq_city_links_account_id")),
    )
    _serve("city_links", "SELECT, INSERT, DELETE")


def _challenges() -> None:
    op.create_table("challenges", *_asked("challenges", "challenge_hash"))
    op.create_table(
        "city_visits",
        *_asked("city_visits", "state_hash"),
        sa.Column("browser_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("first_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("second_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("wanted", sa.String(), nullable=False),
    )
    for table in ("challenges", "city_visits"):
        _serve(table, "SELECT, INSERT, UPDATE (used_at), DELETE")
        op.create_index(op.f(f"ix_{table}_expires_at"), table, ["expires_at"], unique=False)


def _asked(table: str, secret: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(secret, sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("session_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(secret, name=op.f(f"pk_{table}")),
    ]


def _serve(table: str, privileges: str) -> None:
    op.execute(f"GRANT {privileges} ON {table} TO {WEB}")
    op.execute(f"GRANT SELECT ON {table} TO infobank_backup")


def downgrade() -> None:
    """Take this revision back."""
    for table in ("city_visits", "challenges", "city_links", "enrolments", "passkeys"):
        op.drop_table(table)
    op.execute("DELETE FROM sessions")
    op.drop_index(op.f("ix_sessions_account_id"), table_name="sessions")
    op.drop_constraint(op.f("uq_sessions_session_id"), "sessions", type_="unique")
    for column in (
        *("mac", "used_at", "proven_at", "begun_at"),
        *("machine", "browser", "way", "session_id"),
    ):
        op.drop_column("sessions", column)
