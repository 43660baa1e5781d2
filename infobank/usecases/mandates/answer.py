"""Answer a request for residents whose mandates admit it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent
from infobank.consent.decision import decide
from infobank.consent.mandate import FIRST_WAIT, Mandate
from infobank.consent.question import Circumstances, DisclosureRequest
from infobank.consent.terms import Terms
from infobank.db.consenting import mandates, told
from infobank.db.consenting.households import kept_circumstances
from infobank.db.consenting.told import Told, ToldKind
from infobank.db.rights.requests import objecting
from infobank.db.unit import Unit
from infobank.entropy import Entropy, new_uuid
from infobank.usecases.consent.give import GiveConsent
from infobank.usecases.consent.grounds import Grounds, recipient_of
from infobank.usecases.genuine import Genuine
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, MandateId, ResidentId
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class AnswerByMandate:
    """Say yes for residents, where their mandates do, and tell them at once.

    INVARIANT: a provider that was never let in under a mandate receives nothing for
    `FIRST_WAIT`: the consent begins later, and can be stopped until then.
    """

    give: GiveConsent
    genuine: Genuine
    entropy: Entropy
    policies: Policies

    async def __call__(
        self,
        unit: Unit,
        found: Sequence[Mandate],
        provider: Provider,
        offered: Terms,
        now: datetime,
    ) -> list[Consent]:
        """Give a consent under each mandate that is genuine and stands, at most one a resident.

        Only where the decision itself would permit all that is offered once the consent
        begins; and never against an objection.  The caller commits.
        """
        standing = await mandates.held(unit, await self.genuine.mandates(found))
        if not standing:
            return []
        residents = [each.resident for each in standing]
        against = await objecting(unit, residents, provider.provider_id, offered.purpose)
        begun = await mandates.begun(unit, standing, provider.provider_id, now)
        known = await self.genuine.circumstances(await kept_circumstances(unit, residents))
        drawn = [
            consent
            for each in standing
            if each.resident not in against
            for consent in self._drawn(each, provider, _bounded(each, offered, now, begun), now)
            if self._permitted(consent, each, provider, known)
        ]
        given = await self.give.keep(unit, drawn)
        await told.add(unit, [self._told(each) for each in given])
        return given

    def _drawn(
        self, mandate: Mandate, provider: Provider, terms: Terms | None, now: datetime
    ) -> Sequence[Consent]:
        if terms is None:
            return ()
        consent = Consent(
            consent_id=ConsentId(new_uuid(self.entropy)),
            version=1,
            resident=mandate.resident,
            provider=provider.provider_id,
            terms=terms,
            given_at=now,
            given_by=GivenBy.MANDATE,
            policy_digest=self.policies.digest,
            mandate=mandate.mandate_id,
        )
        return (consent,)

    def _permitted(
        self,
        consent: Consent,
        mandate: Mandate,
        provider: Provider,
        known: Mapping[ResidentId, Circumstances],
    ) -> bool:
        """Tell whether all of a consent would be released once it begins."""
        terms, resident = consent.terms, consent.resident
        recipient = recipient_of(provider, self.policies)
        grounds = Grounds(consent, known[resident], mandate)
        wanted = (
            DisclosureRequest(resident, recipient, terms.purpose, item, terms.mode)
            for item in terms.items
        )
        return all(
            decide(grounds.question(each, self.policies, terms.valid_from)).permitted
            for each in wanted
        )

    def _told(self, given: Consent) -> Told:
        if given.mandate is None:
            raise ValueError("only what a mandate answered is told")
        return Told(
            told_id=new_uuid(self.entropy),
            resident=given.resident,
            kind=ToldKind.ANSWERED,
            mandate=given.mandate,
            provider=given.provider,
            made_at=given.given_at,
            consent=given.consent_id,
        )


def _bounded(
    mandate: Mandate, offered: Terms, now: datetime, begun: frozenset[MandateId]
) -> Terms | None:
    """Return what is offered, as long as the mandate holds at most; None when nothing is left."""
    begins = now if mandate.mandate_id in begun else now + FIRST_WAIT
    ends = min(offered.valid_until, mandate.valid_until)
    return replace(offered, valid_from=begins, valid_until=ends) if begins < ends else None
