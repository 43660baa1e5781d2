"""A resident lists and withdraws her consents."""

from datetime import datetime
from uuid import UUID

from aiohttp import web

from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent
from infobank.consent.errors import UnknownConsentError
from infobank.vocabulary.identifiers import ConsentId
from infobank.web.api.schemas import ConsentDocument
from infobank.web.state import BANK, PRINCIPAL


async def listing(request: web.Request) -> web.Response:
    """List the resident's consents, newest first."""
    bank = request.app[BANK]
    found = await bank.review.of_resident(request[PRINCIPAL].resident)
    now = bank.clock.now()
    return web.json_response(
        {"consents": [_document(consent, provider, now) for consent, provider in found]}
    )


async def withdraw(request: web.Request) -> web.Response:
    """Withdraw a consent; when this answers, nothing more is released under it."""
    bank = request.app[BANK]
    principal, consent_id = request[PRINCIPAL], consent_in(request)
    resident = principal.resident
    withdrawn = await bank.withdraw(resident, consent_id, principal.by)
    _, provider = await bank.review.one(resident, consent_id)
    return web.json_response(_document(withdrawn, provider, bank.clock.now()))


def consent_in(request: web.Request) -> ConsentId:
    """Return the consent a request's address names.

    Raises:
        UnknownConsentError: the address holds no identifier.
    """
    try:
        return ConsentId(UUID(request.match_info["consent"]))
    except ValueError:
        raise UnknownConsentError("you have no such consent") from None


def _document(consent: Consent, provider: Provider, now: datetime) -> object:
    terms = consent.terms
    return ConsentDocument().dump(
        {
            "consent": consent.consent_id,
            "provider": provider.provider_id,
            "provider_name": {"ja": provider.name.ja, "en": provider.name.en},
            "purpose": terms.purpose,
            "mode": terms.mode.value,
            "items": [
                {
                    "category": item.category,
                    "fields_": item.fields,
                    "period": {"from_": item.period.first, "to": item.period.last},
                }
                for item in terms.items
            ],
            "valid_from": terms.valid_from,
            "valid_until": terms.valid_until,
            "retention_days": terms.retention_days,
            "state": consent.state(now).value,
            "withdrawn_at": consent.withdrawn_at,
        }
    )
