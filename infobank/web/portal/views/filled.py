"""A form as it stands: what was typed, and what is wrong with which field."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class FilledForm:
    """What was typed by field, and each fault by the field that it is about."""

    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    faults: Mapping[str, Text] = field(default_factory=dict)


EMPTY = FilledForm()
"""A form as it is shown at first."""


@dataclass(frozen=True)
class Option:
    """One value that a form offers, and what it is called."""

    value: str
    label: Text
