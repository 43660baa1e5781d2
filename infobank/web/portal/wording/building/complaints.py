"""Say what the house would refuse of a request: the very rules are asked that decide later."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent
from infobank.consent.decision import refusing
from infobank.consent.question import DisclosureRequest, Question
from infobank.consent.terms import Terms
from infobank.usecases.consent.grounds import recipient_of
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.text.words import Phrasebook
from infobank.web.portal.views.provider.builder import Complaint
from infobank.web.portal.wording.building.drafts import Draft
from infobank.web.portal.wording.terms import TermsWriter

ABOUT: Final[Mapping[str, str]] = {
    "purpose_retired": "purpose",
    "mode_not_for_purpose": "mode",
    "category_not_for_purpose": "fields",
    "recipient_inactive": "purpose",
    "recipient_unvetted": "purpose",
    "board_not_approved": "purpose",
    "precision_too_fine": "number",
    "abroad_not_agreed": "abroad",
    "passing_on_not_agreed": "onward",
    "special_care_not_explicit": "points",
}
"""The rules that a request alone can break, and the field of the form that each is about."""

_PLACES: Final[Mapping[str, str]] = {
    "category": "fields",
    "period": "last",
    "precision": "number",
    "frequency": "times",
    "benefit": "points",
    "purpose_text": "why_ja",
}
"""Where the form asks for a member of the details, when not under its own name."""

_MEMBER: Final = re.compile(r"authorization_details(?:\[[0-9]+\])?\.?([a-z_]*)")
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True)
class ComplaintWriter:
    """Ask the rules about one provider's request, as if a resident had agreed to all of it."""

    provider: Provider
    phrases: Phrasebook
    writer: TermsWriter

    def of_draft(self, draft: Draft) -> tuple[Complaint, ...]:
        """Return what rules say before there are whole terms: what a purpose does not allow."""
        policies = self.writer.policies
        purpose = policies.purposes.get(draft.typed.get("purpose", ""))
        if purpose is None:
            return ()
        names = []
        if draft.typed.get("mode") not in {None, *purpose.modes}:
            names.append("mode_not_for_purpose")
        if any(policies.categories[code].code not in purpose.categories for code in _codes(draft)):
            names.append("category_not_for_purpose")
        return tuple(map(self._complaint, names))

    def of_terms(self, terms: Terms) -> tuple[Complaint, ...]:
        """Return what rules say to terms that are well-formed, each rule once."""
        special = frozenset(
            item.category
            for item in terms.items
            if self.writer.policies.category(item.category).special_care
        )
        agreed = replace(terms, explicit=special)
        names = dict.fromkeys(name for item in agreed.items for name in self._names(agreed, item))
        return tuple(map(self._complaint, names))

    def _names(self, terms: Terms, item: Item) -> Iterator[str]:
        now, policies = self.writer.now, self.writer.policies
        recipient = recipient_of(self.provider, policies)
        request = DisclosureRequest(ResidentId(_NOBODY), recipient, terms.purpose, item, terms.mode)
        consent = Consent(
            consent_id=ConsentId(_NOBODY),
            version=1,
            resident=ResidentId(_NOBODY),
            provider=self.provider.provider_id,
            terms=terms,
            given_at=now,
            given_by=GivenBy.SELF,
            policy_digest=policies.digest,
        )
        found = refusing(Question(request, consent, policies, now))
        return (name for name in found if name in ABOUT)

    def _complaint(self, name: str) -> Complaint:
        reason = self.phrases.reasons[name]
        return Complaint(ABOUT[name], reason.words.text(), reason.change.text(), reason.law)


def place_of(message: str) -> str:
    """Return the field of the form that a refusal of the details is about."""
    found = _MEMBER.match(message)
    member = found[1] if found else ""
    return _PLACES.get(member, member)


def _codes(draft: Draft) -> set[str]:
    return {ticked.partition(".")[0] for ticked in draft.ticked}
