"""Consents: the table and its statements."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Uuid,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError

from infobank.consent.consent import Consent, Terms
from infobank.db.metadata import declare, records
from infobank.db.rights.standing import STANDING, to_standing
from infobank.db.unit import Unit
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, ProviderId, ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period

consents = Table(
    "consents",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("consent_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("provider_id", Uuid, nullable=False),
    Column("purpose", String(64), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("items", JSONB, nullable=False),
    Column("valid_from", DateTime(timezone=True), nullable=False),
    Column("valid_until", DateTime(timezone=True), nullable=False),
    Column("retention_days", Integer, nullable=False),
    Column("given_at", DateTime(timezone=True), nullable=False),
    Column("given_by", String(16), nullable=False),
    Column("policy_digest", LargeBinary(32), nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("mac", LargeBinary(32)),
    Column("over_at", DateTime(timezone=True)),
    Index("ix_consents_provider_id_purpose", "provider_id", "purpose"),
    Index(
        "ix_consents_valid_until",
        "valid_until",
        postgresql_where=text("withdrawn_at IS NULL AND over_at IS NULL"),
    ),
    info=declare(
        "resident",
        web="SELECT, INSERT, UPDATE, DELETE",
        publisher="SELECT, UPDATE (given_by)",
        keyservice="SELECT",
    ),
)
"""The publisher's UPDATE is what PostgreSQL asks of `FOR SHARE`; it changes no consent.

`over_at` is when it was noted that a consent's time ran out; no decision looks at it.
"""

IN_FLIGHT = "hashtextextended(CAST({consent} AS text), 0)"
"""The advisory lock that is held while something is released under a consent."""

_STANDING: ColumnElement[Any] = literal_column(STANDING.format(consents="consents")).label(
    "standing"
)

DRAIN = text(f"SELECT pg_advisory_xact_lock({IN_FLIGHT.format(consent=':consent_id')})")


async def add(unit: Unit, given: Sequence[Consent]) -> None:
    """Keep new consents."""
    await unit.connection.execute(insert(consents), [_row(consent) for consent in given])


async def of_resident(unit: Unit, resident: ResidentId) -> list[Consent]:
    """Return all of a resident's consents, newest first."""
    return await _all(unit, consents.c.resident_id == resident)


async def of_residents(unit: Unit, residents: Sequence[ResidentId]) -> list[Consent]:
    """Return all consents of many residents."""
    return await _all(unit, consents.c.resident_id.in_(residents))


async def of_provider(unit: Unit, provider: ProviderId, limit: int) -> list[Consent]:
    """Return a provider's newest consents."""
    return await _all(unit, consents.c.provider_id == provider, limit)


async def counts(
    unit: Unit, now: datetime, provider: ProviderId | None = None
) -> dict[ProviderId, tuple[int, int]]:
    """Return how many consents each provider (or one) holds: in force at an instant, and in all."""
    in_force = consents.c.withdrawn_at.is_(None) & (consents.c.valid_until > now)
    query = select(
        consents.c.provider_id, func.count().filter(in_force).label("live"), func.count()
    ).group_by(consents.c.provider_id)
    if provider is not None:
        query = query.where(consents.c.provider_id == provider)
    found = await unit.connection.execute(query)
    return {ProviderId(holder): (live, total) for holder, live, total in found}


async def one(unit: Unit, resident: ResidentId, consent_id: ConsentId) -> Consent | None:
    """Return one consent of a resident."""
    found = await _all(
        unit, (consents.c.resident_id == resident) & (consents.c.consent_id == consent_id)
    )
    return found[0] if found else None


async def live(unit: Unit, provider: ProviderId, purpose: str, now: datetime) -> list[Consent]:
    """Return the consents to one recipient for one purpose that hold at an instant."""
    return await _all(
        unit,
        (consents.c.provider_id == provider)
        & (consents.c.purpose == purpose)
        & consents.c.withdrawn_at.is_(None)
        & (consents.c.valid_from <= now)
        & (consents.c.valid_until > now),
    )


async def withdraw(
    unit: Unit, resident: ResidentId, consent_id: ConsentId, now: datetime
) -> Consent | None:
    """End a consent and grow its version; None when there is none or it was withdrawn before.

    The row's mark no longer fits and is taken off: until `mark` the row counts for nothing.
    Waits for every statement that is recording a decision under it.
    """
    changed = await unit.connection.execute(
        update(consents)
        .where(
            consents.c.resident_id == resident,
            consents.c.consent_id == consent_id,
            consents.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now, version=consents.c.version + 1, mac=None)
        .returning(*consents.c)
    )
    row = changed.first()
    return to_consent(row) if row else None


async def mark(unit: Unit, marked: Sequence[Consent]) -> None:
    """Keep the key service's marks of consents that were changed in this unit."""
    await unit.fetch(
        """
        UPDATE consents c SET mac = m.mac
        FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bytea[])
            AS m (resident_id, consent_id, version, mac)
        WHERE c.resident_id = m.resident_id AND c.consent_id = m.consent_id
            AND c.version = m.version
        RETURNING 1
        """,
        [consent.resident for consent in marked],
        [consent.consent_id for consent in marked],
        [consent.version for consent in marked],
        [consent.mac for consent in marked],
    )


async def drain(unit: Unit, consent_id: ConsentId, patience: str) -> bool:
    """Wait until nothing is in flight under a consent; False when patience (`'2s'`) ran out."""
    await unit.connection.execute(select(func.set_config("lock_timeout", patience, True)))
    try:
        await unit.connection.execute(DRAIN, {"consent_id": str(consent_id)})
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == "55P03":  # lock_not_available
            return False
        raise
    return True


async def _all(unit: Unit, condition: Any, limit: int | None = None) -> list[Consent]:  # noqa: ANN401 - a SQL expression
    found = await unit.connection.execute(
        select(consents, _STANDING)
        .where(condition)
        .order_by(consents.c.given_at.desc(), consents.c.consent_id)
        .limit(limit)
    )
    return [to_consent(row) for row in found]


def _row(consent: Consent) -> dict[str, object]:
    terms = consent.terms
    return {
        "resident_id": consent.resident,
        "consent_id": consent.consent_id,
        "version": consent.version,
        "provider_id": consent.provider,
        "purpose": terms.purpose,
        "mode": terms.mode.value,
        "items": [from_item(item) for item in terms.items],
        "valid_from": terms.valid_from,
        "valid_until": terms.valid_until,
        "retention_days": terms.retention_days,
        "given_at": consent.given_at,
        "given_by": consent.given_by.value,
        "policy_digest": consent.policy_digest,
        "mac": consent.mac,
    }


def from_item(item: Item) -> dict[str, object]:
    """Return an item as the JSON a row holds."""
    return {
        "category": item.category,
        "fields": list(item.fields),
        "first": item.period.first.isoformat(),
        "last": item.period.last.isoformat(),
    }


def to_items(documents: Sequence[dict[str, Any]]) -> tuple[Item, ...]:
    """Build the items that a row's JSON holds."""
    return tuple(
        Item(
            category=document["category"],
            fields=tuple(document["fields"]),
            period=Period(
                date.fromisoformat(document["first"]), date.fromisoformat(document["last"])
            ),
        )
        for document in documents
    )


def to_consent(row: Row[Any]) -> Consent:
    """Build the consent a row holds, with what stands against its use where that was read."""
    return Consent(
        consent_id=ConsentId(row.consent_id),
        version=row.version,
        resident=ResidentId(row.resident_id),
        provider=ProviderId(row.provider_id),
        terms=Terms(
            purpose=row.purpose,
            mode=OutputMode(row.mode),
            items=to_items(row.items),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            retention_days=row.retention_days,
        ),
        given_at=row.given_at,
        given_by=GivenBy(row.given_by),
        policy_digest=row.policy_digest,
        withdrawn_at=row.withdrawn_at,
        mac=row.mac or b"",
        standing=to_standing(getattr(row, "standing", ())),
    )
