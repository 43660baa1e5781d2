"""The receipt of a consent 同意証明書, in the shape of ISO/IEC TS 27560:2023.

Field names are the standard's, terms those of the W3C Data Privacy Vocabulary.  What the
standard has no field for stands under `infobank`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from infobank.consent.consent import Consent
from infobank.consent.exchange.events import Event, Happening
from infobank.consent.exchange.spelling import Speller
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.canonical import Plain, instant
from infobank.vocabulary.text.language import Language, Text
from infobank.vocabulary.text.words import Phrasebook

TYP: Final = "infobank-receipt+jwt"
"""The `typ` of a signed receipt, and of nothing else (RFC 8725 section 3.11)."""

SCHEMA: Final = "ISO/IEC TS 27560:2023"
JURISDICTION: Final = "JP"
DPV: Final = "https://w3id.org/dpv#"

_PROCESSING: Final[Mapping[OutputMode, str]] = {
    OutputMode.RECORDS: f"{DPV}DiscloseByTransmission",
    OutputMode.ANSWERS: f"{DPV}Query",
    OutputMode.STATISTICS: f"{DPV}Anonymise",
}

_STATES: Final[Mapping[Happening, str]] = {
    Happening.GIVEN: f"{DPV}ConsentGiven",
    Happening.NARROWED: f"{DPV}RenewedConsentGiven",
    Happening.WIDENED: f"{DPV}RenewedConsentGiven",
    Happening.WITHDRAWN: f"{DPV}ConsentWithdrawn",
}


@dataclass(frozen=True)
class Party:
    """The bank or the recipient, as a receipt names it."""

    party_id: str
    name: Text
    url: str = ""


@dataclass(frozen=True)
class Receipt:
    """Everything a receipt is made from.

    `principal` is the resident's name for the recipient alone; `site` is the bank's public address.
    """

    receipt_id: UUID
    issued_at: datetime
    consent: Consent
    events: Sequence[Event]
    principal: str
    controller: Party
    recipient: Party
    site: str

    def claims(self, policies: Policies, phrases: Phrasebook, zone: str) -> dict[str, Plain]:
        """Return the claims of the signed receipt (RFC 7519 section 4)."""
        return {
            "iss": self.site,
            "sub": self.principal,
            "jti": str(self.receipt_id),
            "iat": int(self.issued_at.timestamp()),
            "receipt": self.document(policies, phrases, zone),
        }

    def document(self, policies: Policies, phrases: Phrasebook, zone: str) -> dict[str, Plain]:
        """Return the receipt: its own head, and the record of the consent it is about."""
        return {
            "receipt_metadata": {
                "schema_version": SCHEMA,
                "receipt_id": str(self.receipt_id),
                "issued_at": instant(self.issued_at),
            },
            "consent_record": {
                "record_metadata": {
                    "schema_version": SCHEMA,
                    "record_id": str(self.consent.consent_id),
                    "pii_principal_id": self.principal,
                },
                "pii_processing": self._processing(policies),
                "party_identification": [
                    _party(self.controller, f"{DPV}DataController"),
                    _party(self.recipient, f"{DPV}Recipient"),
                ],
                "events": [self._event(event) for event in self.events],
            },
            "infobank": self._besides(policies, phrases, zone),
        }

    def _processing(self, policies: Policies) -> dict[str, Plain]:
        terms = self.consent.terms
        return {
            "privacy_notice": f"{self.site}/about",
            "language": [language.value for language in Language],
            "purposes": [self._purpose(policies)],
            "lawful_basis": f"{DPV}Consent",
            "consent_type": f"{DPV}{'Explicitly' if terms.explicit else ''}ExpressedConsent",
            "pii_information": [
                part for item in terms.items for part in _information(item, policies)
            ],
            "pii_controllers": [self.controller.party_id],
            "processing_method": _PROCESSING[terms.mode],
            "retention_period": f"P{terms.retention_days}D",
            "geographic_restrictions": [] if terms.abroad else [JURISDICTION],
            "recipient_third_parties": [self.recipient.party_id],
            "withdrawal_method": self.withdrawal,
            "privacy_rights": f"{self.site}/rights",
            "jurisdiction": JURISDICTION,
        }

    @property
    def withdrawal(self) -> str:
        """The address at which the resident withdraws."""
        return f"{self.site}/consents/{self.consent.consent_id}/withdraw"

    def _purpose(self, policies: Policies) -> dict[str, Plain]:
        code = self.consent.terms.purpose
        known = policies.purposes.get(code)
        if known is None:  # it is approved no more: the consent outlives its words
            return {"purpose": code}
        return {
            "purpose": code,
            "purpose_type": known.term.replace("dpv:", DPV, 1),
            "purpose_name": _words(known.label),
            "purpose_description": _words(known.description),
        }

    def _event(self, event: Event) -> dict[str, Plain]:
        terms = self.consent.terms
        return {
            "event_time": instant(event.at),
            "event_type": event.happening.value,
            "event_state": _STATES[event.happening],
            "entity_id": event.by.value,
            "record_version": event.version,
            "validity_duration": f"{instant(terms.valid_from)}/{instant(terms.valid_until)}",
        }

    def _besides(self, policies: Policies, phrases: Phrasebook, zone: str) -> dict[str, Plain]:
        consent, terms = self.consent, self.consent.terms
        frequency = terms.frequency
        return {
            "version": consent.version,
            "state": consent.state(self.issued_at).value,
            "given_by": consent.given_by.value,
            "mandate": str(consent.mandate) if consent.mandate else None,
            "policies_sha256": consent.policy_digest.hex(),
            "mode": terms.mode.value,
            "most_uses": terms.most_uses,
            "frequency": {"times": frequency.times, "days": frequency.days} if frequency else None,
            "onward": terms.onward.value,
            "abroad": terms.abroad,
            "benefit": {
                "points": terms.benefit.points,
                "words": _words(terms.benefit.words) if terms.benefit.words else None,
            },
            "in_words": {
                language.value: [
                    {"term": each.term, "label": each.label, "says": each.lines}
                    for each in Speller(policies, phrases, language, zone).spell(terms)
                ]
                for language in Language
            },
        }


def _information(item: Item, policies: Policies) -> list[dict[str, Plain]]:
    """Return one entry for each field of an item."""
    category = policies.categories.get(item.category)
    return [
        {
            "pii_type": _words(category.label) if category else item.category,
            "pii_attribute_id": f"{item.category}.{name}",
            "pii_optional": False,
            "sensitive_pii_category": bool(category and category.special_care),
            "period": [item.period.first.isoformat(), item.period.last.isoformat()],
            "precision": [*item.precision.steps.values()],
        }
        for name in item.fields
    ]


def _party(party: Party, role: str) -> dict[str, Plain]:
    return {
        "party_id": party.party_id,
        "party_name": _words(party.name),
        "party_role": role,
        **({"party_url": party.url} if party.url else {}),
    }


def _words(text: Text) -> dict[str, Plain]:
    return {"ja": text.ja, "en": text.en}
