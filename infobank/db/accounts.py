"""Residents, accounts, sessions and providers: tables and statements."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    Uuid,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.accounts.account import Account, Role, Session
from infobank.accounts.provider import BANK_DESK, Provider
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import AccountId, ProviderId, ResidentId
from infobank.vocabulary.language import Text

residents = Table(
    "residents",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("synthetic", Boolean, nullable=False),
    info=declare("resident", web="SELECT, INSERT, UPDATE (synthetic)", publisher="SELECT"),
)
"""The web role's UPDATE is what PostgreSQL asks of `FOR UPDATE`; see `lock_residents`."""

source_links = Table(
    "source_links",
    records,
    Column("identifier_index", LargeBinary(32), primary_key=True),
    Column("resident_id", Uuid, nullable=False),
    Index("ix_source_links_resident_id", "resident_id"),
    info=declare("secret", web="SELECT, INSERT"),
)
"""From the keyed index of an identifier in a source to its resident; never the identifier."""

accounts = Table(
    "accounts",
    records,
    Column("handle_index", LargeBinary(32), primary_key=True),
    Column("account_id", Uuid, nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("resident_id", Uuid),
    Column("provider_id", Uuid),
    info=declare("secret", web="SELECT, INSERT"),
)
"""From the keyed index of a sign-in handle to its account; never the handle."""

sessions = Table(
    "sessions",
    records,
    Column("session_hash", LargeBinary(32), primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("ended_at", DateTime(timezone=True)),
    info=declare("secret", web="SELECT, INSERT, UPDATE, DELETE"),
)

providers = Table(
    "providers",
    records,
    Column("provider_id", Uuid, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name_ja", String(80), nullable=False),
    Column("name_en", String(80), nullable=False),
    Column("jwks", JSONB, nullable=False),
    Column("redirect_uris", ARRAY(String), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("vetted_until", DateTime(timezone=True), nullable=False),
    Column("registered_at", DateTime(timezone=True), nullable=False),
    info=declare("reference", web="SELECT, INSERT, UPDATE", publisher="SELECT"),
)


async def add_residents(
    unit: Unit, found: list[ResidentId], opened_at: datetime, *, synthetic: bool
) -> None:
    """Open the accounts' homes of new residents."""
    rows = [
        {"resident_id": resident, "opened_at": opened_at, "synthetic": synthetic}
        for resident in found
    ]
    await unit.connection.execute(insert(residents), rows)


async def lock_residents(unit: Unit, wanted: list[ResidentId]) -> list[ResidentId]:
    """Keep other deposits for these residents out until the unit ends; return those that exist."""
    found = await unit.connection.execute(
        select(residents.c.resident_id)
        .where(residents.c.resident_id.in_(wanted))
        .order_by(residents.c.resident_id)
        .with_for_update()
    )
    return [ResidentId(resident) for resident in found.scalars()]


async def residents_of(unit: Unit, indexes: list[bytes]) -> dict[bytes, ResidentId]:
    """Return the residents that a source's identifiers (as keyed indexes) belong to."""
    found = await unit.connection.execute(
        select(source_links).where(source_links.c.identifier_index.in_(indexes))
    )
    return {row.identifier_index: ResidentId(row.resident_id) for row in found}


async def link_sources(unit: Unit, links: dict[bytes, ResidentId]) -> dict[bytes, ResidentId]:
    """Link identifiers to residents; return those linked, less those somebody linked first."""
    rows = [
        {"identifier_index": index, "resident_id": resident} for index, resident in links.items()
    ]
    linked = await unit.connection.execute(
        upsert(source_links).on_conflict_do_nothing().returning(*source_links.c), rows
    )
    return {row.identifier_index: ResidentId(row.resident_id) for row in linked}


async def add_account(unit: Unit, handle_index: bytes, account: Account) -> bool:
    """Open an account; False when the handle is taken."""
    added = await unit.connection.execute(
        upsert(accounts)
        .values(
            handle_index=handle_index,
            account_id=account.account_id,
            role=account.role.value,
            resident_id=account.resident,
            provider_id=account.provider,
        )
        .on_conflict_do_nothing()
        .returning(accounts.c.account_id)
    )
    return added.first() is not None


async def account_of(unit: Unit, handle_index: bytes) -> Account | None:
    """Return the account a handle (as a keyed index) belongs to."""
    found = await unit.connection.execute(
        select(accounts).where(accounts.c.handle_index == handle_index)
    )
    row = found.first()
    return _account(row) if row else None


async def add_session(
    unit: Unit, session_hash: bytes, account: Account, csrf: str, expires_at: datetime
) -> None:
    """Begin a session, known by the hash of its cookie."""
    await unit.connection.execute(
        insert(sessions).values(
            session_hash=session_hash,
            account_id=account.account_id,
            csrf=csrf,
            expires_at=expires_at,
        )
    )


async def session_of(unit: Unit, session_hash: bytes) -> Session | None:
    """Return a session that was not ended; whether it is still live is the caller's to ask."""
    found = await unit.connection.execute(
        select(sessions.c.csrf, sessions.c.expires_at, accounts)
        .join(accounts, accounts.c.account_id == sessions.c.account_id)
        .where(sessions.c.session_hash == session_hash, sessions.c.ended_at.is_(None))
    )
    row = found.first()
    return Session(_account(row), row.csrf, row.expires_at) if row else None


async def end_session(unit: Unit, session_hash: bytes, now: datetime) -> None:
    """End a session."""
    await unit.connection.execute(
        update(sessions).where(sessions.c.session_hash == session_hash).values(ended_at=now)
    )


async def forget_sessions(unit: Unit, now: datetime) -> None:
    """Delete sessions that are over."""
    await unit.connection.execute(delete(sessions).where(sessions.c.expires_at < now))


async def add_provider(unit: Unit, provider: Provider) -> None:
    """Register a provider."""
    await unit.connection.execute(
        insert(providers).values(
            provider_id=provider.provider_id,
            kind=provider.kind,
            name_ja=provider.name.ja,
            name_en=provider.name.en,
            jwks=dict(provider.jwks),
            redirect_uris=list(provider.redirect_uris),
            active=provider.active,
            vetted_until=provider.vetted_until,
            registered_at=provider.registered_at,
        )
    )


async def provider_of(unit: Unit, provider_id: ProviderId) -> Provider | None:
    """Return one provider."""
    found = await unit.connection.execute(
        select(providers).where(providers.c.provider_id == provider_id)
    )
    row = found.first()
    return to_provider(row) if row else None


async def all_providers(unit: Unit) -> list[Provider]:
    """Return every provider, oldest first."""
    found = await unit.connection.execute(
        select(providers).order_by(providers.c.registered_at, providers.c.provider_id)
    )
    return [to_provider(row) for row in found]


async def publication_desk(unit: Unit) -> Provider | None:
    """Return the bank's own publication desk."""
    found = await unit.connection.execute(select(providers).where(providers.c.kind == BANK_DESK))
    row = found.first()
    return to_provider(row) if row else None


def to_provider(row: Row[tuple[object, ...]]) -> Provider:
    """Build the provider a row of the table holds."""
    return Provider(
        provider_id=ProviderId(row.provider_id),
        kind=row.kind,
        name=Text(row.name_ja, row.name_en),
        jwks=row.jwks,
        redirect_uris=tuple(row.redirect_uris),
        active=row.active,
        vetted_until=row.vetted_until,
        registered_at=row.registered_at,
    )


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        account_id=AccountId(row.account_id),
        role=Role(row.role),
        resident=ResidentId(row.resident_id) if row.resident_id else None,
        provider=ProviderId(row.provider_id) if row.provider_id else None,
    )
