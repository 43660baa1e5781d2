"""Put what is a provider's own in words: to itself, and to the steward who registered it."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent, ConsentState
from infobank.consent.ending.notice import Followed
from infobank.db.consenting.requests import RequestState, WaitingRequest
from infobank.oauth.authorization_details import render
from infobank.oauth.wire.keys import read_public_key
from infobank.usecases.provider.keys import keys_of
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.provider.consents import ProviderConsent, ProviderRequest
from infobank.web.portal.views.provider.keys import CertificateLine, ProviderKey
from infobank.web.portal.views.provider.notices import ProviderNotice
from infobank.web.portal.wording.terms import TermsWriter


def provider_keys(provider: Provider) -> tuple[ProviderKey, ...]:
    """Return a provider's public keys."""
    return tuple(
        ProviderKey(str(jwk["kid"]), key.algorithm, key.thumbprint)
        for jwk, key in ((jwk, read_public_key(jwk)) for jwk in keys_of(provider))
    )


def provider_consents(
    found: Iterable[tuple[str, Consent]], writer: TermsWriter
) -> tuple[ProviderConsent, ...]:
    """Return consents as their provider sees them."""
    return tuple(_consent(subject, consent, writer) for subject, consent in found)


def provider_request(request: WaitingRequest, writer: TermsWriter) -> ProviderRequest:
    """Return a request as its provider sees it; once it is answered, no offer is told."""
    state, offer = request.state(writer.now), request.counter_offer
    offered = offer is not None and state is RequestState.COUNTER_OFFERED
    return ProviderRequest(
        request=str(request.request_id),
        purpose=writer.policies.purpose(request.access.purpose).label,
        items=writer.items(request.access.items),
        state=state,
        asked_at=request.pushed_at,
        open_until=request.waits_until,
        offered=pretty(render(offer.access)) if offer and offered else "",
    )


def provider_notice(
    subject: str, followed: Followed, client: str, writer: TermsWriter
) -> ProviderNotice:
    """Return a notice with what came of it."""
    notice = followed.notice
    claims = {"notice": str(notice.notice_id), "grant_id": str(notice.consent)}
    return ProviderNotice(
        notice=str(notice.notice_id),
        consent=str(notice.consent),
        subject=subject,
        kind=notice.kind,
        items=writer.items(notice.items),
        made_at=notice.made_at,
        deadline=notice.deadline,
        state=followed.state(writer.now),
        deletes=notice.deletes,
        delivered_at=followed.delivered_at,
        acknowledged_at=followed.acknowledged_at,
        stated_at=followed.stated_at,
        attempts=followed.attempts,
        claims=pretty({"iss": client, **claims}),
    )


def certificate_lines(
    provider: Provider, vetting: Text, writer: TermsWriter
) -> tuple[CertificateLine, ...]:
    """Return vetting and certificates: those that the class needs, then the others that it has."""
    known = writer.policies.recipients.get(provider.kind)
    needed = known.certificates if known else frozenset()
    codes = [*sorted(needed), *sorted(provider.certificates.keys() - needed)]
    named = writer.policies.certificates
    return (
        _certificate(vetting, provider.vetted_until, writer, needed=True),
        *(
            _certificate(
                named.get(code, Text(code, code)),
                provider.certificates.get(code),
                writer,
                needed=code in needed,
            )
            for code in codes
        ),
    )


def pretty(document: Sequence[object] | dict[str, str]) -> str:
    """Return a JSON document to copy."""
    return json.dumps(document, ensure_ascii=False, indent=2)


def _certificate(
    label: Text, until: datetime | None, writer: TermsWriter, *, needed: bool
) -> CertificateLine:
    days = (until - writer.now) // timedelta(days=1) if until else -1
    return CertificateLine(label, writer.last_day(until) if until else None, days, needed)


def _consent(subject: str, consent: Consent, writer: TermsWriter) -> ProviderConsent:
    terms = consent.terms
    state = consent.state(writer.now)
    return ProviderConsent(
        consent=str(consent.consent_id),
        subject=subject,
        purpose=writer.policies.purpose(terms.purpose).label,
        items=writer.items(terms.items),
        mode=terms.mode,
        until=writer.last_day(terms.valid_until),
        state=state,
        ended_at=consent.withdrawn_at,
        left=None if terms.most_uses is None else max(0, terms.most_uses - consent.uses.total),
        next_at=_next(consent, state, writer.now),
    )


def _next(consent: Consent, state: ConsentState, now: datetime) -> datetime | None:
    """Return when the next reading is allowed; None where it is now, or never again."""
    frequency, begins = consent.terms.frequency, consent.terms.valid_from
    if state is ConsentState.WAITING:
        return begins
    if state is not ConsentState.LIVE or frequency is None or not consent.too_often(now):
        return None
    again = begins + timedelta(days=frequency.days) * (consent.stretch(now) + 1)
    return again if again < consent.terms.valid_until and not consent.spent() else None
