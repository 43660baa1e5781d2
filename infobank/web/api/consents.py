"""A resident lists and withdraws her consents."""

from datetime import datetime

from aiohttp import web

from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent
from infobank.consent.ending.notice import Afterwards
from infobank.consent.errors import UnknownConsentError
from infobank.vocabulary.identifiers import ConsentId
from infobank.web.api.bodies import json_body
from infobank.web.api.notices.documents import WithdrawDocument
from infobank.web.api.schemas import ConsentDocument, read
from infobank.web.named import named
from infobank.web.state import BANK, PRINCIPAL

WITHDRAW = WithdrawDocument()


async def listing(request: web.Request) -> web.Response:
    """List the resident's consents, newest first."""
    bank = request.app[BANK]
    found = await bank.review.of_resident(request[PRINCIPAL].resident)
    now = bank.clock.now()
    return web.json_response(
        {"consents": [consent_document(consent, provider, now) for consent, provider in found]}
    )


async def withdraw(request: web.Request) -> web.Response:
    """Withdraw a consent; when this answers, nothing more is released under it."""
    bank = request.app[BANK]
    principal, consent_id = request[PRINCIPAL], consent_in(request)
    resident = principal.resident
    document = read(WITHDRAW, await json_body(request) if request.body_exists else {})
    afterwards = Afterwards(document["afterwards"])
    withdrawn = await bank.withdraw(resident, consent_id, principal.by, afterwards)
    _, provider = await bank.review.one(resident, consent_id)
    return web.json_response(consent_document(withdrawn, provider, bank.clock.now()))


def consent_in(request: web.Request) -> ConsentId:
    """Return the consent a request's address names.

    Raises:
        UnknownConsentError: the address holds no identifier.
    """
    return ConsentId(named(request, "consent", UnknownConsentError))


def consent_document(consent: Consent, provider: Provider, now: datetime) -> object:
    """Return a consent as its resident sees it."""
    terms = consent.terms
    words = terms.benefit.words
    return ConsentDocument().dump(
        {
            "consent": consent.consent_id,
            "version": consent.version,
            "provider": provider.provider_id,
            "provider_name": {"ja": provider.name.ja, "en": provider.name.en},
            "purpose": terms.purpose,
            "mode": terms.mode.value,
            "items": [
                {
                    "category": item.category,
                    "fields_": item.fields,
                    "period": {"from_": item.period.first, "to": item.period.last},
                    "precision": item.precision.steps,
                }
                for item in terms.items
            ],
            "valid_from": terms.valid_from,
            "valid_until": terms.valid_until,
            "retention_days": terms.retention_days,
            "most_uses": terms.most_uses,
            "frequency": terms.frequency,
            "onward": terms.onward.value,
            "abroad": terms.abroad,
            "benefit": {
                "points": terms.benefit.points,
                "words": {"ja": words.ja, "en": words.en} if words else None,
            },
            "explicit": sorted(terms.explicit),
            "given_by": consent.given_by.value,
            "mandate": consent.mandate,
            "state": consent.state(now).value,
            "withdrawn_at": consent.withdrawn_at,
        }
    )
