"""Put what changes of a consent in words: each term by itself, from what to what."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from infobank.consent.difference import Change
from infobank.vocabulary.bounds import Frequency
from infobank.vocabulary.item import Item
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import precision_of
from infobank.vocabulary.text.canonical import Plain
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.resident.terms import ChangedTerm, Said
from infobank.web.portal.wording.terms import TermsWriter, ladders_of, told_in


@dataclass(frozen=True)
class ChangeWriter:
    """Write changes as the terms they are about are written."""

    writer: TermsWriter

    def changes(self, changes: Iterable[Change]) -> tuple[ChangedTerm, ...]:
        """Return changes in words, in their order."""
        return tuple(map(self._change, changes))

    def _change(self, change: Change) -> ChangedTerm:
        about = self.writer.policies.category(change.category) if change.category else None
        return ChangedTerm(
            label=self.writer.name("items" if change.category else change.term),
            before=self._said(change, change.before),
            after=self._said(change, change.after),
            widens=change.widens,
            category=about.label if about else None,
        )

    def _said(self, change: Change, value: Plain) -> tuple[Said, ...]:
        ways: Mapping[str, Callable[[Any], Iterable[Said]]] = {
            "purpose": self._purpose,
            "valid_until": self._until,
            "retention_days": lambda days: (self.writer.retention(days),),
            "most_uses": lambda uses: (self.writer.most_uses(uses),),
            "frequency": self._often,
            "abroad": lambda abroad: self._phrase("abroad.yes" if abroad else "abroad.no"),
            "benefit": self._benefit,
            "explicit": self._categories,
            "fields": lambda names: self._fields(change, names),
            "period": self._period,
            "precision": lambda steps: self._precision(change, steps),
            "item": lambda item: self._item(change, item),
        }
        way = ways.get(change.term)
        return tuple(way(value) if way else self._phrase(f"{change.term}.{value}"))

    def _phrase(self, key: str) -> Iterable[Said]:
        return (Said(self.writer.phrases.text(key)),)

    def _purpose(self, code: str) -> Iterable[Said]:
        return (Said(self.writer.policies.purpose(code).label),)

    def _until(self, end: str) -> Iterable[Said]:
        return (Said(day=self.writer.last_day(datetime.fromisoformat(end))),)

    def _often(self, bound: list[int] | None) -> Iterable[Said]:
        return (Said(self.writer.often(Frequency(*bound) if bound else None)),)

    def _benefit(self, benefit: tuple[int, list[str] | None]) -> Iterable[Said]:
        points, words = benefit
        return self.writer.benefit(points, Text(*words) if words else None)

    def _categories(self, codes: list[str]) -> Iterable[Said]:
        return (Said(self.writer.policies.category(code).label) for code in codes)

    def _fields(self, change: Change, names: list[str]) -> Iterable[Said]:
        category = self.writer.policies.category(change.category or "")
        return (Said(category.field(name).label) for name in names)

    def _period(self, days: list[str]) -> Iterable[Said]:
        first, last = map(date.fromisoformat, days)
        return (Said(period=Period(first, last)),)

    def _precision(self, change: Change, steps: list[str]) -> Iterable[Said]:
        category = self.writer.policies.category(change.category or "")
        told = told_in(category, precision_of(*steps))
        bearing = ladders_of(category, category.field_names)
        return (Said(self.writer.phrases.text(f"{name}.{told[name]}")) for name in bearing)

    def _item(self, change: Change, whole: Mapping[str, Plain] | None) -> Iterable[Said]:
        if whole is None:
            return ()
        first, last = map(date.fromisoformat, cast("list[str]", whole["period"]))
        item = Item(
            change.category or "",
            tuple(cast("list[str]", whole["fields"])),
            Period(first, last),
            precision_of(*cast("list[str]", whole["precision"])),
        )
        words = self.writer.item(item)
        named = (Said(label) for label in words.fields)
        return (*named, Said(period=item.period), *(Said(told) for told in words.precision))
