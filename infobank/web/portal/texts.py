"""The portal's words: a folder a language, equal keys in all of them.

A file holds the words of one part of the portal; no two files of a language say the same.

A text is plain text, never markup; `{name}` marks a part that the page fills in.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from infobank.errors import ConfigurationError
from infobank.vocabulary.text.language import Language, Text
from infobank.vocabulary.text.words import parts_of

FOLDER = Path(__file__).with_name("texts")


@dataclass(frozen=True)
class Texts:
    """All words of the portal in one language, by key such as `consents.title`."""

    language: Language
    entries: Mapping[str, str]

    def say(self, key: str, /, **parts: object) -> str:
        """Return one text with its parts filled in.

        Raises:
            ConfigurationError: there is no such text, or a part it names is missing.
        """
        try:
            return self.entries[key].format_map(parts)
        except KeyError as missing:
            raise ConfigurationError(f"text {key}: {missing} is missing") from missing

    def unit(self, code: str) -> str:
        """Return a unit of the policies as people write it; one without words is a symbol."""
        return self.entries.get(f"unit.{code}", code)

    def count(self, noun: str, number: int, shown: str) -> str:
        """Return a counted noun, such as `1 day` or `90 days`."""
        form = "one" if number == 1 else "other"
        return self.say(f"count.{noun}.{form}", n=shown)


@dataclass(frozen=True)
class Words:
    """The portal's words in all languages at once, for what views hold."""

    texts: Mapping[Language, Texts]

    def __call__(self, key: str, /, **parts: object) -> Text:
        """Return one text in every language; parts may be texts themselves.

        Raises:
            ConfigurationError: there is no such text, or a part it names is missing.
        """
        said = {
            language: texts.say(key, **{name: _in(part, language) for name, part in parts.items()})
            for language, texts in self.texts.items()
        }
        return Text(said[Language.JA], said[Language.EN], said[Language.EASY])

    def known(self, key: str, otherwise: str) -> Text:
        """Return a text whose key was put together from a value; the value when it has none."""
        if key in self.texts[Language.JA].entries:
            return self(key)
        return Text(otherwise, otherwise)


def _in(part: object, language: Language) -> object:
    return part.in_(language) if isinstance(part, Text) else part


def load_texts(folder: Path = FOLDER) -> Mapping[Language, Texts]:
    """Read the words of every language.

    Raises:
        ConfigurationError: a language has no file, or one that is not TOML, a text is empty,
            no text or written twice, or two languages differ in keys or in a text's parts.
    """
    loaded = {language: _read(folder, language) for language in Language}
    first = loaded[Language.JA]
    for texts in loaded.values():
        _compare(first, texts)
    return loaded


def _read(folder: Path, language: Language) -> Texts:
    entries: dict[str, str] = {}
    for path in sorted((folder / language).glob("*.toml")):
        for key, text in _entries(path, f"{language}/{path.name}"):
            if key in entries:
                raise ConfigurationError(f"{language}/{path.name}: {key} stands in another file")
            entries[key] = text
    if not entries:
        raise ConfigurationError(f"there are no texts in {language}")
    return Texts(language, entries)


def _entries(path: Path, file: str) -> Iterator[tuple[str, str]]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{file} cannot be read", detail=str(error)) from error
    return _flatten(document, file, "")


def _flatten(table: Mapping[str, object], file: str, prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _flatten(value, file, f"{key}.")
        elif isinstance(value, str) and value.strip():
            yield key, value
        else:
            raise ConfigurationError(f"{file}: {key} must be a text that is not empty")


def _compare(first: Texts, other: Texts) -> None:
    """Refuse two languages that do not say the same things."""
    for key in sorted(first.entries.keys() ^ other.entries.keys()):
        lacking = other if key in first.entries else first
        raise ConfigurationError(f"texts of {lacking.language}: {key} is missing")
    for key, text in first.entries.items():
        if parts_of(text) != parts_of(other.entries[key]):
            pair = f"{first.language} and {other.language}"
            raise ConfigurationError(f"texts of {pair} differ in the parts of {key}")
