"""Put the terms of requests and consents in words: who, what, why, how finely and how long."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from infobank.accounts.provider import Provider
from infobank.clock import day_in
from infobank.consent.terms import Terms
from infobank.vocabulary.bounds import Frequency
from infobank.vocabulary.category import Category, FieldType, Span, TimeUnit
from infobank.vocabulary.item import Item
from infobank.vocabulary.precision import Precision, TimeStep
from infobank.vocabulary.rules.board import BoardDecision
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.language import Text
from infobank.vocabulary.text.words import Phrasebook
from infobank.web.portal.views.resident.terms import Board, Said, TermLine
from infobank.web.portal.views.resident.terms import Terms as TermsWords
from infobank.web.portal.views.shared import Certificate, ItemWords, Recipient


@dataclass(frozen=True)
class TermsWriter:
    """Write terms as of one instant, under the rules and in the zone of this bank."""

    policies: Policies
    phrases: Phrasebook
    zone: str
    now: datetime

    def recipient(self, provider: Provider) -> Recipient:
        """Return a provider as people meet it: suspended or expired, it has no certificate."""
        valid = provider.active and self.now < provider.vetted_until
        known = self.policies.recipients.get(provider.kind)
        return Recipient(
            name=provider.name,
            certified_until=self.last_day(provider.vetted_until) if valid else None,
            kind=known.label if known else None,
            about=known.description if known else None,
            certificates=tuple(self._certificates(provider)),
            abroad=provider.abroad,
        )

    def last_day(self, end: datetime) -> date:
        """Return the last day before an end that is itself excluded."""
        return day_in(self.zone, end - timedelta(microseconds=1))

    def items(self, items: Iterable[Item]) -> tuple[ItemWords, ...]:
        """Return items by the names of their categories and fields."""
        return tuple(map(self.item, items))

    def item(self, item: Item) -> ItemWords:
        """Return one item by the names of its category and fields, and how finely it is told."""
        category = self.policies.category(item.category)
        return ItemWords(
            category=category.label,
            fields=tuple(category.field(name).label for name in item.fields),
            period=item.period,
            special_care=category.special_care,
            precision=self.precision(item),
        )

    def precision(self, item: Item) -> tuple[Text, ...]:
        """Return how finely an item is told: a sentence for each ladder that bears on it."""
        category = self.policies.category(item.category)
        steps = told_in(category, item.precision)
        return tuple(
            self.phrases.text(f"{ladder}.{steps[ladder]}")
            for ladder in ladders_of(category, item.fields)
        )

    def terms(self, terms: Terms, provider: Provider, *, begins: bool = False) -> TermsWords:
        """Return everything the resident must know before deciding, but the items.

        `begins` tells also from when on it holds.
        """
        purpose = self.policies.purpose(terms.purpose)
        return TermsWords(
            recipient=self.recipient(provider),
            purpose=purpose.label,
            purpose_description=purpose.description,
            mode=terms.mode,
            until=self.last_day(terms.valid_until),
            retention_days=terms.retention_days,
            lines=tuple(self.lines(terms, begins=begins)),
            profiling=purpose.profiling,
            needs_board=purpose.board,
            board=self._board(terms, provider) if purpose.board else None,
        )

    def lines(self, terms: Terms, *, begins: bool = False) -> Iterator[TermLine]:
        """Yield every term but purpose and items, as the receipt calls them."""
        yield self._line("mode", f"mode.{terms.mode}")
        if begins:
            yield self._days("valid_from", day_in(self.zone, terms.valid_from))
        yield self._days("valid_until", self.last_day(terms.valid_until))
        yield TermLine(self.name("retention_days"), (self.retention(terms.retention_days),))
        yield TermLine(self.name("most_uses"), (self.most_uses(terms.most_uses),))
        yield TermLine(self.name("frequency"), (Said(self.often(terms.frequency)),))
        yield self._line("onward", f"onward.{terms.onward}")
        yield self._line("abroad", "abroad.yes" if terms.abroad else "abroad.no")
        yield TermLine(
            self.name("benefit"), tuple(self.benefit(terms.benefit.points, terms.benefit.words))
        )

    def name(self, term: str) -> Text:
        """Return what a term is called."""
        return self.phrases.text(f"term.{term}")

    def retention(self, days: int) -> Said:
        """Return how long the recipient may keep what it received."""
        key = "retention_days.days" if days else "retention_days.nothing"
        return Said(self.phrases.text(key, **({"days": days} if days else {})))

    def most_uses(self, uses: int | None) -> Said:
        """Return how often in all."""
        if uses is None:
            return Said(self.phrases.text("most_uses.unbounded"))
        return Said(self.phrases.text("most_uses.bounded", uses=uses))

    def often(self, bound: Frequency | None) -> Text:
        """Return how often within some days."""
        if bound is None:
            return self.phrases.text("frequency.unbounded")
        return self.phrases.text("frequency.bounded", times=bound.times, days=bound.days)

    def benefit(self, points: int, words: Text | None) -> Iterator[Said]:
        """Yield what the resident gets, a line each."""
        if points:
            yield Said(self.phrases.text("benefit.points", points=points))
        if words is not None:
            yield Said(self.phrases.text("benefit.words", words=words))
        if not points and words is None:
            yield Said(self.phrases.text("benefit.none"))

    def _line(self, term: str, key: str) -> TermLine:
        return TermLine(self.name(term), (Said(self.phrases.text(key)),))

    def _days(self, term: str, day: date) -> TermLine:
        return TermLine(self.name(term), (Said(day=day),))

    def _certificates(self, provider: Provider) -> Iterator[Certificate]:
        for kind, until in sorted(provider.certificates.items()):
            name = self.policies.certificates.get(kind, Text(kind, kind))
            yield Certificate(name, self.last_day(until), lapsed=until <= self.now)

    def _board(self, terms: Terms, provider: Provider) -> Board | None:
        """Return the board's decision that stands behind a use, if one does."""
        found = (each for each in self.policies.board if self._decides(each, terms, provider))
        decision = next(found, None)
        if decision is None:
            return None
        return Board(decision.summary, self.last_day(decision.valid_until), decision.minutes)

    def _decides(self, decision: BoardDecision, terms: Terms, provider: Provider) -> bool:
        return (
            decision.valid_from <= self.now < decision.valid_until
            and (provider.kind in decision.classes or provider.provider_id in decision.providers)
            and terms.purpose in decision.purposes
            and terms.mode in decision.modes
            and terms.categories <= decision.categories
        )


def ladders_of(category: Category, names: Iterable[str]) -> tuple[str, ...]:
    """Return the ladders that bear on fields: they have moments, places or banded numbers."""
    fields = [category.field(name) for name in names]
    bears = {
        "time": category.span is not Span.LIFE,
        "place": any(field.place for field in fields),
        "number": any(field.type is FieldType.NUMBER and field.band for field in fields),
    }
    return tuple(ladder for ladder, found in bears.items() if found)


def told_in(category: Category, precision: Precision) -> dict[str, str]:
    """Return the steps at which a category is really told: days are no finer than days."""
    steps = precision.steps
    if category.time is TimeUnit.DAY and precision.time is TimeStep.MINUTE:
        steps["time"] = TimeStep.DAY.value
    return steps
