"""Read which narrower terms were chosen; what holds stays where nothing was."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, TypeVar

from infobank.clock import day_ends
from infobank.consent.terms import Terms
from infobank.errors import InvalidInputError
from infobank.vocabulary.bounds import MOST_USES, Frequency, Onward
from infobank.vocabulary.category import Category, Span
from infobank.vocabulary.item import Item
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import precision_of
from infobank.vocabulary.text.language import Text
from infobank.web.portal import typed
from infobank.web.portal.texts import Words
from infobank.web.portal.views.resident.narrowing import Fault
from infobank.web.portal.wording.terms import TermsWriter

T = TypeVar("T")

Form = Mapping[str, str]

STOP: Final = "stop"
"""What a ticked field posts: it is given no more."""

_TIMES: Final = (5, 3, 2, 1)
_STRETCHES: Final = (1, 7, 30, 365)
"""Days: a day, a week, a month, a year."""


@dataclass(frozen=True)
class NarrowingReader:
    """Read a form against the terms that hold, fault by fault.

    A form that nothing was typed into asks for the very same terms.
    """

    writer: TermsWriter
    words: Words
    held: Terms
    form: Form

    def wanted(self) -> tuple[Terms | None, tuple[Fault, ...]]:
        """Return the narrower terms, or what is wrong with the form."""
        faults: list[Fault] = []
        items = [self._item(place, item, faults) for place, item in enumerate(self.held.items)]
        kept = tuple(item for item in items if item is not None)
        if not kept:
            faults.append(Fault(field_name(0, self.held.items[0].fields[0]), self._say("nothing")))
        until = self._bound("until", self._until, self.held.valid_until, faults)
        days = self._bound("retention_days", self._retention, self.held.retention_days, faults)
        uses = self._bound("most_uses", self._uses, self.held.most_uses, faults)
        if faults:
            return None, tuple(faults)
        categories = {item.category for item in kept}
        narrower = replace(
            self.held,
            items=kept,
            valid_until=until,
            retention_days=days,
            most_uses=uses,
            frequency=self._frequency(),
            onward=self._onward(),
            abroad=self.held.abroad and self.form.get("abroad") != STOP,
            explicit=self.held.explicit & categories,
        )
        return narrower, ()

    def _item(self, place: int, item: Item, faults: list[Fault]) -> Item | None:
        stopped = {name for name in item.fields if self.form.get(field_name(place, name)) == STOP}
        left = item.without(frozenset(stopped))
        if left is None:
            return None
        steps = {
            ladder: self.form.get(step_name(place, ladder), step)
            for ladder, step in item.precision.steps.items()
        }
        try:
            chosen = precision_of(**steps)
        except InvalidInputError:
            chosen = item.precision
        # A step that is finer than what holds was never offered: what holds stays.
        kept = chosen if item.precision.covers(chosen) else item.precision
        return replace(left, precision=kept, period=self._period(place, item, faults))

    def _period(self, place: int, item: Item, faults: list[Fault]) -> Period:
        held = item.period
        if not shortens(self.writer.policies.category(item.category), held):
            return held
        first = self._bound(first_name(place), _day_of(held), held.first, faults)
        rest = Period(first, held.last)
        return Period(first, self._bound(last_name(place), _day_of(rest), held.last, faults))

    def _bound(self, name: str, read: Callable[[str], T], held: T, faults: list[Fault]) -> T:
        written = self.form.get(name, "").strip()
        if not written:
            return held
        try:
            return read(written)
        except InvalidInputError:
            faults.append(Fault(name, self._say(f"fault_{name.partition('.')[0]}")))
            return held

    def _until(self, written: str) -> datetime:
        end = day_ends(self.writer.zone, typed.day(written, "until"))
        if not max(self.writer.now, self.held.valid_from) < end <= self.held.valid_until:
            raise InvalidInputError("not later than what holds", field="until")
        return end

    def _retention(self, written: str) -> int:
        days = typed.whole(written, "retention_days")
        if days > self.held.retention_days:
            raise InvalidInputError("not longer than what holds", field="retention_days")
        return days

    def _uses(self, written: str) -> int | None:
        uses = typed.whole(written, "most_uses")
        if not 1 <= uses <= (self.held.most_uses or MOST_USES):
            raise InvalidInputError("not more than what holds", field="most_uses")
        return uses

    def _frequency(self) -> Frequency | None:
        rarer = {frequency_value(each): each for each in rarer_than(self.held.frequency)}
        return rarer.get(self.form.get("frequency", ""), self.held.frequency)

    def _onward(self) -> Onward:
        wanted = next((each for each in Onward if each == self.form.get("onward")), None)
        held = self.held.onward
        return wanted if wanted is not None and held.covers(wanted) else held

    def _say(self, key: str) -> Text:
        return self.words(f"narrower.{key}")


def field_name(place: int, field: str) -> str:
    """Return the form's name of a field of the item at a place, counted from 0."""
    return f"stop.{place}.{field}"


def step_name(place: int, ladder: str) -> str:
    """Return the form's name of a ladder of the item at a place."""
    return f"step.{place}.{ladder}"


def first_name(place: int) -> str:
    """Return the form's name of the first day of the item at a place."""
    return f"first.{place}"


def last_name(place: int) -> str:
    """Return the form's name of the last day of the item at a place."""
    return f"last.{place}"


def shortens(category: Category, period: Period) -> bool:
    """Tell whether a shorter period of the data is something to choose."""
    return category.span is not Span.LIFE and period.first < period.last


def rarer_than(held: Frequency | None) -> Sequence[Frequency]:
    """Return what is offered below a frequency, the most frequent first."""
    stretches = {*_STRETCHES, *((held.days,) if held else ())}
    known = (Frequency(times, days) for days in stretches for times in _TIMES)
    rarer = (each for each in known if each != held and each.within(held))
    return sorted(rarer, key=lambda each: (-each.times / each.days, each.days))


def frequency_value(frequency: Frequency | None) -> str:
    """Return what the form posts for a frequency; nothing where there is no bound."""
    return f"{frequency.times}/{frequency.days}" if frequency else ""


def _day_of(period: Period) -> Callable[[str], date]:
    """Return what reads a day of a period, and no other."""

    def read(written: str) -> date:
        day = typed.day(written)
        if day not in period:
            raise InvalidInputError("not a day of the period", field="period")
        return day

    return read
