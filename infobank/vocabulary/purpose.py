"""What data may be wanted for (`policies/purposes/*.toml`)."""

from dataclasses import dataclass
from datetime import timedelta

from infobank.vocabulary.language import Text
from infobank.vocabulary.outputmode import OutputMode


@dataclass(frozen=True)
class Purpose:
    """One approved purpose.

    `term` is the identifier in the W3C Data Privacy Vocabulary; `longest` bounds the
    life of a consent for it; `categories` are the only kinds of data it may touch.
    """

    code: str
    term: str
    label: Text
    description: Text
    modes: frozenset[OutputMode]
    categories: frozenset[str]
    longest: timedelta
