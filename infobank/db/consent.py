"""Consents: as they stand, how each of their versions is kept, and how often they were used."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError

from infobank.consent.consent import UNUSED, Consent, Stamp, Uses
from infobank.db.consenting.terms import from_terms, to_terms
from infobank.db.metadata import declare, records
from infobank.db.rights.standing import STANDING, to_standing
from infobank.db.unit import Unit
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, MandateId, ProviderId, ResidentId


def _said() -> list[Column[Any]]:
    """Return the columns of what a consent says in one of its versions."""
    return [
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
    ]


def _said_since() -> list[Column[Any]]:
    """Return the columns that came later, and so stand last."""
    return [
        Column("changed_at", DateTime(timezone=True), nullable=False),
        Column("changed_by", String(16), nullable=False),
        Column("most_uses", Integer),
        Column("times", Integer),
        Column("per_days", Integer),
        Column("onward", String(16), nullable=False),
        Column("abroad", Boolean, nullable=False),
        Column("benefit", JSONB, nullable=False),
        Column("explicit", ARRAY(String), nullable=False),
        Column("mandate_id", Uuid),
    ]


consents = Table(
    "consents",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("consent_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    *_said(),
    Column("over_at", DateTime(timezone=True)),
    *_said_since(),
    Index("ix_consents_provider_id_purpose", "provider_id", "purpose", "resident_id", "consent_id"),
    Index("ix_consents_newest", "provider_id", text("given_at DESC"), "consent_id"),
    Index(
        "ix_consents_mandate_id",
        "consent_id",
        postgresql_where=text("mandate_id IS NOT NULL"),
    ),
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
`changed_at` and `changed_by` are when this version came to be, and on whose word.
"""

consent_versions = Table(
    "consent_versions",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("consent_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    *_said(),
    *_said_since(),
    info=declare("resident", web="SELECT, INSERT, DELETE"),
)
"""Every version of every consent, as its row in `consents` was, mark included."""

consent_uses = Table(
    "consent_uses",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("consent_id", Uuid, primary_key=True),
    Column("total", Integer, nullable=False),
    Column("stretch", Integer, nullable=False),
    Column("recent", Integer, nullable=False),
    info=declare(
        "resident",
        web="SELECT, INSERT, UPDATE, DELETE",
        publisher="SELECT, UPDATE",
        keyservice="SELECT",
    ),
)
"""How often a counted consent was used; the statement that records a permit counts it.

INVARIANT: a counted consent has its row from its first version on.  Without one a list takes it
for unused, and the statement that records finds nothing left to use.
"""

IN_FLIGHT = "hashtextextended(CAST({consent} AS text), 0)"
"""The advisory lock that is held while something is released under a consent."""

USES = """CASE WHEN {consents}.most_uses IS NOT NULL OR {consents}.times IS NOT NULL THEN (
    SELECT ARRAY[u.total, u.stretch, u.recent] FROM consent_uses u
    WHERE u.resident_id = {consents}.resident_id AND u.consent_id = {consents}.consent_id
) END"""
"""An expression over a row of `consents`, by its alias: numbers for `to_consent`."""


def around(consents: str) -> str:
    """Return what is read with a row of `consents`, by its alias, for `to_consent`."""
    standing, uses = STANDING.format(consents=consents), USES.format(consents=consents)
    return f"{standing} AS standing, {uses} AS uses"


AROUND: tuple[ColumnElement[Any], ...] = (
    literal_column(STANDING.format(consents="consents")).label("standing"),
    literal_column(USES.format(consents="consents")).label("uses"),
)

DRAIN = text(f"SELECT pg_advisory_xact_lock({IN_FLIGHT.format(consent=':consent_id')})")

_KEPT = ", ".join(column.name for column in consent_versions.c)
MARK = f"""
WITH marked AS (
    UPDATE consents c SET mac = m.mac
    FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bytea[])
        AS m (resident_id, consent_id, version, mac)
    WHERE c.resident_id = m.resident_id AND c.consent_id = m.consent_id
        AND c.version = m.version
    RETURNING c.*
)
INSERT INTO consent_versions ({_KEPT}) SELECT {_KEPT} FROM marked RETURNING version
"""


async def add(unit: Unit, given: Sequence[Consent]) -> None:
    """Keep new consents."""
    rows = [_row(consent) for consent in given]
    await unit.connection.execute(insert(consents), rows)
    await unit.connection.execute(insert(consent_versions), rows)
    for consent in given:
        await _count(unit, consent)


async def change(unit: Unit, changed: Consent) -> bool:
    """Keep the next version of a consent, its uses too; False when another came before it.

    Waits for every statement that is recording a decision under it.
    """
    row = _row(changed)
    found = await unit.connection.execute(
        update(consents)
        .where(
            consents.c.resident_id == changed.resident,
            consents.c.consent_id == changed.consent_id,
            consents.c.version == changed.version - 1,
            consents.c.withdrawn_at.is_(None),
        )
        .values(over_at=None, **row)
        .returning(consents.c.version)
    )
    if found.first() is None:
        return False
    await unit.connection.execute(insert(consent_versions).values(**row))
    await _count(unit, changed)
    return True


async def locked(unit: Unit, resident: ResidentId, consent_id: ConsentId) -> Consent | None:
    """Return one consent of a resident that nobody changes or uses until the unit ends."""
    condition = (consents.c.resident_id == resident) & (consents.c.consent_id == consent_id)
    await unit.connection.execute(select(consents.c.version).where(condition).with_for_update())
    # Read by a statement of its own: the one that waited for the lock saw older uses.
    return await one(unit, resident, consent_id)


async def of_resident(unit: Unit, resident: ResidentId) -> list[Consent]:
    """Return all of a resident's consents, newest first."""
    return await _all(unit, consents.c.resident_id == resident)


async def of_residents(unit: Unit, residents: Sequence[ResidentId]) -> list[Consent]:
    """Return all consents of many residents."""
    return await _all(unit, consents.c.resident_id.in_(residents))


async def of_provider(unit: Unit, provider: ProviderId, limit: int) -> list[Consent]:
    """Return a provider's newest consents."""
    return await _all(unit, consents.c.provider_id == provider, limit)


async def one(unit: Unit, resident: ResidentId, consent_id: ConsentId) -> Consent | None:
    """Return one consent of a resident."""
    found = await _all(
        unit, (consents.c.resident_id == resident) & (consents.c.consent_id == consent_id)
    )
    return found[0] if found else None


async def withdraw(
    unit: Unit,
    resident: ResidentId,
    consent_id: ConsentId,
    now: datetime,
    by: GivenBy = GivenBy.SELF,
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
        .values(
            withdrawn_at=now,
            changed_at=now,
            changed_by=by.value,
            version=consents.c.version + 1,
            mac=None,
        )
        .returning(*consents.c)
    )
    row = changed.first()
    return to_consent(row) if row else None


async def mark(unit: Unit, marked: Sequence[Consent]) -> None:
    """Keep the key service's marks of consents changed in this unit, and these versions."""
    await unit.fetch(
        MARK,
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
        select(consents, *AROUND)
        .where(condition)
        .order_by(consents.c.given_at.desc(), consents.c.consent_id)
        .limit(limit)
    )
    return [to_consent(row) for row in found]


async def _count(unit: Unit, consent: Consent) -> None:
    """Keep how often a consent was used, where each use is counted."""
    if not consent.terms.counted:
        return
    uses = consent.uses
    row = {"total": uses.total, "stretch": uses.stretch, "recent": uses.recent}
    await unit.connection.execute(
        upsert(consent_uses)
        .values(resident_id=consent.resident, consent_id=consent.consent_id, **row)
        .on_conflict_do_update(index_elements=["resident_id", "consent_id"], set_=row)
    )


def _row(consent: Consent) -> dict[str, object]:
    return {
        "resident_id": consent.resident,
        "consent_id": consent.consent_id,
        "version": consent.version,
        "provider_id": consent.provider,
        **from_terms(consent.terms),
        "given_at": consent.given_at,
        "given_by": consent.given_by.value,
        "policy_digest": consent.policy_digest,
        "withdrawn_at": consent.withdrawn_at,
        "mac": consent.mac,
        "changed_at": consent.changed.at,
        "changed_by": consent.changed.by.value,
        "mandate_id": consent.mandate,
    }


def to_consent(row: Row[Any]) -> Consent:
    """Build the consent a row holds, with what `around` found where that was read."""
    uses = getattr(row, "uses", None)
    return Consent(
        consent_id=ConsentId(row.consent_id),
        version=row.version,
        resident=ResidentId(row.resident_id),
        provider=ProviderId(row.provider_id),
        terms=to_terms(row),
        given_at=row.given_at,
        given_by=GivenBy(row.given_by),
        policy_digest=row.policy_digest,
        withdrawn_at=row.withdrawn_at,
        mandate=MandateId(row.mandate_id) if row.mandate_id else None,
        mac=row.mac or b"",
        standing=to_standing(getattr(row, "standing", ())),
        uses=Uses(*uses) if uses else UNUSED,
        change=Stamp(row.changed_at, GivenBy(row.changed_by)),
    )
