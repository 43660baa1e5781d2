"""What a resident has stopped, whatever she agreed to: it stands until she lifts it."""

from dataclasses import dataclass
from typing import Final

EVERYTHING: Final = "*"
"""Stands for every category of the bank; no category has this code."""


@dataclass(frozen=True)
class Standing:
    """The restrictions and objections of a resident that bear on one consent of hers.

    `frozen` are the categories nobody may use (APPI article 35, GDPR article 18);
    `objected` says that she objected to this recipient and purpose (GDPR article 21).
    """

    frozen: frozenset[str] = frozenset()
    objected: bool = False

    def freezes(self, category: str) -> bool:
        """Tell whether the use of a category stands still."""
        return category in self.frozen or EVERYTHING in self.frozen


NOTHING: Final = Standing()
"""Nothing was stopped."""
