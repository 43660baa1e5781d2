"""The languages of the bank, and words that exist in each of them."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language a reader may choose (BCP 47)."""

    JA = "ja"
    EN = "en"


@dataclass(frozen=True)
class Text:
    """The same words in every language of the bank."""

    ja: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the words in one language."""
        return self.ja if language is Language.JA else self.en
