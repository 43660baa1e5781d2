"""The decisions that make a mandate: what each offers, and what was chosen so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from infobank.accounts.provider import SANDBOX
from infobank.clock import day_in
from infobank.errors import InvalidInputError
from infobank.vocabulary.text.language import Text
from infobank.web.portal import typed
from infobank.web.portal.views.resident.mandates import Step
from infobank.web.portal.views.resident.narrowing import Tick
from infobank.web.portal.wording.terms import TermsWriter

STEPS: Final = tuple(Step)
SEVERAL: Final = frozenset({Step.CLASSES, Step.CATEGORIES})
TYPED: Final = frozenset({Step.POINTS, Step.UNTIL})

MOST_POINTS: Final = 1_000_000

Chosen = Mapping[Step, tuple[str, ...]]
"""What was chosen in each step, as far as it was offered there; typed texts as they are."""


@dataclass(frozen=True)
class Steps:
    """Offer what the rules allow to be agreed to beforehand, one decision after another."""

    writer: TermsWriter

    def read(self, pairs: Sequence[tuple[str, str]]) -> Chosen:
        """Return what a form says was chosen; what was never offered is left out."""
        chosen: dict[Step, tuple[str, ...]] = {}
        for step in STEPS[:-1]:
            said = tuple(dict.fromkeys(value for name, value in pairs if name == step.value))
            offered = self.offered(step, chosen)
            chosen[step] = said[:1] if step in TYPED else tuple(v for v in said if v in offered)
        return chosen

    def offered(self, step: Step, chosen: Chosen) -> Mapping[str, Text]:
        """Return what can be chosen in a step after those before it; a typed one offers nothing."""
        policies = self.writer.policies
        group = next(iter(chosen.get(Step.GROUP, ())), "")
        purposes = [each for each in policies.purposes.values() if each.group == group]
        if step is Step.GROUP:
            known = {each.group for each in policies.purposes.values()}
            return {code: label for code, label in policies.groups.items() if code in known}
        if step is Step.CLASSES:
            recipients = policies.recipients.values()
            offered = (one for one in recipients if not one.passes_on and one.code != SANDBOX)
            return {each.code: each.label for each in offered}
        if step is Step.CATEGORIES:
            codes = sorted({code for each in purposes for code in each.categories})
            found = map(policies.category, codes)
            return {each.code: each.label for each in found if not each.special_care}
        if step is Step.MODE:
            modes = sorted({mode for each in purposes for mode in each.modes})
            return {mode.value: self.writer.phrases.text(f"mode.{mode}") for mode in modes}
        return {}

    def ticks(self, step: Step, chosen: Chosen) -> tuple[Tick, ...]:
        """Return what a step offers, with what was chosen of it before."""
        return tuple(
            Tick(step.value, code, label, code in chosen.get(step, ()), self._about(step, code))
            for code, label in self.offered(step, chosen).items()
        )

    def fits(self, step: Step, chosen: Chosen) -> bool:
        """Tell whether a step has its answer."""
        said = next(iter(chosen.get(step, ())), "")
        try:
            if step is Step.POINTS:
                return points_in(said) <= MOST_POINTS
            if step is Step.UNTIL:
                return self.today < typed.day(said, step.value) <= self.latest
        except InvalidInputError:
            return False
        return bool(said)

    @property
    def today(self) -> date:
        """The day on which the mandate is given."""
        return day_in(self.writer.zone, self.writer.now)

    @property
    def latest(self) -> date:
        """The last day on which a mandate given today may end."""
        return self.today + timedelta(days=self.writer.policies.house.mandate_days - 1)

    def _about(self, step: Step, code: str) -> Text | None:
        policies = self.writer.policies
        if step is Step.CLASSES:
            return policies.recipient(code).description
        return policies.category(code).description if step is Step.CATEGORIES else None


def points_in(written: str) -> int:
    """Return the least benefit that was typed; left empty it is none.

    Raises:
        InvalidInputError: it is no whole number.
    """
    return typed.whole(written, "points") if written.strip() else 0
