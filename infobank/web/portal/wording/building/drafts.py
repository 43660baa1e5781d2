"""Read a request from the builder's form."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from infobank.errors import InvalidInputError
from infobank.oauth.authorization_details import TYPE, Element
from infobank.vocabulary.category import Category
from infobank.vocabulary.precision import EXACT
from infobank.web.portal.typed import day, plain, whole

DAYS: Final = ("first", "last", "until")
NUMBERS: Final = ("retention_days", "most_uses", "times", "days", "points")
WORDS: Final = ("why_ja", "why_en", "benefit_ja", "benefit_en")
STEPS: Final = ("time", "place", "number")
CHOICES: Final = ("purpose", "mode", *STEPS, "onward", "abroad")
REQUIRED: Final = ("purpose", "mode", *DAYS, "retention_days")

PAIRS: Final = (("times", "days"), ("why_ja", "why_en"), ("benefit_ja", "benefit_en"))
"""What is asked for together, or not at all."""

TICKED: Final = "fields"

_Read = TypeVar("_Read", date, int)


@dataclass(frozen=True)
class Draft:
    """A request as it was typed: values by name, the ticked fields, and faults by name.

    A field is ticked as `category.field`.  A fault is the last part of its text's key.
    """

    typed: Mapping[str, str]
    ticked: frozenset[str]
    faults: dict[str, str] = field(default_factory=dict)

    def names(self, category: Category) -> list[str]:
        """Return the ticked fields of a category, in its order."""
        return [name for name in category.field_names if f"{category.code}.{name}" in self.ticked]


def read_draft(pairs: Sequence[tuple[str, str]]) -> Draft:
    """Return what a form holds, in plain letters; what it does not ask for is passed over."""
    known = {*CHOICES, *DAYS, *NUMBERS, *WORDS}
    typed = {name: plain(value) for name, value in reversed(pairs) if name in known}
    ticked = frozenset(value for name, value in pairs if name == TICKED)
    return Draft({name: value for name, value in typed.items() if value}, ticked)


def details_of(draft: Draft, categories: Sequence[Category]) -> list[Element]:
    """Return the draft as `authorization_details`; empty where it has faults, which are noted.

    Only what a form can get wrong is looked at: what is allowed, `parse` says.
    """
    for name in REQUIRED:
        if name not in draft.typed:
            draft.faults[name] = "missing"
    asked = [each for each in categories if draft.names(each)]
    if not asked:
        draft.faults[TICKED] = "missing"
    for first, second in PAIRS:
        if (first in draft.typed) != (second in draft.typed):
            draft.faults[second if first in draft.typed else first] = "missing"
    days = _all(draft, DAYS, day, "day")
    numbers = _all(draft, NUMBERS, whole, "number")
    if draft.faults:
        return []
    return [_element(draft, each, days, numbers) for each in asked]


def _all(
    draft: Draft, names: Sequence[str], read: Callable[[str, str], _Read], fault: str
) -> dict[str, _Read]:
    found = {}
    for name in names:
        if name in draft.typed:
            try:
                found[name] = read(draft.typed[name], name)
            except InvalidInputError:
                draft.faults[name] = fault
    return found


def _element(
    draft: Draft, category: Category, days: Mapping[str, date], numbers: Mapping[str, int]
) -> Element:
    element: Element = {
        "type": TYPE,
        "category": category.code,
        "fields": draft.names(category),
        "period": {"from": days["first"].isoformat(), "to": days["last"].isoformat()},
        "purpose": draft.typed["purpose"],
        "mode": draft.typed["mode"],
        "until": days["until"].isoformat(),
        "retention_days": numbers["retention_days"],
    }
    return element | {name: value for name, value in _besides(draft, numbers) if value}


def _besides(draft: Draft, numbers: Mapping[str, int]) -> Iterator[tuple[str, object]]:
    """Yield the members that may be left out; what says nothing is empty."""
    typed = draft.typed
    yield "purpose_text", _words(typed, "why")
    steps = {name: typed[name] for name in STEPS if name in typed}
    yield "precision", steps if steps and steps != EXACT.steps else None
    yield "most_uses", numbers.get("most_uses")
    if "times" in numbers:
        yield "frequency", {"times": numbers["times"], "days": numbers["days"]}
    yield "onward", typed.get("onward") if typed.get("onward") != "nobody" else None
    yield "abroad", typed.get("abroad") == "yes"
    benefit = {"points": numbers.get("points"), "words": _words(typed, "benefit")}
    yield "benefit", {name: value for name, value in benefit.items() if value}


def _words(typed: Mapping[str, str], name: str) -> dict[str, str] | None:
    if f"{name}_ja" not in typed:
        return None
    return {"ja": typed[f"{name}_ja"], "en": typed[f"{name}_en"]}
