"""Calls: requests to everybody whose mandate admits them, and which consents came of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
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

from infobank.consent.consent import Consent
from infobank.consent.terms import Terms
from infobank.db.consent import consents, to_consent
from infobank.db.consenting.mandates import NOBODY
from infobank.db.consenting.terms import from_terms, to_terms
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import CallId, ProviderId, ResidentId

calls = Table(
    "calls",
    records,
    Column("call_id", Uuid, primary_key=True),
    Column("provider_id", Uuid, nullable=False, index=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False, index=True),
    Column("purpose", String(64), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("items", JSONB, nullable=False),
    Column("valid_from", DateTime(timezone=True), nullable=False),
    Column("valid_until", DateTime(timezone=True), nullable=False),
    Column("retention_days", Integer, nullable=False),
    Column("most_uses", Integer),
    Column("times", Integer),
    Column("per_days", Integer),
    Column("onward", String(16), nullable=False),
    Column("abroad", Boolean, nullable=False),
    Column("benefit", JSONB, nullable=False),
    Column("explicit", ARRAY(String), nullable=False),
    Column("answered_to", Uuid),
    info=declare("reference", web="SELECT, INSERT, UPDATE, DELETE"),
)

call_grants = Table(
    "call_grants",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("call_id", Uuid, primary_key=True),
    Column("consent_id", Uuid, nullable=False),
    Index("ix_call_grants_call_id", "call_id", "consent_id"),
    info=declare("resident", web="SELECT, INSERT, DELETE"),
)
"""One consent a resident for each call: who withdrew it is not asked by the same call again."""


@dataclass(frozen=True)
class Call:
    """A provider's request to everybody whose mandate admits it, while it is kept.

    `answered_to` is the last resident whose mandate was asked, None when all were.
    """

    call_id: CallId
    provider: ProviderId
    terms: Terms
    made_at: datetime
    ends_at: datetime
    answered_to: ResidentId | None = NOBODY


async def add(unit: Unit, call: Call) -> None:
    """Keep a call."""
    await unit.connection.execute(
        insert(calls).values(
            call_id=call.call_id,
            provider_id=call.provider,
            made_at=call.made_at,
            ends_at=call.ends_at,
            answered_to=call.answered_to,
            **from_terms(call.terms),
        )
    )


async def one(unit: Unit, call_id: CallId) -> Call | None:
    """Return a call."""
    found = await unit.connection.execute(select(calls).where(calls.c.call_id == call_id))
    row = found.first()
    return _call(row) if row else None


async def unanswered(unit: Unit, call_id: CallId | None = None) -> Call | None:
    """Return the oldest call that not everybody was asked for, or the one of a name.

    Locked: nobody else answers it until the unit ends.  One that is locked is left out.
    """
    query = select(calls).where(calls.c.answered_to.is_not(None))
    if call_id is not None:
        query = query.where(calls.c.call_id == call_id)
    found = await unit.connection.execute(
        query.order_by(calls.c.made_at, calls.c.call_id).limit(1).with_for_update(skip_locked=True)
    )
    row = found.first()
    return _call(row) if row else None


async def answered(unit: Unit, call: Call, to: ResidentId | None) -> None:
    """Keep how far a call was answered; None is to the end."""
    await unit.connection.execute(
        update(calls).where(calls.c.call_id == call.call_id).values(answered_to=to)
    )


async def begin_again(unit: Unit, now: datetime) -> None:
    """Have every call that is kept at an instant answered from the first resident on."""
    await unit.connection.execute(
        update(calls).where(calls.c.ends_at > now).values(answered_to=NOBODY)
    )


async def granted(unit: Unit, call: Call, residents: Sequence[ResidentId]) -> frozenset[ResidentId]:
    """Return those of the residents from whom a call was given a consent before."""
    found = await unit.connection.execute(
        select(call_grants.c.resident_id).where(
            call_grants.c.call_id == call.call_id, call_grants.c.resident_id.in_(residents)
        )
    )
    return frozenset(ResidentId(resident) for resident in found.scalars())


async def grant(unit: Unit, call: Call, given: Sequence[Consent]) -> None:
    """Keep which consents a call was given."""
    rows = [
        {
            "resident_id": each.resident,
            "call_id": call.call_id,
            "consent_id": each.consent_id,
        }
        for each in given
    ]
    if rows:
        await unit.connection.execute(insert(call_grants), rows)


async def grants(unit: Unit, call: Call, now: datetime) -> list[Consent]:
    """Return the consents that a call was given, those that ended left out."""
    found = await unit.connection.execute(
        select(consents)
        .join(
            call_grants,
            (call_grants.c.resident_id == consents.c.resident_id)
            & (call_grants.c.consent_id == consents.c.consent_id),
        )
        .where(
            call_grants.c.call_id == call.call_id,
            consents.c.withdrawn_at.is_(None),
            consents.c.valid_until > now,
        )
        .order_by(consents.c.consent_id)
    )
    return [to_consent(row) for row in found]


async def forget(unit: Unit, now: datetime) -> None:
    """Delete calls that are kept no more, and who answered them; the consents stay."""
    over = select(calls.c.call_id).where(calls.c.ends_at <= now)
    await unit.connection.execute(delete(call_grants).where(call_grants.c.call_id.in_(over)))
    await unit.connection.execute(delete(calls).where(calls.c.ends_at <= now))


def _call(row: Row[Any]) -> Call:
    return Call(
        call_id=CallId(row.call_id),
        provider=ProviderId(row.provider_id),
        terms=to_terms(row),
        made_at=row.made_at,
        ends_at=row.ends_at,
        answered_to=ResidentId(row.answered_to) if row.answered_to else None,
    )
