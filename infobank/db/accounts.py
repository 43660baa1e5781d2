"""Residents, accounts and providers: tables and statements."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CHAR,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    Uuid,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.accounts.account import Account, Role
from infobank.accounts.circumstances import KeptCircumstances
from infobank.accounts.provider import BANK_DESK, Provider
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.errors import InvalidInputError
from infobank.vocabulary.identifiers import AccountId, ProviderId, ResidentId
from infobank.vocabulary.text.language import Text

residents = Table(
    "residents",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("of_age_from", DateTime(timezone=True)),
    Column("majority_mac", LargeBinary(32)),
    Column("homes_mac", LargeBinary(32)),
    info=declare(
        "resident",
        web="SELECT, INSERT, UPDATE (synthetic, of_age_from, majority_mac, homes_mac), DELETE",
        publisher="SELECT",
        keyservice="SELECT",
    ),
)
"""The web role's UPDATE is what PostgreSQL asks of `FOR UPDATE` too; see `lock_residents`.

`of_age_from` is when a minor comes of age; an adult from the start has none.  The marks are over
that, and over the households in which `household_members` lists her.
"""

source_links = Table(
    "source_links",
    records,
    Column("identifier_index", LargeBinary(32), primary_key=True),
    Column("resident_id", Uuid, nullable=False),
    Index("ix_source_links_resident_id", "resident_id"),
    info=declare("secret", web="SELECT, INSERT, DELETE"),
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
    info=declare("secret", web="SELECT, INSERT, DELETE"),
)
"""From the keyed index of a sign-in handle to its account; never the handle."""

providers = Table(
    "providers",
    records,
    Column("provider_id", Uuid, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("name_ja", String(80), nullable=False),
    Column("name_en", String(80), nullable=False),
    Column("jwks", JSONB, nullable=False),
    Column("redirect_uris", ARRAY(String), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("vetted_until", DateTime(timezone=True), nullable=False),
    Column("registered_at", DateTime(timezone=True), nullable=False),
    Column("keys_mac", LargeBinary(32)),
    Column("certificate_mac", LargeBinary(32)),
    Column("certificates", JSONB, nullable=False),
    Column("country", CHAR(2), nullable=False),
    info=declare(
        "reference", web="SELECT, INSERT, UPDATE", publisher="SELECT", keyservice="SELECT"
    ),
)


ADD_RESIDENTS = """
INSERT INTO residents (resident_id, opened_at, synthetic, majority_mac, homes_mac)
SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::boolean[], $4::bytea[], $5::bytea[])
"""

KEEP_MARKS = """
UPDATE residents r SET majority_mac = m.majority_mac, homes_mac = m.homes_mac
FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS m (resident_id, majority_mac, homes_mac)
WHERE r.resident_id = m.resident_id
"""

KEEP_HOMES = """
UPDATE residents r SET homes_mac = m.homes_mac
FROM unnest($1::uuid[], $2::bytea[]) AS m (resident_id, homes_mac)
WHERE r.resident_id = m.resident_id
"""

LOCK_RESIDENTS = """
SELECT resident_id FROM residents WHERE resident_id = ANY($1::uuid[])
ORDER BY resident_id FOR UPDATE
"""

RESIDENTS_OF = """
SELECT identifier_index, resident_id FROM source_links WHERE identifier_index = ANY($1::bytea[])
"""

LINK_SOURCES = """
INSERT INTO source_links (identifier_index, resident_id)
SELECT * FROM unnest($1::bytea[], $2::uuid[])
ON CONFLICT DO NOTHING
RETURNING identifier_index, resident_id
"""


async def add_residents(
    unit: Unit,
    found: Mapping[ResidentId, tuple[bytes, bytes]],
    opened_at: datetime,
    *,
    synthetic: bool,
) -> None:
    """Let new residents be known, each with the marks over her majority and her homes."""
    rows = [(resident, opened_at, synthetic, *marks) for resident, marks in found.items()]
    await unit.put(ADD_RESIDENTS, rows)


async def is_synthetic(unit: Unit, resident: ResidentId) -> bool:
    """Tell whether a resident was made up; nobody who is not there was."""
    found = await unit.connection.execute(
        select(residents.c.synthetic).where(residents.c.resident_id == resident)
    )
    return bool(found.scalar_one_or_none())


async def lock_residents(unit: Unit, wanted: list[ResidentId]) -> list[ResidentId]:
    """Keep other deposits for these residents out until the unit ends; return those that exist."""
    return [ResidentId(row[0]) for row in await unit.fetch(LOCK_RESIDENTS, wanted)]


async def residents_of(unit: Unit, indexes: list[bytes]) -> dict[bytes, ResidentId]:
    """Return the residents that a source's identifiers (as keyed indexes) belong to."""
    found = await unit.fetch(RESIDENTS_OF, indexes)
    return {index: ResidentId(resident) for index, resident in found}


async def link_sources(unit: Unit, links: dict[bytes, ResidentId]) -> dict[bytes, ResidentId]:
    """Link identifiers to residents; return those linked, less those somebody linked first."""
    linked = await unit.fetch(LINK_SOURCES, list(links), list(links.values()))
    return {index: ResidentId(resident) for index, resident in linked}


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
    return to_account(row) if row else None


async def resident_account(unit: Unit, handle_index: bytes) -> tuple[ResidentId, AccountId]:
    """Return the resident who signs in with a handle (as a keyed index), and her account.

    Raises:
        InvalidInputError: no resident does.
    """
    account = await account_of(unit, handle_index)
    if account is None or account.resident is None:
        raise InvalidInputError("no resident signs in with this name", field="handle")
    return account.resident, account.account_id


async def account_by_id(unit: Unit, account: AccountId) -> Account | None:
    """Return an account as it stands now."""
    found = await unit.connection.execute(select(accounts).where(accounts.c.account_id == account))
    row = found.first()
    return to_account(row) if row else None


async def with_account(
    unit: Unit, table: Table, *where: ColumnElement[bool]
) -> tuple[Row[Any], Account] | None:
    """Return a row of a table that names an account, and that account as it stands now."""
    found = await unit.connection.execute(
        select(table, accounts.c.role, accounts.c.resident_id, accounts.c.provider_id)
        .join(accounts, accounts.c.account_id == table.c.account_id)
        .where(*where)
    )
    row = found.first()
    return None if row is None else (row, to_account(row))


async def keep_majority(unit: Unit, resident: ResidentId, at: datetime, mac: bytes) -> None:
    """Keep that a resident is a minor, and until when."""
    await unit.connection.execute(
        update(residents)
        .where(residents.c.resident_id == resident)
        .values(of_age_from=at, majority_mac=mac)
    )


async def unmarked(unit: Unit, limit: int) -> list[ResidentId]:
    """Return residents who have neither mark; nobody else changes them until the unit ends."""
    found = await unit.connection.execute(
        select(residents.c.resident_id)
        .where(residents.c.majority_mac.is_(None), residents.c.homes_mac.is_(None))
        .order_by(residents.c.resident_id)
        .limit(limit)
        .with_for_update()
    )
    return [ResidentId(resident) for resident in found.scalars()]


async def keep_marks(unit: Unit, marked: Sequence[KeptCircumstances]) -> None:
    """Keep the marks over what stands in residents' own rows."""
    await unit.put(
        KEEP_MARKS, [(each.resident, each.majority_mac, each.homes_mac) for each in marked]
    )


async def keep_homes(unit: Unit, marks: Mapping[ResidentId, bytes]) -> None:
    """Keep the marks over where residents live."""
    await unit.put(KEEP_HOMES, list(marks.items()))


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
            keys_mac=provider.keys_mac,
            certificate_mac=provider.certificate_mac,
            certificates=_certificates(provider),
            country=provider.country,
        )
    )


async def provider_of(unit: Unit, provider_id: ProviderId) -> Provider | None:
    """Return one provider."""
    found = await unit.connection.execute(
        select(providers).where(providers.c.provider_id == provider_id)
    )
    row = found.first()
    return to_provider(row) if row else None


async def locked_provider(unit: Unit, provider_id: ProviderId) -> Provider | None:
    """Return one provider that nobody else changes until the unit ends."""
    found = await unit.connection.execute(
        select(providers).where(providers.c.provider_id == provider_id).with_for_update()
    )
    row = found.first()
    return to_provider(row) if row else None


async def keep_provider(unit: Unit, provider: Provider) -> None:
    """Keep keys, vetting and certificates of a provider that `locked_provider` returned."""
    await unit.connection.execute(
        update(providers)
        .where(providers.c.provider_id == provider.provider_id)
        .values(
            jwks=dict(provider.jwks),
            keys_mac=provider.keys_mac,
            vetted_until=provider.vetted_until,
            certificates=_certificates(provider),
            certificate_mac=provider.certificate_mac,
        )
    )


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


def _certificates(provider: Provider) -> dict[str, str]:
    return {kind: until.isoformat() for kind, until in provider.certificates.items()}


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
        keys_mac=row.keys_mac or b"",
        certificate_mac=row.certificate_mac or b"",
        certificates={
            kind: datetime.fromisoformat(until) for kind, until in row.certificates.items()
        },
        country=row.country,
    )


def to_account(row: Row[tuple[object, ...]]) -> Account:
    """Build the account a row of the table holds."""
    return Account(
        account_id=AccountId(row.account_id),
        role=Role(row.role),
        resident=ResidentId(row.resident_id) if row.resident_id else None,
        provider=ProviderId(row.provider_id) if row.provider_id else None,
    )
