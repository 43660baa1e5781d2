"""The languages of the bank, and words that exist in more than one of them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """A language a reader may choose (BCP 47)."""

    JA = "ja"
    EN = "en"
    EASY = "ja-x-easy"
    """やさしい日本語: short sentences and easy words, for whoever still learns Japanese."""


WRITTEN: Final = (Language.JA, Language.EN)
"""The languages in which a `Text` is written."""


@dataclass(frozen=True)
class Text:
    """Names and descriptions, in the languages in which they are written.

    Easy Japanese calls a thing by its Japanese name.
    """

    ja: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the words in one language."""
        return self.en if language is Language.EN else self.ja
