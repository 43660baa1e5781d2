"""An approval: what takes two stewards: one asks, and another must agree before it is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from infobank.accounts.account import Role
from infobank.errors import ConflictError
from infobank.vocabulary.identifiers import AccountId, ResidentId
from infobank.vocabulary.text.canonical import canonical_json, instant

WAITS: Final = timedelta(days=7)
"""How long the second steward has."""


class Act(StrEnum):
    """What no steward does alone."""

    PROVIDER_KEYS = "provider_keys"
    """Give a provider other keys: whoever holds them is the provider."""
    PROXY = "proxy"
    """Let somebody act for a resident."""
    RECOVERY = "recovery"
    """Let a resident who lost every way in begin a new one."""
    ASSISTED_CONSENT = "assisted_consent"
    """Give a consent that a resident gave by word of mouth, at the counter."""


@dataclass(frozen=True)
class Approval:
    """What waits for a second steward's word.

    `document` says what would be done, `sealed` what of it no steward has to see: a label, a
    keyed index.  `mac` is the key service's mark over `approval_bytes`.  `told` is what the
    second steward alone is told as it is done; it is never kept.
    """

    approval_id: UUID
    act: Act
    document: Mapping[str, str]
    sealed: Mapping[str, str] = field(repr=False)
    asked_by: AccountId
    asked_at: datetime
    mac: bytes = field(default=b"", compare=False, repr=False)
    told: str = field(default="", compare=False, repr=False)

    @property
    def by_provider(self) -> bool:
        """Whether a provider asks it for itself: that is no steward's word, so two are missing."""
        return self.document.get("by") == Role.PROVIDER.value

    @property
    def wish(self) -> Mapping[str, str]:
        """What would be done, whoever asks for it."""
        return {name: said for name, said in self.document.items() if name != "by"}

    @property
    def resident(self) -> ResidentId | None:
        """The resident whom it is about."""
        named = self.document.get("resident")
        return ResidentId(UUID(named)) if named else None

    @property
    def lapses_at(self) -> datetime:
        """When it can be approved no more."""
        return self.asked_at + WAITS

    def check(self, by: AccountId, now: datetime) -> None:
        """Accept a steward's word that it be done.

        Raises:
            ConflictError: she asked for it herself, or it has lapsed.
        """
        # INVARIANT: two words of one person are one.
        if by == self.asked_by:
            raise ConflictError("this needs the word of two different stewards")
        if now >= self.lapses_at:
            raise ConflictError("nobody approved this in time; ask for it anew")


def taken_up(approval: Approval, steward: AccountId) -> Approval:
    """Return what a provider asked for as a steward's, who gave the first of the two words.

    It lapses when it would have, and needs a mark of its own.
    """
    return replace(approval, document=approval.wish, asked_by=steward, mac=b"")


def approval_bytes(approval: Approval) -> bytes:
    """Return all that is approved, as the bytes that are marked."""
    return canonical_json(
        {
            "approval": str(approval.approval_id),
            "act": approval.act.value,
            "document": approval.document,
            "sealed": approval.sealed,
            "asked_by": str(approval.asked_by),
            "asked_at": instant(approval.asked_at),
        }
    )
