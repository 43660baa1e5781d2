"""Requests at the rights desk: the table and its statements."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    Uuid,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from infobank.accounts.rights import Right, RightsRequest, Status, Step, Subject, Tally
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ProviderId, ResidentId

rights_requests = Table(
    "rights_requests",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("request_id", Uuid, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("given_by", String(16), nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("due", Date, nullable=False),
    Column("category", String(64), nullable=False),
    Column("provider_id", Uuid),
    Column("purpose", String(64), nullable=False),
    Column("steps", JSONB, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("sealed_value", LargeBinary, nullable=False),
    Index("ix_rights_requests_due", "due", postgresql_where=text("status = 'received'")),
    info=declare(
        "resident",
        web="SELECT, INSERT, UPDATE, DELETE",
        publisher="SELECT",
        keyservice="SELECT",
    ),
)
"""What a correction is about is sealed; what stops a use is read by every decision."""


async def add(unit: Unit, request: RightsRequest) -> None:
    """Keep a new request."""
    await unit.connection.execute(insert(rights_requests).values(**_row(request)))


async def keep(unit: Unit, request: RightsRequest) -> None:
    """Keep a request that was returned locked, as it stands now."""
    await unit.connection.execute(
        update(rights_requests)
        .where(
            rights_requests.c.resident_id == request.resident,
            rights_requests.c.request_id == request.request_id,
        )
        .values(
            status=request.status.value,
            steps=_row(request)["steps"],
            sealed_value=request.sealed_value,
        )
    )


async def keep_sealed(unit: Unit, request: RightsRequest) -> None:
    """Keep what a request is about as it was sealed anew."""
    await unit.connection.execute(
        update(rights_requests)
        .where(
            rights_requests.c.resident_id == request.resident,
            rights_requests.c.request_id == request.request_id,
        )
        .values(sealed=request.sealed, sealed_value=request.sealed_value)
    )


async def of_resident(
    unit: Unit, resident: ResidentId, *, lock: bool = False
) -> list[RightsRequest]:
    """Return all of a resident's requests, newest first; locked, nobody else moves them."""
    query = (
        select(rights_requests)
        .where(rights_requests.c.resident_id == resident)
        .order_by(rights_requests.c.asked_at.desc(), rights_requests.c.request_id)
    )
    found = await unit.connection.execute(query.with_for_update() if lock else query)
    return [to_request(row) for row in found]


async def one(
    unit: Unit, resident: ResidentId, request_id: object, *, lock: bool = False
) -> RightsRequest | None:
    """Return one request of a resident; locked, nobody else moves it until the unit ends."""
    query = select(rights_requests).where(
        rights_requests.c.resident_id == resident,
        rights_requests.c.request_id == request_id,
    )
    row = (await unit.connection.execute(query.with_for_update() if lock else query)).first()
    return to_request(row) if row else None


async def waiting(unit: Unit, limit: int) -> list[RightsRequest]:
    """Return the requests that the bank has to decide, those due first."""
    found = await unit.connection.execute(
        select(rights_requests)
        .where(rights_requests.c.status == Status.RECEIVED.value)
        .order_by(rights_requests.c.due, rights_requests.c.asked_at)
        .limit(limit)
    )
    return [to_request(row) for row in found]


async def closing(unit: Unit, before: datetime) -> list[RightsRequest]:
    """Return the closures that were asked for before an instant and are not done."""
    found = await unit.connection.execute(
        select(rights_requests).where(
            rights_requests.c.kind == Right.CLOSURE.value,
            rights_requests.c.status == Status.RECEIVED.value,
            rights_requests.c.asked_at < before,
        )
    )
    return [to_request(row) for row in found]


async def one_waiting(unit: Unit, request_id: object) -> RightsRequest | None:
    """Return one request that the bank has to decide, by its name alone; locked."""
    found = await unit.connection.execute(
        select(rights_requests)
        .where(
            rights_requests.c.request_id == request_id,
            rights_requests.c.status == Status.RECEIVED.value,
        )
        .with_for_update()
    )
    row = found.first()
    return to_request(row) if row else None


async def standing(
    unit: Unit, resident: ResidentId, right: Right, subject: Subject
) -> RightsRequest | None:
    """Return the resident's request that stops exactly this, if one stands."""
    found = await of_resident(unit, resident)
    return next(
        (
            each
            for each in found
            if each.status is Status.STANDING and each.right is right and each.subject == subject
        ),
        None,
    )


async def objecting(
    unit: Unit, residents: list[ResidentId], provider: ProviderId, purpose: str
) -> list[ResidentId]:
    """Return those of the residents who object to a recipient's use for a purpose."""
    found = await unit.connection.execute(
        select(rights_requests.c.resident_id).where(
            rights_requests.c.resident_id.in_(residents),
            rights_requests.c.status == Status.STANDING.value,
            rights_requests.c.kind == Right.OBJECTION.value,
            rights_requests.c.provider_id == provider,
            rights_requests.c.purpose == purpose,
        )
    )
    return [ResidentId(resident) for resident in found.scalars()]


async def objections_to(unit: Unit, provider: ProviderId) -> int:
    """Return how many residents object to a recipient now."""
    found = await unit.connection.execute(
        select(func.count()).where(
            rights_requests.c.provider_id == provider,
            rights_requests.c.status == Status.STANDING.value,
            rights_requests.c.kind == Right.OBJECTION.value,
        )
    )
    return found.scalar_one()


async def tallied(unit: Unit, today: date) -> list[Tally]:
    """Return how many requests of each kind stand where, and how many of them are overdue."""
    received = rights_requests.c.status == Status.RECEIVED.value
    found = await unit.connection.execute(
        select(
            rights_requests.c.kind,
            rights_requests.c.status,
            func.count(),
            func.count().filter(received & (rights_requests.c.due < today)),
            func.min(rights_requests.c.due).filter(received),
        )
        .group_by(rights_requests.c.kind, rights_requests.c.status)
        .order_by(rights_requests.c.kind, rights_requests.c.status)
    )
    return [Tally(Right(row[0]), Status(row[1]), *row[2:]) for row in found]


def _row(request: RightsRequest) -> dict[str, object]:
    return {
        "resident_id": request.resident,
        "request_id": request.request_id,
        "kind": request.right.value,
        "status": request.status.value,
        "given_by": request.by.value,
        "asked_at": request.asked_at,
        "due": request.due,
        "category": request.subject.category,
        "provider_id": request.subject.provider,
        "purpose": request.subject.purpose,
        "steps": [
            [step.at.isoformat(), step.status.value, step.by, step.reason] for step in request.steps
        ],
        "sealed": request.sealed,
        "sealed_value": request.sealed_value,
    }


def to_request(row: Row[Any]) -> RightsRequest:
    """Build the request a row holds."""
    return RightsRequest(
        request_id=row.request_id,
        resident=ResidentId(row.resident_id),
        right=Right(row.kind),
        by=GivenBy(row.given_by),
        subject=Subject(
            category=row.category,
            provider=ProviderId(row.provider_id) if row.provider_id else None,
            purpose=row.purpose,
        ),
        due=row.due,
        steps=tuple(_step(step) for step in row.steps),
        sealed=row.sealed,
        sealed_value=row.sealed_value,
    )


def _step(step: list[str]) -> Step:
    at, status, by, reason = step
    return Step(datetime.fromisoformat(at), Status(status), by, reason)
