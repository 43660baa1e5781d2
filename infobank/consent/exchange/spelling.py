"""The terms of a consent in plain words, term by term, in one language."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from infobank.clock import day_in
from infobank.consent.terms import Terms
from infobank.vocabulary.item import Item
from infobank.vocabulary.precision import EXACT
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.language import Language
from infobank.vocabulary.text.words import Phrasebook

ShowDay = Callable[[date], str]


@dataclass(frozen=True)
class Spelled:
    """One term: its name, what it is called, and what it says, a line each."""

    term: str
    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Speller:
    """Put terms in words, in one language, under the rules and in the zone of this bank."""

    policies: Policies
    phrases: Phrasebook
    language: Language
    zone: str
    show_day: ShowDay = date.isoformat

    def spell(self, terms: Terms) -> tuple[Spelled, ...]:
        """Return every term in words, in the order in which they are shown."""
        return tuple(
            Spelled(name, self._say(f"term.{name}"), lines) for name, lines in self._lines(terms)
        )

    def _lines(self, terms: Terms) -> Iterator[tuple[str, tuple[str, ...]]]:
        purpose = self.policies.purposes.get(terms.purpose)
        yield "purpose", (purpose.label.in_(self.language) if purpose else terms.purpose,)
        yield "items", tuple(map(self._item, terms.items))
        yield "mode", (self._say(f"mode.{terms.mode}"),)
        yield "valid_from", (self.show_day(day_in(self.zone, terms.valid_from)),)
        last = day_in(self.zone, terms.valid_until - timedelta(microseconds=1))
        yield "valid_until", (self._say("valid_until.day", day=self.show_day(last)),)
        yield "retention_days", (self._retention(terms.retention_days),)
        yield "most_uses", (self._most_uses(terms.most_uses),)
        yield "frequency", (self._frequency(terms),)
        yield "onward", (self._say(f"onward.{terms.onward}"),)
        yield "abroad", (self._say("abroad.yes" if terms.abroad else "abroad.no"),)
        yield "benefit", tuple(self._benefit(terms))
        if explicit := tuple(self._explicit(terms)):
            yield "explicit", explicit

    def _item(self, item: Item) -> str:
        """Return an item in words: its category, its fields, its days, and how coarsely."""
        category = self.policies.categories.get(item.category)
        labels = {field.name: field.label for field in category.fields} if category else {}
        fields = [
            labels[name].in_(self.language) if name in labels else name for name in item.fields
        ]
        comma, colon = (", ", ": ") if self.language is Language.EN else ("、", ":")
        days = f"{self.show_day(item.period.first)} - {self.show_day(item.period.last)}"
        told = f"{self._category(item.category)}{colon}{comma.join(fields)} ({days})"
        return comma.join([told, *self._precision(item)])

    def _precision(self, item: Item) -> Iterator[str]:
        """Yield the steps that are coarser than as deposited."""
        for name in ("time", "place", "number"):
            step = getattr(item.precision, name)
            if step is not getattr(EXACT, name):
                yield self._say(f"{name}.{step}")

    def _retention(self, days: int) -> str:
        if not days:
            return self._say("retention_days.nothing")
        return self._say("retention_days.days", days=days)

    def _most_uses(self, uses: int | None) -> str:
        if uses is None:
            return self._say("most_uses.unbounded")
        return self._say("most_uses.bounded", uses=uses)

    def _frequency(self, terms: Terms) -> str:
        bound = terms.frequency
        if bound is None:
            return self._say("frequency.unbounded")
        return self._say("frequency.bounded", times=bound.times, days=bound.days)

    def _benefit(self, terms: Terms) -> Iterator[str]:
        benefit = terms.benefit
        if not benefit.stated:
            yield self._say("benefit.none")
        if benefit.points:
            yield self._say("benefit.points", points=benefit.points)
        if benefit.words:
            yield self._say("benefit.words", words=benefit.words.in_(self.language))

    def _explicit(self, terms: Terms) -> Iterator[str]:
        for code in sorted(terms.categories):
            category = self.policies.categories.get(code)
            if code in terms.explicit or (category and category.special_care):
                said = "explicit.given" if code in terms.explicit else "explicit.missing"
                yield self._say(said, category=self._category(code))

    def _category(self, code: str) -> str:
        category = self.policies.categories.get(code)
        return category.label.in_(self.language) if category else code

    def _say(self, key: str, **parts: object) -> str:
        return self.phrases.say(key, self.language, **parts)
