"""Codes, tokens and used proofs: tables and statements.

Secrets are kept as hashes.  What may be used once is used by one conditional update.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    LargeBinary,
    Row,
    String,
    Table,
    Uuid,
    delete,
    exists,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.db.consenting.requests import requests
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.oauth.token import StoredCode, StoredToken, TokenKind
from infobank.vocabulary.identifiers import ConsentId, ProviderId, ResidentId

MARGIN = timedelta(minutes=10)
"""How long after its end something is kept: clocks of several machines differ."""

_WEB = "SELECT, INSERT, UPDATE, DELETE"

codes = Table(
    "codes",
    records,
    Column("code_hash", LargeBinary(32), primary_key=True),
    Column("resident_id", Uuid, nullable=False),
    Column("consent_id", Uuid, nullable=False),
    Column("provider_id", Uuid, nullable=False),
    Column("redirect_uri", String, nullable=False),
    Column("code_challenge", String(43), nullable=False),
    Column("jkt", String(43), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("used_at", DateTime(timezone=True)),
    info=declare("secret", web=_WEB),
)

tokens = Table(
    "tokens",
    records,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("resident_id", Uuid, nullable=False),
    Column("consent_id", Uuid, nullable=False),
    Column("provider_id", Uuid, nullable=False),
    Column("jkt", String(43), nullable=False),
    Column("code_hash", LargeBinary(32), nullable=False, index=True),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("revoked_at", DateTime(timezone=True)),
    info=declare("secret", web=_WEB),
)
"""A token points at its consent and carries no rights; `code_hash` is where it came from."""

used_proofs = Table(
    "used_proofs",
    records,
    Column("replay_key", LargeBinary(32), primary_key=True),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    info=declare("secret", web="SELECT, INSERT, DELETE"),
)


async def remember(unit: Unit, replay_key: bytes, expires_at: datetime) -> bool:
    """Note that a proof was used; False when it was used before."""
    noted = await unit.connection.execute(
        upsert(used_proofs)
        .values(replay_key=replay_key, expires_at=expires_at)
        .on_conflict_do_nothing()
        .returning(used_proofs.c.replay_key)
    )
    return noted.first() is not None


async def add_code(unit: Unit, code_hash: bytes, code: StoredCode, provider: ProviderId) -> None:
    """Keep an authorization code."""
    await unit.connection.execute(
        insert(codes).values(
            code_hash=code_hash,
            resident_id=code.resident_id,
            consent_id=code.consent_id,
            provider_id=provider,
            redirect_uri=code.redirect_uri,
            code_challenge=code.code_challenge,
            jkt=code.jkt,
            expires_at=code.expires_at,
        )
    )


async def code_of(unit: Unit, code_hash: bytes) -> StoredCode | None:
    """Return a code, used or not."""
    found = await unit.connection.execute(select(codes).where(codes.c.code_hash == code_hash))
    row = found.first()
    return _code(row) if row else None


async def use_code(unit: Unit, code_hash: bytes, now: datetime) -> bool:
    """Use a code up; False when somebody used it first."""
    used = await unit.connection.execute(
        update(codes)
        .where(codes.c.code_hash == code_hash, codes.c.used_at.is_(None))
        .values(used_at=now)
        .returning(codes.c.code_hash)
    )
    return used.first() is not None


async def add_token(
    unit: Unit, token_hash: bytes, token: StoredToken, provider: ProviderId, code_hash: bytes
) -> None:
    """Keep a token."""
    await unit.connection.execute(
        insert(tokens).values(
            token_hash=token_hash,
            kind=token.kind.value,
            resident_id=token.resident_id,
            consent_id=token.consent_id,
            provider_id=provider,
            jkt=token.jkt,
            code_hash=code_hash,
            expires_at=token.expires_at,
        )
    )


async def token_of(unit: Unit, token_hash: bytes) -> tuple[StoredToken, bytes] | None:
    """Return a token and the hash of the code it came from."""
    found = await unit.connection.execute(select(tokens).where(tokens.c.token_hash == token_hash))
    row = found.first()
    return (to_token(row), row.code_hash) if row else None


async def revoke_issued(unit: Unit, code_hash: bytes, now: datetime) -> None:
    """Revoke every token that came from a code."""
    await unit.connection.execute(
        update(tokens)
        .where(tokens.c.code_hash == code_hash, tokens.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )


async def forget_expired(unit: Unit, now: datetime) -> None:
    """Delete what can never count again: used proofs, tokens, codes, unanswered requests.

    A code stays as long as a token that came from it, so that showing it again revokes.
    """
    over = now - MARGIN
    for table, column in (
        (used_proofs, used_proofs.c.expires_at),
        (tokens, tokens.c.expires_at),
        (requests, requests.c.waits_until),
    ):
        await unit.connection.execute(delete(table).where(column < over))
    issued = exists().where(tokens.c.code_hash == codes.c.code_hash)
    await unit.connection.execute(delete(codes).where(codes.c.expires_at < over, ~issued))


def to_token(row: Row[Any]) -> StoredToken:
    """Build the token a row holds."""
    return StoredToken(
        kind=TokenKind(row.kind),
        client_id=str(row.provider_id),
        jkt=row.jkt,
        consent_id=ConsentId(row.consent_id),
        resident_id=ResidentId(row.resident_id),
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


def _code(row: Row[Any]) -> StoredCode:
    return StoredCode(
        client_id=str(row.provider_id),
        redirect_uri=row.redirect_uri,
        code_challenge=row.code_challenge,
        jkt=row.jkt,
        consent_id=ConsentId(row.consent_id),
        resident_id=ResidentId(row.resident_id),
        expires_at=row.expires_at,
        used_at=row.used_at,
    )
