"""Offer what is narrower than the terms that hold, and never anything wider."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from infobank.consent.terms import Terms
from infobank.vocabulary.bounds import Frequency, Onward
from infobank.vocabulary.item import Item
from infobank.vocabulary.precision import LADDERS
from infobank.vocabulary.text.language import Text
from infobank.web.portal.texts import Words
from infobank.web.portal.views.resident.narrowing import (
    Bound,
    Fault,
    Ladder,
    NarrowerItem,
    NarrowingForm,
    Tick,
)
from infobank.web.portal.views.resident.terms import Said
from infobank.web.portal.wording.consents.narrowing import (
    STOP,
    Form,
    field_name,
    first_name,
    frequency_value,
    last_name,
    rarer_than,
    shortens,
    step_name,
)
from infobank.web.portal.wording.terms import TermsWriter, ladders_of, told_in

_LADDERS: Final = dict(zip(("time", "place", "number"), LADDERS, strict=True))


@dataclass(frozen=True)
class NarrowingWriter:
    """Write the form that makes terms narrower, with what was typed so far."""

    writer: TermsWriter
    words: Words
    held: Terms
    form: Form
    faults: tuple[Fault, ...] = ()

    def write(self) -> NarrowingForm:
        """Return everything that can be made narrower."""
        return NarrowingForm(
            items=tuple(self._item(place, item) for place, item in enumerate(self.held.items)),
            bounds=tuple(self._bounds()),
            ladders=tuple(self._others()),
            faults=self.faults,
        )

    def _item(self, place: int, item: Item) -> NarrowerItem:
        category = self.writer.policies.category(item.category)
        bearing = ladders_of(category, item.fields)
        ladders = (self._ladder(place, item, ladder) for ladder in bearing)
        return NarrowerItem(
            category=category.label,
            period=item.period,
            special_care=category.special_care,
            fields=tuple(
                self._field(place, name, category.field(name).label) for name in item.fields
            ),
            ladders=tuple(each for each in ladders if len(each.steps) > 1),
            bounds=tuple(self._days(place, item)) if shortens(category, item.period) else (),
        )

    def _days(self, place: int, item: Item) -> Iterator[Bound]:
        """Yield the first and the last day of the data."""
        held = item.period
        for name, label, day in (
            (first_name(place), "first", held.first),
            (last_name(place), "last", held.last),
        ):
            yield self._bound(name, self.words(f"narrower.{label}"), Said(day=day), "day_within")

    def _field(self, place: int, name: str, label: Text) -> Tick:
        known = field_name(place, name)
        return Tick(known, STOP, label, ticked=self.form.get(known) == STOP)

    def _ladder(self, place: int, item: Item, ladder: str) -> Ladder:
        """Return the steps from the one that holds to the coarsest."""
        category = self.writer.policies.category(item.category)
        known, name = [step.value for step in _LADDERS[ladder]], step_name(place, ladder)
        held = told_in(category, item.precision)[ladder]
        chosen = self.form.get(name, held)
        steps = known[known.index(held) :]
        return Ladder(
            name, self.words(f"narrower.{ladder}"), self._steps(name, ladder, steps, chosen)
        )

    def _steps(self, name: str, term: str, steps: list[str], chosen: str) -> tuple[Tick, ...]:
        return tuple(
            Tick(name, step, self.writer.phrases.text(f"{term}.{step}"), ticked=step == chosen)
            for step in steps
        )

    def _bounds(self) -> Iterator[Bound]:
        last = Said(day=self.writer.last_day(self.held.valid_until))
        yield self._bound("until", self.writer.name("valid_until"), last, "day")
        if self.held.retention_days:
            kept = self.writer.retention(self.held.retention_days)
            yield self._bound("retention_days", self.writer.name("retention_days"), kept, "number")
        uses = self.writer.most_uses(self.held.most_uses)
        yield self._bound("most_uses", self.writer.name("most_uses"), uses, "number")

    def _bound(self, name: str, label: Text, now: Said, kind: str) -> Bound:
        fault = next((each.words for each in self.faults if each.name == name), None)
        return Bound(name, label, now, kind, self.form.get(name, ""), fault)

    def _others(self) -> Iterator[Ladder]:
        """Yield how often, and to whom it may go on, as far as that can be narrower."""
        if rarer := rarer_than(self.held.frequency):
            yield self._frequency((self.held.frequency, *rarer))
        if self.held.onward is not Onward.NOBODY:
            narrower = [each.value for each in Onward if self.held.onward.covers(each)][::-1]
            chosen = self.form.get("onward", self.held.onward.value)
            steps = self._steps("onward", "onward", narrower, chosen)
            yield Ladder("onward", self.writer.name("onward"), steps)
        if self.held.abroad:
            yield self._abroad()

    def _frequency(self, steps: tuple[Frequency | None, ...]) -> Ladder:
        known = {frequency_value(each): self.writer.often(each) for each in steps}
        chosen = self.form.get("frequency", frequency_value(self.held.frequency))
        ticks = (
            Tick("frequency", value, words, ticked=value == chosen)
            for value, words in known.items()
        )
        return Ladder("frequency", self.writer.name("frequency"), tuple(ticks))

    def _abroad(self) -> Ladder:
        stopped = self.form.get("abroad") == STOP
        say = self.writer.phrases.text
        steps = (
            Tick("abroad", "", say("abroad.yes"), ticked=not stopped),
            Tick("abroad", STOP, say("abroad.no"), ticked=stopped),
        )
        return Ladder("abroad", self.writer.name("abroad"), steps)
