"""Put in words who can see what, since when, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from infobank.usecases.consent.ask import Sight
from infobank.web.portal.views.resident.sights import SightLine
from infobank.web.portal.wording.terms import TermsWriter


@dataclass(frozen=True)
class SightWriter:
    """Write sights; the reasons are those of the decision itself, in the operator's words."""

    writer: TermsWriter

    def lines(self, found: Iterable[Sight]) -> tuple[SightLine, ...]:
        """Return who can see something, whoever has seen it longest first."""
        return tuple(map(self._line, sorted(found, key=lambda sight: sight.since)))

    def _line(self, sight: Sight) -> SightLine:
        terms, phrases = sight.consent.terms, self.writer.phrases
        known = (phrases.reasons.get(reason) for reason in sight.reasons)
        return SightLine(
            consent=str(sight.consent.consent_id),
            recipient=self.writer.recipient(sight.provider),
            purpose=self.writer.policies.purpose(terms.purpose).label,
            mode=terms.mode,
            means=phrases.text(f"mode.{terms.mode}"),
            item=self.writer.item(sight.item),
            since=sight.since,
            until=self.writer.last_day(terms.valid_until),
            reasons=tuple(each.words.text() for each in known if each is not None),
        )
