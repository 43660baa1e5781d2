"""What the resident gets for a use of her data 便益."""

from dataclasses import dataclass
from typing import Final

from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class Benefit:
    """What a recipient offers in return: points, words, or nothing.

    `points` are for each disclosure.  Words are the recipient's own, shown as such.
    """

    points: int = 0
    words: Text | None = None

    @property
    def stated(self) -> bool:
        """Tell whether anything is offered."""
        return self.points > 0 or self.words is not None


NO_BENEFIT: Final = Benefit()
