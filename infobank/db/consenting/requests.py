"""Requests of providers: pushed, waiting for a resident, and what she would agree to instead."""

from dataclasses import astuple, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    LargeBinary,
    Row,
    ScalarSelect,
    Table,
    Update,
    Uuid,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from infobank.db.consenting.terms import (
    from_benefit,
    from_item,
    from_text,
    to_benefit,
    to_items,
    to_text,
)
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.oauth.authorization_details import RequestedAccess
from infobank.oauth.authorize import StoredRequest
from infobank.oauth.pushed import WAITING_LIFE, PushedRequest
from infobank.vocabulary.bounds import Frequency, Onward
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, ProviderId, ResidentId
from infobank.vocabulary.outputmode import OutputMode

requests = Table(
    "requests",
    records,
    Column("request_id", Uuid, primary_key=True),
    Column("uri_hash", LargeBinary(32), nullable=False, unique=True),
    Column("provider_id", Uuid, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("pushed_at", DateTime(timezone=True), nullable=False),
    Column("uri_expires_at", DateTime(timezone=True), nullable=False),
    Column("waits_until", DateTime(timezone=True), nullable=False, index=True),
    Column("resident_id", Uuid, index=True),
    Column("decided_at", DateTime(timezone=True)),
    Column("withdrawn", Boolean, nullable=False),
    Column("counter_offer", JSONB(none_as_null=True)),
    Column("counter_mac", LargeBinary(32)),
    Column("consent_id", Uuid),
    info=declare("secret", web="SELECT, INSERT, UPDATE, DELETE"),
)
"""`resident_id` is who opened the request; until then it belongs to nobody.  `decided_at` is
when she answered it, or its provider withdrew it: whoever comes first."""


class RequestState(StrEnum):
    """Where a request stands, as its provider may know it: never why, and never by whom."""

    WAITING = "waiting"
    COUNTER_OFFERED = "counter_offered"
    ANSWERED = "answered"
    """With yes or no: which, the redirect says."""
    WITHDRAWN = "withdrawn"
    """By its provider."""
    OVER = "over"
    """Nobody answered it in time."""


@dataclass(frozen=True)
class CounterOffer:
    """What a resident would agree to instead: less than was asked for, in some way.

    `explicit` are the special-care categories to which she said yes one by one.  `mac` is the
    key service's mark: whoever is given a consent by it needs no second word of hers.
    """

    access: RequestedAccess
    explicit: frozenset[str]
    at: datetime
    by: GivenBy
    mac: bytes = field(default=b"", compare=False, repr=False)

    @property
    def stands_until(self) -> datetime:
        """The instant from which it binds her no more."""
        return self.at + WAITING_LIFE


@dataclass(frozen=True)
class WaitingRequest:
    """A pushed request with its own name, and whose it is.

    `given` is the consent that answered it where no browser brought a code: at the counter.
    """

    request_id: UUID
    provider: ProviderId
    resident: ResidentId | None
    pushed_at: datetime
    waits_until: datetime
    stored: StoredRequest
    withdrawn: bool = False
    counter_offer: CounterOffer | None = None
    given: ConsentId | None = None

    @property
    def access(self) -> RequestedAccess:
        """What is asked for."""
        return self.stored.request.access

    def state(self, now: datetime) -> RequestState:
        """Return where it stands; one that nobody opened in time is over as well."""
        if self.withdrawn:
            return RequestState.WITHDRAWN
        if self.stored.decided_at is not None:
            return RequestState.ANSWERED
        if self.waits_until <= now or (self.resident is None and self.stored.expires_at <= now):
            return RequestState.OVER
        return RequestState.COUNTER_OFFERED if self.counter_offer else RequestState.WAITING


async def add(unit: Unit, request: WaitingRequest, uri_hash: bytes) -> None:
    """Keep a pushed request, found by the hash of its `request_uri`."""
    await unit.connection.execute(
        insert(requests).values(
            request_id=request.request_id,
            uri_hash=uri_hash,
            provider_id=request.provider,
            document=_from_request(request.stored.request),
            pushed_at=request.pushed_at,
            uri_expires_at=request.stored.expires_at,
            waits_until=request.waits_until,
            withdrawn=request.withdrawn,
        )
    )


async def by_uri(unit: Unit, uri_hash: bytes) -> WaitingRequest | None:
    """Return the request that a `request_uri` (as its hash) names."""
    return await _one(unit, requests.c.uri_hash == uri_hash)


async def open_for(unit: Unit, request_id: UUID, resident: ResidentId) -> bool:
    """Give a request to the resident who opened it; False when it is somebody else's."""
    opened = await unit.connection.execute(
        update(requests)
        .where(
            requests.c.request_id == request_id,
            or_(requests.c.resident_id.is_(None), requests.c.resident_id == resident),
        )
        .values(resident_id=resident)
        .returning(requests.c.request_id)
    )
    return opened.first() is not None


async def of_resident(unit: Unit, resident: ResidentId, request_id: UUID) -> WaitingRequest | None:
    """Return a request that this resident opened."""
    return await _one(unit, requests.c.request_id == request_id, requests.c.resident_id == resident)


async def of_provider(unit: Unit, provider: ProviderId, request_id: UUID) -> WaitingRequest | None:
    """Return a request that this provider pushed."""
    return await _one(unit, requests.c.request_id == request_id, requests.c.provider_id == provider)


async def waiting(unit: Unit, resident: ResidentId, now: datetime) -> list[WaitingRequest]:
    """Return the requests that wait for a resident's decision, oldest first."""
    found = await unit.connection.execute(
        select(requests)
        .where(requests.c.resident_id == resident, *_undecided(now))
        .order_by(requests.c.pushed_at)
    )
    return [to_request(row) for row in found]


def counted(resident: ResidentId, now: datetime) -> ScalarSelect[int]:
    """Return the part of a statement that counts a resident's waiting requests."""
    mine = requests.c.resident_id == resident
    return select(func.count()).where(mine, *_undecided(now)).scalar_subquery()


async def decide(
    unit: Unit, resident: ResidentId, request_id: UUID, now: datetime
) -> WaitingRequest | None:
    """Mark a waiting request as decided; None when it is not waiting for this resident."""
    return await _changed(
        unit,
        update(requests)
        .where(requests.c.request_id == request_id, requests.c.resident_id == resident)
        .where(*_undecided(now))
        .values(decided_at=now),
    )


async def note_given(
    unit: Unit, resident: ResidentId, request_id: UUID, consent: ConsentId
) -> None:
    """Keep which consent answered a request, for a provider that no browser brings a code."""
    await unit.connection.execute(
        update(requests)
        .where(requests.c.request_id == request_id, requests.c.resident_id == resident)
        .values(consent_id=consent)
    )


async def withdraw(
    unit: Unit, provider: ProviderId, request_id: UUID, now: datetime
) -> WaitingRequest | None:
    """Mark a waiting request as withdrawn; None when none of this provider's waits."""
    return await _changed(
        unit,
        update(requests)
        .where(requests.c.request_id == request_id, requests.c.provider_id == provider)
        .where(*_undecided(now))
        .values(decided_at=now, withdrawn=True),
    )


async def counter(
    unit: Unit, resident: ResidentId, request_id: UUID, offer: CounterOffer
) -> WaitingRequest | None:
    """Keep a counter-offer, for which the request waits on; None when it does not wait."""
    return await _changed(
        unit,
        update(requests)
        .where(requests.c.request_id == request_id, requests.c.resident_id == resident)
        .where(*_undecided(offer.at))
        .values(
            counter_offer=offer_document(offer),
            counter_mac=offer.mac,
            waits_until=offer.stands_until,
        ),
    )


def offer_document(offer: CounterOffer) -> dict[str, Any]:
    """Return a counter-offer as the JSON a row holds."""
    return {
        **_from_access(offer.access),
        "explicit": sorted(offer.explicit),
        "at": offer.at.isoformat(),
        "by": offer.by.value,
    }


def _undecided(now: datetime) -> tuple[ColumnElement[bool], ...]:
    # INVARIANT: every answer and every withdrawal is conditional on this, so that one wins.
    return requests.c.decided_at.is_(None), requests.c.waits_until > now


async def _one(unit: Unit, *conditions: ColumnElement[bool]) -> WaitingRequest | None:
    found = await unit.connection.execute(select(requests).where(*conditions))
    row = found.first()
    return to_request(row) if row else None


async def _changed(unit: Unit, statement: Update) -> WaitingRequest | None:
    changed = await unit.connection.execute(statement.returning(*requests.c))
    row = changed.first()
    return to_request(row) if row else None


def _from_request(request: PushedRequest) -> dict[str, object]:
    return {
        "redirect_uri": request.redirect_uri,
        "state": request.state,
        "code_challenge": request.code_challenge,
        "jkt": request.jkt,
        "accepts": str(request.accepts) if request.accepts else None,
        **_from_access(request.access),
    }


def _from_access(access: RequestedAccess) -> dict[str, object]:
    return {
        "purpose": access.purpose,
        "mode": access.mode.value,
        "items": [from_item(item) for item in access.items],
        "until": access.until.isoformat(),
        "retention_days": access.retention_days,
        "purpose_text": from_text(access.purpose_text),
        "most_uses": access.most_uses,
        "frequency": list(astuple(access.frequency)) if access.frequency else None,
        "onward": access.onward.value,
        "abroad": access.abroad,
        "benefit": from_benefit(access.benefit),
        "consent": str(access.consent) if access.consent else None,
    }


def _access(document: dict[str, Any]) -> RequestedAccess:
    return RequestedAccess(
        purpose=document["purpose"],
        mode=OutputMode(document["mode"]),
        items=to_items(document["items"]),
        until=date.fromisoformat(document["until"]),
        retention_days=document["retention_days"],
        purpose_text=to_text(document["purpose_text"]),
        most_uses=document["most_uses"],
        frequency=Frequency(*document["frequency"]) if document["frequency"] else None,
        onward=Onward(document["onward"]),
        abroad=document["abroad"],
        benefit=to_benefit(document["benefit"]),
        consent=ConsentId(UUID(document["consent"])) if document["consent"] else None,
    )


def to_request(row: Row[Any]) -> WaitingRequest:
    """Build the request a row holds."""
    document = row.document
    pushed = PushedRequest(
        client_id=str(row.provider_id),
        redirect_uri=document["redirect_uri"],
        state=document["state"],
        code_challenge=document["code_challenge"],
        jkt=document["jkt"],
        access=_access(document),
        accepts=UUID(document["accepts"]) if document["accepts"] else None,
    )
    return WaitingRequest(
        request_id=row.request_id,
        provider=ProviderId(row.provider_id),
        resident=ResidentId(row.resident_id) if row.resident_id else None,
        pushed_at=row.pushed_at,
        waits_until=row.waits_until,
        stored=StoredRequest(pushed, row.uri_expires_at, row.decided_at),
        withdrawn=row.withdrawn,
        counter_offer=_counter_offer(row) if row.counter_offer else None,
        given=ConsentId(row.consent_id) if row.consent_id else None,
    )


def _counter_offer(row: Row[Any]) -> CounterOffer:
    document = row.counter_offer
    return CounterOffer(
        access=_access(document),
        explicit=frozenset(document["explicit"]),
        at=datetime.fromisoformat(document["at"]),
        by=GivenBy(document["by"]),
        mac=row.counter_mac or b"",
    )
