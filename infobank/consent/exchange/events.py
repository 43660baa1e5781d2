"""What happened to a consent, read from its versions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from infobank.consent.consent import Consent
from infobank.consent.difference import difference, widens
from infobank.vocabulary.givenby import GivenBy


class Version(NamedTuple):
    """A consent as it once was, since when, and on whose word."""

    consent: Consent
    changed_at: datetime
    changed_by: GivenBy


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


def events(versions: Sequence[Version]) -> tuple[Event, ...]:
    """Return what happened, the first thing first; `versions` stand in their order."""
    return tuple(_events(versions))


def _events(versions: Sequence[Version]) -> Iterator[Event]:
    consent, at, by = versions[0]
    yield Event(Happening.GIVEN, at, by, consent.version)
    for (before, _, _), (consent, at, by) in pairwise(versions):
        yield Event(_happening(before, consent), at, by, consent.version)


def _happening(before: Consent, after: Consent) -> Happening:
    if after.withdrawn_at is not None:
        return Happening.WITHDRAWN
    further = widens(difference(before.terms, after.terms))
    return Happening.WIDENED if further else Happening.NARROWED
