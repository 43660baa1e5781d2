"""Erasures: what was begun, the receipt of what was done, and the rows that go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    LargeBinary,
    Row,
    Table,
    Uuid,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)

from infobank.accesslog.entry import EntryRef
from infobank.accounts.rights import Status
from infobank.consent.consent import Consent
from infobank.db.accounts import accounts, residents, source_links
from infobank.db.consent import consent_uses, consent_versions, consents, to_consent
from infobank.db.consenting.answers import answers_given
from infobank.db.consenting.calls import call_grants
from infobank.db.consenting.households import household_agreements, household_members
from infobank.db.consenting.mandates import mandate_versions, mandates
from infobank.db.consenting.requests import requests
from infobank.db.consenting.told import told
from infobank.db.entrance.closing import close_accounts
from infobank.db.letters.contacts import contacts
from infobank.db.letters.letters import letters
from infobank.db.metadata import declare, records
from infobank.db.oauth import codes, tokens
from infobank.db.rights import approvals, counter
from infobank.db.rights.proxies import proxies
from infobank.db.rights.requests import rights_requests
from infobank.db.unit import Unit
from infobank.db.vault import blocks, manifests
from infobank.vault.ending.receipt import SignedReceipt
from infobank.vocabulary.identifiers import ResidentId

erasures = Table(
    "erasures",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("receipt_id", Uuid, nullable=False, index=True),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("writer_id", LargeBinary(16), nullable=False),
    Column("writer_seq", BigInteger, nullable=False),
    Column("done_at", DateTime(timezone=True)),
    Column("receipt", LargeBinary),
    Column("signature", LargeBinary(64)),
    Index("ix_erasures_begun_at", "begun_at", postgresql_where=text("done_at IS NULL")),
    info=declare("resident", web="SELECT, INSERT, UPDATE"),
)
"""`writer_id` and `writer_seq` name the entry that stands for it: the intent's, then the end's."""

LAST_PROVISION = """
SELECT max(document #>> '{fields,1,1}') AS at
FROM (
    SELECT convert_from(shown, 'UTF8')::jsonb AS document FROM log_entries
    WHERE resident_id = $1 AND effect = 1
    UNION ALL
    SELECT convert_from(shown, 'UTF8')::jsonb FROM log_pending
    WHERE resident_id = $1 AND effect = 1
) e
WHERE document #>> '{fields,0,1}' = 'permit'
    AND NOT jsonb_path_exists(document, '$.fields[*] ? (@[0] == "mode" && @[1] == "statistics")')
"""


@dataclass(frozen=True)
class Erasure:
    """An erasure that was begun: `document` and `signature` are its receipt once it is done."""

    resident: ResidentId
    receipt_id: UUID
    begun_at: datetime
    entry: EntryRef
    document: bytes | None = None
    signature: bytes | None = None


async def of_resident(unit: Unit, resident: ResidentId, *, lock: bool = False) -> Erasure | None:
    """Return a resident's erasure; locked, nobody else carries it on until the unit ends."""
    query = select(erasures).where(erasures.c.resident_id == resident)
    found = await unit.connection.execute(query.with_for_update() if lock else query)
    row = found.first()
    return _erasure(row) if row else None


async def begin(unit: Unit, erasure: Erasure) -> None:
    """Keep an erasure that was decided."""
    await unit.connection.execute(
        insert(erasures).values(
            resident_id=erasure.resident,
            receipt_id=erasure.receipt_id,
            begun_at=erasure.begun_at,
            writer_id=erasure.entry.writer_id,
            writer_seq=erasure.entry.seq,
        )
    )


async def finish(
    unit: Unit, resident: ResidentId, now: datetime, entry: EntryRef, receipt: SignedReceipt
) -> None:
    """Keep the receipt of an erasure that is complete, and which entry states it."""
    await unit.connection.execute(
        update(erasures)
        .where(erasures.c.resident_id == resident)
        .values(
            done_at=now,
            writer_id=entry.writer_id,
            writer_seq=entry.seq,
            receipt=receipt.document,
            signature=receipt.signature,
        )
    )


async def of_receipt(unit: Unit, receipt_id: UUID) -> Erasure | None:
    """Return the erasure that a receipt's number names."""
    found = await unit.connection.execute(
        select(erasures).where(erasures.c.receipt_id == receipt_id)
    )
    row = found.first()
    return _erasure(row) if row else None


async def unfinished(unit: Unit, before: datetime, limit: int) -> list[ResidentId]:
    """Return residents whose erasure began before an instant and is not complete."""
    found = await unit.connection.execute(
        select(erasures.c.resident_id)
        .where(erasures.c.done_at.is_(None), erasures.c.begun_at < before)
        .order_by(erasures.c.begun_at)
        .limit(limit)
    )
    return [ResidentId(resident) for resident in found.scalars()]


async def last_provision(unit: Unit, resident: ResidentId) -> datetime | None:
    """Return when records or answers last went to a provider; None when they never did."""
    (row,) = await unit.fetch(LAST_PROVISION, resident)
    return datetime.fromisoformat(row.at) if row.at else None


async def withdraw_all(unit: Unit, resident: ResidentId, now: datetime) -> Sequence[Consent]:
    """End all of a resident's consents and grow their versions; return those that changed.

    Waits for every statement that is recording a decision under one of them.  Her mandates go
    first: no consent is given under them meanwhile.
    """
    await unit.connection.execute(delete(mandates).where(mandates.c.resident_id == resident))
    changed = await unit.connection.execute(
        update(consents)
        .where(consents.c.resident_id == resident, consents.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now, changed_at=now, version=consents.c.version + 1, mac=None)
        .returning(*consents.c)
    )
    return [to_consent(row) for row in changed]


async def shut_out(unit: Unit, resident: ResidentId, now: datetime) -> None:
    """Close every way in: accounts, sessions of whoever acts for her, tokens, codes, requests."""
    mine = select(accounts.c.account_id).where(accounts.c.resident_id == resident)
    await unit.connection.execute(
        update(proxies)
        .where(
            or_(proxies.c.resident_id == resident, proxies.c.account_id.in_(mine)),
            proxies.c.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    await close_accounts(unit, resident)
    await approvals.forget_resident(unit, resident)
    await counter.forget_resident(unit, resident)
    for table in (tokens, codes, requests):
        await unit.connection.execute(delete(table).where(table.c.resident_id == resident))


async def delete_rows(unit: Unit, resident: ResidentId) -> None:
    """Delete what the bank holds of a resident, but for the access log and the erasure itself."""
    for table in (
        *(blocks, manifests, source_links, proxies, residents),
        *(consents, consent_versions, consent_uses),
        *(household_members, household_agreements, answers_given),
        *(mandates, mandate_versions, call_grants, told),
        *(contacts, letters),
    ):
        await unit.connection.execute(delete(table).where(table.c.resident_id == resident))
    # A request that nobody answered yet is the rights desk's to end; `forget_requests` follows.
    await unit.connection.execute(
        delete(rights_requests).where(
            rights_requests.c.resident_id == resident,
            rights_requests.c.status != Status.RECEIVED.value,
        )
    )


async def forget_requests(unit: Unit, limit: int) -> int:
    """Delete what the rights desk ended after its resident was erased; return how many."""
    over = (
        select(rights_requests.c.resident_id, rights_requests.c.request_id)
        .join(erasures, erasures.c.resident_id == rights_requests.c.resident_id)
        .where(erasures.c.done_at.is_not(None), rights_requests.c.status != Status.RECEIVED.value)
        .limit(limit)
        .cte("over")
    )
    gone = await unit.connection.execute(
        delete(rights_requests)
        .where(
            rights_requests.c.resident_id == over.c.resident_id,
            rights_requests.c.request_id == over.c.request_id,
        )
        .returning(rights_requests.c.request_id)
    )
    return len(gone.all())


def _erasure(row: Row[Any]) -> Erasure:
    return Erasure(
        resident=ResidentId(row.resident_id),
        receipt_id=row.receipt_id,
        begun_at=row.begun_at,
        entry=EntryRef(row.writer_id, row.writer_seq),
        document=row.receipt,
        signature=row.signature,
    )
