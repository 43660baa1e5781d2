"""Consents and requests as an export holds them."""

import csv
import io
import json
from collections.abc import Sequence

from infobank.accounts.provider import Provider
from infobank.accounts.rights import RightsRequest
from infobank.consent.consent import Consent
from infobank.usecases.rights.tables import MARK


def consents_json(found: Sequence[tuple[Consent, Provider]]) -> str:
    """Return consents, each with its recipient, every term of them."""
    document = [
        {
            "consent": str(consent.consent_id),
            "provider": str(provider.provider_id),
            "provider_name": {"ja": provider.name.ja, "en": provider.name.en},
            "purpose": consent.terms.purpose,
            "mode": consent.terms.mode.value,
            "items": [
                {
                    "category": item.category,
                    "fields": list(item.fields),
                    "from": item.period.first.isoformat(),
                    "to": item.period.last.isoformat(),
                }
                for item in consent.terms.items
            ],
            "valid_from": consent.terms.valid_from.isoformat(),
            "valid_until": consent.terms.valid_until.isoformat(),
            "retention_days": consent.terms.retention_days,
            "given_at": consent.given_at.isoformat(),
            "given_by": consent.given_by.value,
            "withdrawn_at": consent.withdrawn_at and consent.withdrawn_at.isoformat(),
        }
        for consent, provider in found
    ]
    return json.dumps(document, ensure_ascii=False, indent=1)


def consents_csv(found: Sequence[tuple[Consent, Provider]]) -> str:
    """Return one line for each category of each consent."""
    out = io.StringIO()
    out.write(MARK)
    table = csv.writer(out)
    table.writerow(
        "provider_ja provider_en purpose mode category fields from to until withdrawn_at".split()  # noqa: SIM905 - read as one line
    )
    for consent, provider in found:
        terms = consent.terms
        for item in terms.items:
            table.writerow(
                [
                    provider.name.ja,
                    provider.name.en,
                    terms.purpose,
                    terms.mode.value,
                    item.category,
                    " ".join(item.fields),
                    item.period.first.isoformat(),
                    item.period.last.isoformat(),
                    terms.valid_until.isoformat(),
                    consent.withdrawn_at.isoformat() if consent.withdrawn_at else "",
                ]
            )
    return out.getvalue()


def requests_json(found: Sequence[RightsRequest]) -> str:
    """Return requests at the rights desk, every step of them."""
    document = [
        {
            "request": str(request.request_id),
            "right": request.right.value,
            "by": request.by.value,
            "due": request.due.isoformat(),
            "category": request.subject.category,
            "provider": str(request.subject.provider or ""),
            "purpose": request.subject.purpose,
            "steps": [
                {
                    "at": step.at.isoformat(),
                    "status": step.status.value,
                    "by": step.by,
                    "reason": step.reason,
                }
                for step in request.steps
            ],
        }
        for request in found
    ]
    return json.dumps(document, ensure_ascii=False, indent=1)
