"""The operator's rules, once read: what every decision is made against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import product
from typing import TypeVar
from uuid import UUID

from infobank.errors import InvalidInputError
from infobank.vocabulary.category import Category
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.rules.board import BoardDecision
from infobank.vocabulary.rules.house import HouseRules
from infobank.vocabulary.rules.purpose import Purpose
from infobank.vocabulary.rules.recipient import RecipientClass
from infobank.vocabulary.text.language import Text

T = TypeVar("T")

Approval = tuple[str, str, OutputMode]
"""A purpose, a category and a mode."""


@dataclass(frozen=True)
class Policies:
    """All rules of the bank, and the SHA-256 of the files they came from.

    `digest` is recorded with every decision, so that an old decision can be read
    against the rules of its day; `earlier` are the digests of rules that were in force before.
    `places` leads from a place's code to its municipality (JIS X 0402).  `groups` name the classes
    of purposes, `certificates` the kinds of certificate that a class of recipients may need.
    """

    categories: Mapping[str, Category]
    purposes: Mapping[str, Purpose]
    digest: bytes
    recipients: Mapping[str, RecipientClass] = field(default_factory=dict)
    board: tuple[BoardDecision, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    earlier: frozenset[bytes] = frozenset()
    groups: Mapping[str, Text] = field(default_factory=dict)
    certificates: Mapping[str, Text] = field(default_factory=dict)
    house: HouseRules = field(default_factory=HouseRules)

    def category(self, code: str) -> Category:
        """Return a category by code.

        Raises:
            InvalidInputError: the bank has no such category.
        """
        return _known(self.categories, code, "category")

    def purpose(self, code: str) -> Purpose:
        """Return a purpose by code.

        Raises:
            InvalidInputError: the bank has no such purpose.
        """
        return _known(self.purposes, code, "purpose")

    def recipient(self, code: str) -> RecipientClass:
        """Return a class of recipients by code.

        Raises:
            InvalidInputError: the bank has no such class.
        """
        return _known(self.recipients, code, "recipient class")

    def knows(self, digest: bytes) -> bool:
        """Tell whether rules with this digest are, or were, in force at this bank."""
        return digest in self._known_digests

    @cached_property
    def _known_digests(self) -> frozenset[bytes]:
        return self.earlier | {self.digest}

    def allows(self, purpose: str, category: str, mode: OutputMode) -> bool:
        """Tell whether a purpose may touch a category in a form at all, whoever asks."""
        known = self.purposes.get(purpose)
        return known is not None and category in known.categories and mode in known.modes

    @cached_property
    def plain(self) -> Mapping[tuple[str, str, OutputMode, str], frozenset[str]]:
        """What is allowed to whole classes of recipients without a further thought.

        Leads from a purpose, a category, a mode and a class of recipients to the category's
        fields: nothing retires, no board is asked, no special care is due, nobody else has a
        say, nothing is passed on.
        """
        return {
            (purpose.code, code, mode, recipient.code): self.categories[code].names
            for purpose in self.purposes.values()
            for code, mode in product(purpose.categories, purpose.modes)
            for recipient in self.recipients.values()
            if code in self.categories
            and purpose.retired_at is None
            and not purpose.board
            and not recipient.passes_on
            and not self.categories[code].special_care
            and not self.categories[code].household
        }

    def approves(self, approval: Approval, provider: UUID, code: str, now: datetime) -> bool:
        """Tell whether a purpose needs no board, or a decision of it stands behind a use."""
        purpose = self.purposes.get(approval[0])
        if purpose is None or not purpose.board:
            return purpose is not None
        return any(
            decision.valid_from <= now < decision.valid_until
            and (code in decision.classes or provider in decision.providers)
            for decision in self._decided.get(approval, ())
        )

    @cached_property
    def _decided(self) -> Mapping[Approval, list[BoardDecision]]:
        found: dict[Approval, list[BoardDecision]] = {}
        for decision in self.board:
            for approval in product(decision.purposes, decision.categories, decision.modes):
                found.setdefault(approval, []).append(decision)
        return found


def _known(found: Mapping[str, T], code: str, kind: str) -> T:
    try:
        return found[code]
    except KeyError:
        known = ", ".join(sorted(found))
        raise InvalidInputError(
            f"unknown {kind}; known are {known}", field=kind.replace(" ", "_")
        ) from None
