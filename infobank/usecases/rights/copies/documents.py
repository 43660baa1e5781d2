"""Consents, mandates, notices and requests as an export holds them."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from infobank.accounts.provider import Provider
from infobank.accounts.rights import RightsRequest
from infobank.consent.consent import Consent
from infobank.consent.ending.notice import Followed
from infobank.consent.mandate import Mandate
from infobank.consent.terms import Terms
from infobank.db.consenting.told import Told
from infobank.usecases.rights.copies.tables import MARK
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.text.language import Text

Members: TypeAlias = Mapping[str, str | int | list[str] | None]
"""One row: the same members in JSON and in a table."""


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
                    "precision": item.precision.steps,
                }
                for item in consent.terms.items
            ],
            "valid_from": consent.terms.valid_from.isoformat(),
            "valid_until": consent.terms.valid_until.isoformat(),
            "retention_days": consent.terms.retention_days,
            **_bounds(consent.terms),
            "given_at": consent.given_at.isoformat(),
            "given_by": consent.given_by.value,
            "mandate": consent.mandate and str(consent.mandate),
            "withdrawn_at": _at(consent.withdrawn_at),
        }
        for consent, provider in found
    ]
    return json.dumps(document, ensure_ascii=False, indent=1)


def _bounds(terms: Terms) -> Mapping[str, object]:
    """Return what else bounds a consent, or was agreed to in it."""
    frequency, words = terms.frequency, terms.benefit.words
    return {
        "most_uses": terms.most_uses,
        "frequency": frequency and {"times": frequency.times, "days": frequency.days},
        "onward": terms.onward.value,
        "abroad": terms.abroad,
        "points": terms.benefit.points,
        "promised": words and {"ja": words.ja, "en": words.en},
        "explicit": sorted(terms.explicit),
    }


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


def mandate_members(mandate: Mandate) -> Members:
    """Return what a mandate says."""
    conditions = mandate.conditions
    return {
        "mandate": str(mandate.mandate_id),
        "version": mandate.version,
        "group": conditions.group,
        "classes": sorted(conditions.classes),
        "categories": sorted(conditions.categories),
        "mode": conditions.mode.value,
        "least_points": conditions.least_points,
        "valid_from": mandate.valid_from.isoformat(),
        "valid_until": mandate.valid_until.isoformat(),
        "given_by": mandate.given_by.value,
        "stopped_at": _at(mandate.stopped_at),
    }


def told_members(told: Told, provider: Text) -> Members:
    """Return one thing a resident was told about a mandate, and of which provider."""
    return {
        "kind": told.kind.value,
        "mandate": str(told.mandate),
        **_named(told.provider, provider),
        "consent": str(told.consent) if told.consent else None,
        "told_at": told.made_at.isoformat(),
        "seen_at": _at(told.seen_at),
    }


def notice_members(followed: Followed, provider: Text) -> Members:
    """Return what a recipient was told about a resident's consent, and what came of it."""
    notice = followed.notice
    return {
        "notice": str(notice.notice_id),
        "kind": notice.kind.value,
        **_named(notice.provider, provider),
        "consent": str(notice.consent),
        "items": [
            f"{item.category}({','.join(item.fields)}) {item.period.first}/{item.period.last}"
            for item in notice.items
        ],
        "afterwards": notice.afterwards.value,
        "made_at": notice.made_at.isoformat(),
        "deadline": notice.deadline.isoformat(),
        "delivered_at": _at(followed.delivered_at),
        "acknowledged_at": _at(followed.acknowledged_at),
        "error": followed.error,
        "deleted_at": _at(followed.deleted_at),
        "stated_at": _at(followed.stated_at),
    }


def both_forms(name: str, rows: Sequence[Members]) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return the same rows as the files of a name: as JSON, and as a table."""
    out = io.StringIO()
    out.write(MARK)
    table = csv.writer(out)
    table.writerow(rows[0] if rows else ())
    for row in rows:
        table.writerow(" ".join(each) if isinstance(each, list) else each for each in row.values())
    text = json.dumps(rows, ensure_ascii=False, indent=1)
    return (f"{name}.json", text), (f"{name}.csv", out.getvalue())


def _named(provider: ProviderId, name: Text) -> Members:
    return {"provider": str(provider), "provider_ja": name.ja, "provider_en": name.en}


def _at(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


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
