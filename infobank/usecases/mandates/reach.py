"""Tell whom a mandate lets in, and what, by the rules of the decision itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from infobank.accounts.provider import Provider
from infobank.clock import Clock
from infobank.consent.decision import refusing
from infobank.consent.errors import UnknownMandateError
from infobank.consent.mandate import Conditions, Mandate
from infobank.consent.question import Circumstances, DisclosureRequest, Question
from infobank.db import accounts
from infobank.db.consenting import mandates
from infobank.db.consenting.households import kept_circumstances
from infobank.db.unit import Units
from infobank.usecases.consent.grounds import recipient_of
from infobank.usecases.genuine import Genuine
from infobank.vocabulary.identifiers import MandateId, ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.rules.policies import Policies

_ALWAYS = Period(date.min, date.max)


@dataclass(frozen=True)
class Reach:
    """That a provider falls inside conditions today: for each purpose, the categories."""

    provider: Provider
    purposes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class ReachOfMandates:
    """List a resident's mandates, and whom each covers today."""

    units: Units
    genuine: Genuine
    clock: Clock
    policies: Policies

    async def of_resident(self, resident: ResidentId) -> list[Mandate]:
        """Return all of a resident's mandates, newest first."""
        async with self.units() as unit:
            return await mandates.of_resident(unit, resident)

    async def covers(self, resident: ResidentId, mandate_id: MandateId) -> list[Reach]:
        """Return whom a mandate lets in today; nobody once it ended.

        Raises:
            UnknownMandateError: the resident has no such mandate.
        """
        async with self.units() as unit:
            mandate = await mandates.one(unit, resident, mandate_id)
        if mandate is None:
            raise UnknownMandateError("you have no such mandate")
        live = mandate.live(self.clock.now())
        return await self.preview(resident, mandate.conditions) if live else []

    async def preview(self, resident: ResidentId, conditions: Conditions) -> list[Reach]:
        """Return whom conditions would let in today; nothing is changed by asking.

        Raises:
            InvalidInputError: the conditions may not be agreed to beforehand.
        """
        conditions.check(self.policies)
        async with self.units() as unit:
            known = await accounts.all_providers(unit)
            kept = await kept_circumstances(unit, [resident])
        circumstances = (await self.genuine.circumstances(kept))[resident]
        now = self.clock.now()
        found = [
            Reach(each, let_in(each, conditions, circumstances, self.policies, now))
            for each in known
            if each.kind in conditions.classes
        ]
        return [each for each in found if each.purposes]


def let_in(
    provider: Provider,
    conditions: Conditions,
    circumstances: Circumstances,
    policies: Policies,
    now: datetime,
) -> dict[str, tuple[str, ...]]:
    """Return the purposes for which a provider may be let in, each with its categories."""
    codes = [code for code, each in policies.purposes.items() if each.group == conditions.group]
    found = {
        code: tuple(
            category
            for category in sorted(conditions.categories)
            if possible(provider, (code, category, conditions.mode), circumstances, policies, now)
        )
        for code in codes
    }
    return {code: categories for code, categories in found.items() if categories}


def possible(
    provider: Provider,
    use: tuple[str, str, OutputMode],
    circumstances: Circumstances,
    policies: Policies,
    now: datetime,
) -> bool:
    """Tell whether nothing but a consent is missing for a purpose, a category and a mode.

    What leaves the country, or is passed on, is outside every mandate.
    """
    purpose, code, mode = use
    recipient, known = recipient_of(provider, policies), policies.recipients.get(provider.kind)
    if known is None or known.passes_on or recipient.abroad:
        return False
    item = Item(code, policies.category(code).field_names, _ALWAYS)
    request = DisclosureRequest(ResidentId(provider.provider_id), recipient, purpose, item, mode)
    question = Question(request, None, policies, now, circumstances)
    return refusing(question) == ("no_consent",)


def uses(policies: Policies) -> Iterator[tuple[str, str, OutputMode]]:
    """Yield each purpose with each category and mode it may have, special care left out."""
    for purpose in policies.purposes.values():
        for code in sorted(purpose.categories):
            if not policies.category(code).special_care:
                for mode in sorted(purpose.modes):
                    yield purpose.code, code, mode
