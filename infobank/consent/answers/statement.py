"""What the bank signs about an answer: bound to who asked, what, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from infobank.consent.answers.answer import Answer
from infobank.consent.answers.inquiry import Asked, Computation
from infobank.vocabulary.category import Field
from infobank.vocabulary.identifiers import ConsentId, ProviderId
from infobank.vocabulary.text.canonical import Plain

TYP: Final = "infobank-answer+jwt"
"""The `typ` of a signed answer, and of nothing else (RFC 8725 section 3.11)."""

LONGEST_NONCE: Final = 128
"""Characters by which a provider recognizes its own asking."""


@dataclass(frozen=True)
class Statement:
    """One answer, and everything it is bound to.

    `subject` is the resident's name for this provider alone; `nonce` is the provider's own.
    `request` is the number under which the access log has it.
    """

    issuer: str
    provider: ProviderId
    subject: str
    request: UUID
    consent: ConsentId | None
    nonce: str
    at: datetime
    asked: Asked
    field: Field
    answer: Answer

    def claims(self) -> dict[str, Plain]:
        """Return the claims of the signed answer (RFC 7519 section 4)."""
        asked = self.asked
        period = asked.period
        return {
            "iss": self.issuer,
            "aud": str(self.provider),
            "sub": self.subject,
            "jti": str(self.request),
            "iat": int(self.at.timestamp()),
            "nonce": self.nonce,
            "grant_id": str(self.consent),
            "inquiry": asked.inquiry.code,
            "parameters": {asked.inquiry.measure.value: asked.number},
            "period": (
                {"from": period.first.isoformat(), "to": period.last.isoformat()}
                if period
                else None
            ),
            "answer": self.shown(),
        }

    def shown(self) -> dict[str, Plain]:
        """Return the answer as providers read it: a band in the field's unit, from and below."""
        answer = self.answer
        counted = self.asked.inquiry.computation is Computation.COUNT
        bounds = {
            name: str(bound) if counted else self.field.show(bound)
            for name, bound in (("from", answer.low), ("to", answer.high))
            if bound is not None
        }
        return {"verdict": answer.verdict.value, **bounds}
