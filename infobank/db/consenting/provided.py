"""What a provider was given and asked for, a page at a time."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true

from infobank.consent.consent import Consent, ConsentState
from infobank.db.consent import AROUND, consents, to_consent
from infobank.db.consenting.requests import WaitingRequest, requests, to_request
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import ProviderId


async def consents_of(
    unit: Unit,
    provider: ProviderId,
    wanted: tuple[ConsentState | None, str | None],
    now: datetime,
    page: tuple[int, int],
) -> tuple[list[Consent], int]:
    """Return a provider's consents, newest first, and how many there are in all.

    `wanted` are the state at an instant and the purpose, each None for any; `page` is how many
    to pass over, and how many to return.
    """
    state, purpose = wanted
    skip, limit = page
    condition = (consents.c.provider_id == provider) & _stands(state, now)
    if purpose is not None:
        condition &= consents.c.purpose == purpose
    counted = await unit.connection.execute(select(func.count()).where(condition))
    found = await unit.connection.execute(
        select(consents, *AROUND)
        .where(condition)
        .order_by(consents.c.given_at.desc(), consents.c.consent_id)
        .offset(skip)
        .limit(limit)
    )
    return [to_consent(row) for row in found], counted.scalar_one()


async def requests_of(unit: Unit, provider: ProviderId, limit: int) -> list[WaitingRequest]:
    """Return what a provider asked for and is kept, newest first."""
    found = await unit.connection.execute(
        select(requests)
        .where(requests.c.provider_id == provider)
        .order_by(requests.c.pushed_at.desc(), requests.c.request_id)
        .limit(limit)
    )
    return [to_request(row) for row in found]


def _stands(state: ConsentState | None, now: datetime) -> ColumnElement[bool]:
    """Tell of a row what `Consent.state` tells of a consent."""
    kept, begun = consents.c.withdrawn_at.is_(None), consents.c.valid_from <= now
    over = consents.c.valid_until <= now
    if state is None:
        return true()
    return {
        ConsentState.WITHDRAWN: ~kept,
        ConsentState.WAITING: kept & ~begun,
        ConsentState.LIVE: kept & begun & ~over,
        ConsentState.ENDED: kept & begun & over,
    }[state]
