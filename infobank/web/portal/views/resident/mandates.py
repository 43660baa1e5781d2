"""Mandates: standing conditions under which the bank answers for a resident."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.resident.consents import Ending
from infobank.web.portal.views.resident.narrowing import Fault, Tick
from infobank.web.portal.views.shared import Recipient


@dataclass(frozen=True)
class ConditionsWords:
    """What a mandate lets in, in words; `points` is the least benefit for each disclosure."""

    group: Text
    classes: tuple[Text, ...]
    categories: tuple[Text, ...]
    mode: Text
    points: int
    until: date


@dataclass(frozen=True)
class Covered:
    """A provider that is let in today: for which purposes, and which kinds of data of each."""

    recipient: Recipient
    purposes: tuple[tuple[Text, tuple[Text, ...]], ...]


@dataclass(frozen=True)
class GivenUnder:
    """A consent that the bank gave under a mandate; `hours` are left before anything is released.

    `hours` is 0 once it has begun.
    """

    consent: str
    recipient: Recipient
    purpose: Text
    given_at: datetime
    begins_at: datetime
    hours: int


@dataclass(frozen=True)
class MandateCard:
    """One mandate with whom it covers today, and what was given under it and stands."""

    mandate: str
    words: ConditionsWords
    live: bool
    given_at: datetime
    by: Text
    stopped_at: datetime | None
    covers: tuple[Covered, ...]
    given: tuple[GivenUnder, ...]
    version: int = 1

    @property
    def waiting(self) -> tuple[GivenUnder, ...]:
        """What was given and has not begun: it can be stopped before anything is released."""
        return tuple(each for each in self.given if each.hours)

    @property
    def untouched(self) -> bool:
        """Tell whether nothing was ever released under what stands: then no choice is left open."""
        return len(self.waiting) == len(self.given)


@dataclass(frozen=True)
class MandatesPage:
    """`mandates`: all mandates of the resident, those that count first.

    `minor` says that a minor tried to give one herself.
    """

    cards: tuple[MandateCard, ...]
    minor: bool = False


@dataclass(frozen=True)
class MandatePage:
    """`mandate`: one mandate; `done` says what the reader has just done to it."""

    card: MandateCard
    done: str = ""


class Step(StrEnum):
    """The decisions that make a mandate, one a page, in order."""

    GROUP = "group"
    CLASSES = "classes"
    CATEGORIES = "categories"
    MODE = "mode"
    POINTS = "points"
    UNTIL = "until"
    PREVIEW = "preview"


@dataclass(frozen=True)
class MandateNewPage:
    """`mandate_new`: one decision; `carried` are those made before, as fields of the form.

    `ticks` are what is to be chosen from, one of it unless `several`; `typed` is what was
    typed where something is typed.  In the last step `words` and `covers` say what would be
    let in, `then` what it leads to, and `form` names the form, so that sent twice it gives one.
    """

    step: Step
    number: int
    carried: tuple[tuple[str, str], ...]
    ticks: tuple[Tick, ...] = ()
    several: bool = False
    typed: str = ""
    latest: date | None = None
    fault: Fault | None = None
    words: ConditionsWords | None = None
    covers: tuple[Covered, ...] = ()
    then: Text | None = None
    form: str = ""

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(Step)


@dataclass(frozen=True)
class MandateStopPage:
    """`mandate_stop`: what ends with a mandate, before the one button that stops it."""

    card: MandateCard
    then: Text
    ending: Ending


@dataclass(frozen=True)
class MandateNarrowPage:
    """`mandate_narrow`: leave out classes or kinds of data, ask for more, or end earlier."""

    card: MandateCard
    classes: tuple[Tick, ...]
    categories: tuple[Tick, ...]
    points: str = ""
    until: str = ""
    faults: tuple[Fault, ...] = ()
    ending: Ending | None = None
    afterwards: str = ""
