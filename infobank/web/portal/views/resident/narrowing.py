"""A form that makes terms narrower: what is offered is never wider than what holds."""

from dataclasses import dataclass

from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.resident.terms import Said


@dataclass(frozen=True)
class Fault:
    """What is wrong with what was typed, and in which field of the form."""

    name: str
    words: Text


@dataclass(frozen=True)
class Tick:
    """Something to tick: posted as `name=value` where it is."""

    name: str
    value: str
    label: Text
    ticked: bool = False
    note: Text | None = None


@dataclass(frozen=True)
class Ladder:
    """A list to choose one step of, the one that holds now first."""

    name: str
    label: Text
    steps: tuple[Tick, ...]


@dataclass(frozen=True)
class Bound:
    """A bound to type; `now` is what holds, and left empty it stays."""

    name: str
    label: Text
    now: Said
    kind: str
    typed: str = ""
    fault: Text | None = None


@dataclass(frozen=True)
class NarrowerItem:
    """One item: its fields to be left out, how much coarser it may be told, its days."""

    category: Text
    period: Period
    special_care: bool
    fields: tuple[Tick, ...]
    ladders: tuple[Ladder, ...]
    bounds: tuple[Bound, ...] = ()


@dataclass(frozen=True)
class NarrowingForm:
    """Everything that can be made narrower, as it was typed so far."""

    items: tuple[NarrowerItem, ...]
    bounds: tuple[Bound, ...]
    ladders: tuple[Ladder, ...] = ()
    faults: tuple[Fault, ...] = ()
