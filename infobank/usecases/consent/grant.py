"""Let a resident give a consent of her own accord, without a provider's request."""

from collections.abc import Sequence
from dataclasses import dataclass

from infobank.consent.consent import Consent
from infobank.consent.terms import Terms
from infobank.db.unit import Units
from infobank.errors import InvalidInputError
from infobank.usecases.consent.give import GiveConsent
from infobank.vocabulary.identifiers import ProviderId, ResidentId
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class GrantConsent:
    """Give consents in units of work of their own."""

    units: Units
    give: GiveConsent
    policies: Policies

    async def __call__(
        self, residents: Sequence[ResidentId], provider: ProviderId, terms: Terms
    ) -> list[Consent]:
        """Give the same terms for each resident: all of them, or none.

        Raises:
            InvalidInputError: purpose, mode, category, field or length is not allowed.
        """
        self._check(terms)
        async with self.units() as unit:
            given = await self.give(unit, residents, provider, terms)
            await unit.commit()
        return given

    def _check(self, terms: Terms) -> None:
        purpose = self.policies.purpose(terms.purpose)
        if terms.mode not in purpose.modes:
            raise InvalidInputError("the purpose does not allow this form", field="mode")
        if terms.valid_until > terms.valid_from + purpose.longest:
            raise InvalidInputError("a consent for this purpose ends sooner", field="until")
        for item in terms.items:
            if item.category not in purpose.categories:
                raise InvalidInputError("the purpose does not need this category", field="items")
            category = self.policies.category(item.category)
            for name in item.fields:
                category.field(name)
