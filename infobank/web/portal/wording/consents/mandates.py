"""Put mandates in words: what they let in, whom they cover, and what was given under them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent
from infobank.consent.mandate import Conditions, Mandate
from infobank.usecases.mandates.reach import Reach
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.resident.mandates import (
    ConditionsWords,
    Covered,
    GivenUnder,
    MandateCard,
)
from infobank.web.portal.views.resident.narrowing import Tick
from infobank.web.portal.wording.terms import TermsWriter

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class MandateWriter:
    """Write mandates as they stand now."""

    writer: TermsWriter

    def card(
        self,
        mandate: Mandate,
        covers: Iterable[Reach],
        given: Iterable[tuple[Consent, Provider]],
    ) -> MandateCard:
        """Return one mandate with whom it covers, and which consents given under it stand."""
        now = self.writer.now
        return MandateCard(
            mandate=str(mandate.mandate_id),
            words=self.conditions(mandate.conditions, self.writer.last_day(mandate.valid_until)),
            live=mandate.live(now),
            given_at=mandate.valid_from,
            by=self.writer.phrases.text(f"by.{mandate.given_by}"),
            stopped_at=mandate.stopped_at,
            covers=self.covers(covers),
            given=tuple(self._given(*each) for each in given),
            version=mandate.version,
        )

    def conditions(self, conditions: Conditions, until: date) -> ConditionsWords:
        """Return what is let in; `until` is the last day."""
        policies = self.writer.policies
        return ConditionsWords(
            group=policies.groups.get(conditions.group, Text(conditions.group, conditions.group)),
            classes=tuple(policies.recipient(code).label for code in sorted(conditions.classes)),
            categories=tuple(
                policies.category(code).label for code in sorted(conditions.categories)
            ),
            mode=self.writer.phrases.text(f"mode.{conditions.mode}"),
            points=conditions.least_points,
            until=until,
        )

    def classes(self, held: Conditions, form: Mapping[str, str]) -> tuple[Tick, ...]:
        """Return the classes of recipients that can be left out; none where only one is let in."""
        label = self.writer.policies.recipient
        return _ticks("classes", {code: label(code).label for code in held.classes}, form)

    def categories(self, held: Conditions, form: Mapping[str, str]) -> tuple[Tick, ...]:
        """Return the kinds of data that can be left out; none where only one is let in."""
        label = self.writer.policies.category
        return _ticks("categories", {code: label(code).label for code in held.categories}, form)

    def covers(self, found: Iterable[Reach]) -> tuple[Covered, ...]:
        """Return whom conditions let in today, and for what."""
        return tuple(map(self._covered, found))

    def _covered(self, reach: Reach) -> Covered:
        policies = self.writer.policies
        purposes = (
            (policies.purpose(code).label, tuple(policies.category(each).label for each in codes))
            for code, codes in reach.purposes.items()
        )
        return Covered(self.writer.recipient(reach.provider), tuple(purposes))

    def _given(self, consent: Consent, provider: Provider) -> GivenUnder:
        begins = consent.terms.valid_from
        left = max(begins - self.writer.now, timedelta())
        return GivenUnder(
            consent=str(consent.consent_id),
            recipient=self.writer.recipient(provider),
            purpose=self.writer.policies.purpose(consent.terms.purpose).label,
            given_at=consent.given_at,
            begins_at=begins,
            hours=-(-left // _HOUR),
        )


def left_out(name: str, code: str) -> str:
    """Return the form's name of a class of recipients, or a kind of data, that is left out."""
    return f"out.{name}.{code}"


def _ticks(name: str, labels: Mapping[str, Text], form: Mapping[str, str]) -> tuple[Tick, ...]:
    if len(labels) == 1:
        return ()
    return tuple(
        Tick(left_out(name, code), "yes", label, ticked=left_out(name, code) in form)
        for code, label in sorted(labels.items())
    )
