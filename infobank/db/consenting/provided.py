"""What a provider was given and asked for, a page at a time, and how much of it there is."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select, true

from infobank.consent.consent import Consent, ConsentState
from infobank.db.consent import AROUND, consents, to_consent
from infobank.db.consenting.requests import WaitingRequest, requests, to_request
from infobank.db.unit import Unit
from infobank.vocabulary.counted import Counted
from infobank.vocabulary.identifiers import ProviderId

_COUNTED = """(SELECT count(*) FROM (
    SELECT FROM consents c WHERE c.provider_id = w.provider_id {further}
    ORDER BY c.purpose, c.resident_id, c.consent_id LIMIT {most}
) counted)"""
"""INVARIANT: the order is an index's.  Without one the bound invites to read the whole table."""
_IN_FORCE = "AND c.withdrawn_at IS NULL AND c.valid_until > $1::timestamptz"
_OF_PURPOSE = "AND c.purpose = w.purpose"


class Held(NamedTuple):
    """How many consents somebody holds: in force, and in all."""

    live: Counted
    total: Counted


async def held(
    unit: Unit, providers: Iterable[ProviderId], now: datetime, most: int
) -> Mapping[ProviderId, Held]:
    """Return how many consents each provider holds; at most `most` are counted."""
    statement = f"""SELECT w.provider_id, {_count(most, _IN_FORCE)}, {_count(most)}
    FROM unnest($2::uuid[]) w (provider_id)"""
    found = await unit.fetch(statement, now, list(providers))
    return {ProviderId(row[0]): _held(row[1:], most) for row in found}


async def held_by_purpose(
    unit: Unit, provider: ProviderId, purposes: Iterable[str], now: datetime, most: int
) -> Mapping[str, Held]:
    """Return how many consents a provider holds for those of these purposes that it has any for."""
    counted = (_count(most, _OF_PURPOSE + further) for further in (f" {_IN_FORCE}", ""))
    statement = f"""SELECT w.purpose, {", ".join(counted)}
    FROM (SELECT $2::uuid AS provider_id, unnest($3::text[]) AS purpose) w ORDER BY w.purpose"""
    found = await unit.fetch(statement, now, provider, list(purposes))
    return {row[0]: _held(row[1:], most) for row in found if row[2]}


async def consents_of(
    unit: Unit,
    provider: ProviderId,
    wanted: tuple[ConsentState | None, str | None],
    now: datetime,
    page: tuple[int, int],
    *,
    most: int,
) -> tuple[list[Consent], Counted]:
    """Return a provider's consents, newest first, and how many there are; at most `most` count.

    `wanted` are the state at an instant and the purpose, each None for any; `page` is how many
    to pass over, and how many to return.
    """
    state, purpose = wanted
    skip, limit = page
    condition = (consents.c.provider_id == provider) & _stands(state, now)
    if purpose is not None:
        condition &= consents.c.purpose == purpose
    keys = (consents.c.purpose, consents.c.resident_id, consents.c.consent_id)
    bounded = select(consents.c.consent_id).where(condition).order_by(*keys).limit(most + 1)
    counted = await unit.connection.execute(select(func.count()).select_from(bounded.subquery()))
    found = await unit.connection.execute(
        select(consents, *AROUND)
        .where(condition)
        .order_by(consents.c.given_at.desc(), consents.c.consent_id)
        .offset(skip)
        .limit(limit)
    )
    return [to_consent(row) for row in found], Counted.of(counted.scalar_one(), most)


async def requests_of(unit: Unit, provider: ProviderId, limit: int) -> list[WaitingRequest]:
    """Return what a provider asked for and is kept, newest first."""
    found = await unit.connection.execute(
        select(requests)
        .where(requests.c.provider_id == provider)
        .order_by(requests.c.pushed_at.desc(), requests.c.request_id)
        .limit(limit)
    )
    return [to_request(row) for row in found]


def _count(most: int, further: str = "") -> str:
    return _COUNTED.format(further=further, most=most + 1)


def _held(found: tuple[int, int], most: int) -> Held:
    live, total = found
    return Held(Counted.of(live, most), Counted.of(total, most))


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
