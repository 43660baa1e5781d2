"""What the bank says in every language: why it decided so, and what a term means."""

import string
from collections.abc import Mapping
from dataclasses import dataclass

from infobank.errors import InvalidInputError
from infobank.vocabulary.text.language import Language, Text


def parts_of(text: str) -> frozenset[str]:
    """Return the names of the parts, such as `{days}`, that a text wants filled in."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@dataclass(frozen=True)
class Words:
    """The same words in Japanese, in easy Japanese and in English.

    They are plain text, never markup; `{name}` marks a part that is filled in.
    """

    ja: str
    easy: str
    en: str

    def in_(self, language: Language, **parts: object) -> str:
        """Return the words in one language with their parts filled in."""
        said = {Language.JA: self.ja, Language.EASY: self.easy, Language.EN: self.en}[language]
        return said.format_map(parts)

    def text(self, **parts: object) -> Text:
        """Return the words in all languages; a part may be in all of them as well."""
        ja, en, easy = (
            self.in_(language, **{name: _in(part, language) for name, part in parts.items()})
            for language in (Language.JA, Language.EN, Language.EASY)
        )
        return Text(ja, en, easy)


def _in(part: object, language: Language) -> object:
    return part.in_(language) if isinstance(part, Text) else part


@dataclass(frozen=True)
class Reason:
    """What a rule says to people, what would change the answer, and the law behind it, if any."""

    words: Words
    change: Words
    law: Text | None = None


@dataclass(frozen=True)
class Phrasebook:
    """The words of every reason by its rule, and of every term and consequence by its key."""

    reasons: Mapping[str, Reason]
    terms: Mapping[str, Words]

    def say(self, key: str, language: Language, **parts: object) -> str:
        """Return a term or a consequence, such as `mode.records`, in one language.

        Raises:
            InvalidInputError: there are no such words.
        """
        return self._words(key).in_(language, **parts)

    def text(self, key: str, **parts: object) -> Text:
        """Return a term or a consequence in all languages; a part may be in all of them as well.

        Raises:
            InvalidInputError: there are no such words.
        """
        return self._words(key).text(**parts)

    def _words(self, key: str) -> Words:
        words = self.terms.get(key)
        if words is None:
            raise InvalidInputError("there are no words for this term", field="term")
        return words
