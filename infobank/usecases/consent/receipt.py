"""Give a resident what she keeps of a consent: a signed receipt, and an agreement in ODRL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from infobank.clock import Clock
from infobank.consent.consent import Consent, consent_bytes
from infobank.consent.errors import UnknownConsentError
from infobank.consent.exchange.events import events
from infobank.consent.exchange.odrl import agreement
from infobank.consent.exchange.receipt import TYP, Party, Receipt
from infobank.db import accounts
from infobank.db import consent as consents
from infobank.db.consenting import versions
from infobank.db.unit import Units
from infobank.entropy import Entropy, new_uuid
from infobank.usecases.genuine import Genuine
from infobank.usecases.signing import Sign
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import ConsentId, ResidentId
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.canonical import Plain
from infobank.vocabulary.text.language import Text
from infobank.vocabulary.text.words import Phrasebook


@dataclass(frozen=True)
class Issued:
    """A receipt, its document, and the same signed (a compact JWS)."""

    receipt: Receipt
    document: Mapping[str, Plain]
    signed: str


@dataclass(frozen=True)
class IssueReceipt:
    """State what a consent says and what became of it, as it is stored now.

    `publisher` is what the bank is called.
    """

    units: Units
    keyservice: KeyService
    genuine: Genuine
    sign: Sign
    clock: Clock
    entropy: Entropy
    policies: Policies
    phrases: Phrasebook
    publisher: Text
    site: str
    zone: str

    async def __call__(self, resident: ResidentId, consent_id: ConsentId) -> Issued:
        """Return the signed receipt of a consent, also of one that is over.

        Raises:
            UnknownConsentError: the resident has no such consent, or it is not genuine.
        """
        receipt = await self.unsigned(resident, consent_id)
        claims = receipt.claims(self.policies, self.phrases, self.zone)
        signed = await self.sign(TYP, claims)
        return Issued(receipt, receipt.document(self.policies, self.phrases, self.zone), signed)

    async def unsigned(self, resident: ResidentId, consent_id: ConsentId) -> Receipt:
        """Return a receipt to read or to print.

        Raises:
            UnknownConsentError: the resident has no such consent, or it is not genuine.
        """
        async with self.units() as unit:
            consent = await consents.one(unit, resident, consent_id)
            provider = await accounts.provider_of(unit, consent.provider) if consent else None
            kept = await versions.of_consent(unit, resident, consent_id)
        genuine = await self.genuine.consents(kept)
        if consent is None or provider is None or not _stands(consent, kept, genuine):
            raise UnknownConsentError("you have no such consent")
        (principal,) = await self.keyservice.pairwise(consent.provider, [consent.resident])
        return Receipt(
            receipt_id=new_uuid(self.entropy),
            issued_at=self.clock.now(),
            consent=consent,
            events=events(kept),
            principal=principal,
            controller=Party(self.site, self.publisher, self.site),
            recipient=Party(f"urn:uuid:{provider.provider_id}", provider.name),
            site=self.site,
        )

    async def agreement(self, resident: ResidentId, consent_id: ConsentId) -> Mapping[str, Plain]:
        """Return a consent in ODRL.

        Raises:
            UnknownConsentError: the resident has no such consent, or it is not genuine.
        """
        receipt = await self.unsigned(resident, consent_id)
        return agreement(receipt.consent, receipt.principal, self.site, self.site, self.policies)


def _stands(consent: Consent, kept: Sequence[Consent], genuine: Sequence[Consent]) -> bool:
    """Tell whether what stands now is the last of the versions, and each of them is genuine.

    INVARIANT: the bank signs only what the resident said.  A withdrawal needs no mark, and so
    must say nothing but that what was said before it is withdrawn.
    """
    if not kept or len(genuine) < len(kept):
        return False
    if consent_bytes(consent) != consent_bytes(kept[-1]):
        return False
    if consent.withdrawn_at is None:
        return True
    before = [each for each in kept if each.withdrawn_at is None]
    return bool(before) and consent_bytes(before[-1]) == consent_bytes(
        replace(consent, version=before[-1].version, withdrawn_at=None, change=before[-1].change)
    )
