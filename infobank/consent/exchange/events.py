"""What happened to a consent, read from its versions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from infobank.consent.consent import Consent
from infobank.consent.difference import difference, widens
from infobank.vocabulary.givenby import GivenBy


class Happening(StrEnum):
    """What one version did to the one before."""

    GIVEN = "given"
    NARROWED = "narrowed"
    WIDENED = "widened"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Event:
    """One thing that happened to a consent, when, and on whose word."""

    happening: Happening
    at: datetime
    by: GivenBy
    version: int


def events(versions: Sequence[Consent]) -> tuple[Event, ...]:
    """Return what happened, the first thing first; `versions` stand in their order."""
    return tuple(_events(versions))


def _events(versions: Sequence[Consent]) -> Iterator[Event]:
    yield _event(Happening.GIVEN, versions[0])
    for before, after in pairwise(versions):
        yield _event(_happening(before, after), after)


def _event(happening: Happening, version: Consent) -> Event:
    return Event(happening, version.changed.at, version.changed.by, version.version)


def _happening(before: Consent, after: Consent) -> Happening:
    if after.withdrawn_at is not None:
        return Happening.WITHDRAWN
    further = widens(difference(before.terms, after.terms))
    return Happening.WIDENED if further else Happening.NARROWED
