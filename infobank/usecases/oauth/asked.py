"""What a request asks for, as terms and back; whether one keeps to another; its log entries."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from infobank.accesslog.entry import Entry, EntryKind, FieldValue
from infobank.clock import day_begins, day_in
from infobank.consent.terms import Terms
from infobank.db.consenting.requests import WaitingRequest
from infobank.oauth.authorization_details import RequestedAccess
from infobank.oauth.errors import InvalidAuthorizationDetailsError
from infobank.usecases.rights.entries import by_whom
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.rules.policies import Policies

_NOTHING: Mapping[str, FieldValue] = {}


def asked_terms(access: RequestedAccess, now: datetime, zone: str) -> Terms:
    """Return a request as the terms of a consent; its last day is included whole."""
    return Terms(
        purpose=access.purpose,
        mode=access.mode,
        items=access.items,
        valid_from=now,
        valid_until=day_begins(zone, access.until + timedelta(days=1)),
        retention_days=access.retention_days,
        most_uses=access.most_uses,
        frequency=access.frequency,
        onward=access.onward,
        abroad=access.abroad,
        benefit=access.benefit,
    )


def check_in_use(access: RequestedAccess, policies: Policies, now: datetime) -> None:
    """Accept a request for a purpose that is still in use.

    Raises:
        InvalidAuthorizationDetailsError: the purpose was retired.
    """
    if policies.purpose(access.purpose).retired(now):
        raise InvalidAuthorizationDetailsError("purpose: it was retired")


def offered_access(asked: RequestedAccess, terms: Terms, zone: str) -> RequestedAccess:
    """Return terms that a resident offers as the request that would ask for them."""
    return replace(
        asked,
        items=terms.items,
        until=day_in(zone, terms.valid_until) - timedelta(days=1),
        retention_days=terms.retention_days,
        most_uses=terms.most_uses,
        frequency=terms.frequency,
        onward=terms.onward,
        abroad=terms.abroad,
        benefit=terms.benefit,
    )


def keeps_to(offer: RequestedAccess, asked: RequestedAccess, now: datetime, zone: str) -> bool:
    """Tell whether a request asks for nothing beyond an offer, in the same words."""
    return (
        (asked.consent, asked.purpose_text) == (offer.consent, offer.purpose_text)
        and asked.benefit.words == offer.benefit.words
        and day_in(zone, now) <= asked.until <= offer.until
        and asked_terms(offer, now, zone).covers(asked_terms(asked, now, zone))
    )


def request_entry(
    kind: EntryKind,
    request: WaitingRequest,
    now: datetime,
    by: GivenBy = GivenBy.SELF,
    hidden: Mapping[str, FieldValue] = _NOTHING,
) -> Entry:
    """Return the log's entry about a request that was answered or withdrawn."""
    access = request.access
    return Entry(
        kind=kind,
        at=now,
        resident=request.resident,
        shown={
            "provider": str(request.provider),
            "purpose": access.purpose,
            "mode": access.mode.value,
            **by_whom(by),
        },
        hidden={"request": str(request.request_id), **hidden},
    )
