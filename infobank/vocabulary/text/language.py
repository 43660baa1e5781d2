"""The languages of the bank, and words that exist in more than one of them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """A language a reader may choose (BCP 47)."""

    JA = "ja"
    EASY = "ja-x-easy"
    """やさしい日本語: short sentences and easy words, for whoever still learns Japanese."""
    EN = "en"

    @property
    def japanese(self) -> bool:
        """Tell whether days and lists are written as in Japanese."""
        return self is not Language.EN


WRITTEN: Final = (Language.JA, Language.EN)
"""The languages in which every `Text` is written."""


@dataclass(frozen=True)
class Text:
    """Names and descriptions, in the languages in which they are written.

    Where `easy` is empty, easy Japanese calls the thing by its Japanese name.
    """

    ja: str
    en: str
    easy: str = ""

    def in_(self, language: Language) -> str:
        """Return the words in one language."""
        if language is Language.EASY:
            return self.easy or self.ja
        return self.en if language is Language.EN else self.ja
