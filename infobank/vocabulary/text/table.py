"""Strict reading of an operator's file: every key is known, of the right type, and present.

Policy files and mappings are rules.  A key that is misspelt and therefore ignored
would be a rule that silently does not hold.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from infobank.errors import ConfigurationError
from infobank.vocabulary.text.language import Text
from infobank.vocabulary.text.words import Words, parts_of

Choice = TypeVar("Choice", bound=StrEnum)

CODE = re.compile(r"[a-z]+(_[a-z]+)*")
"""What a code of a category, a purpose or a coded value looks like."""

FIELD_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
"""What the name of a field looks like: as a code, with digits (`hba1c`)."""


def parse_toml(content: bytes, file: str) -> dict[str, object]:
    """Return the document in a TOML file's bytes; `file` is named in errors.

    Raises:
        ConfigurationError: it is not UTF-8, or not TOML.
    """
    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file}: not UTF-8 at byte {error.start}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file}: not TOML: {error}") from None


class Table:
    """One table of a TOML file, read key by key and then closed.

    Every error names the file and the full path of the key.
    """

    def __init__(self, document: Mapping[str, object], file: str, path: str = "") -> None:
        self._document = document
        self._file = file
        self._path = path
        self._read: set[str] = set()

    def wrong(self, key: str, rule: str) -> ConfigurationError:
        """Return the error that says which rule the key breaks."""
        return ConfigurationError(f"{self._file}: {self._path}{key}: {rule}")

    def __contains__(self, key: str) -> bool:
        return key in self._document

    def __iter__(self) -> Iterator[str]:
        return iter(self._document)

    def _take(self, key: str, kind: type, kind_name: str) -> object:
        self._read.add(key)
        if key not in self._document:
            raise self.wrong(key, "is missing")
        value = self._document[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(key, f"must be {kind_name}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty; `default` when the key is absent."""
        if default is not None and key not in self:
            return default
        value = self._take(key, str, "a text")
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "must not be empty")
        return value

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number from `low` to `high`, both included."""
        if default is not None and key not in self:
            return default
        value = self._take(key, int, "a whole number")
        if not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(key, f"must be between {low} and {high}")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; false when the key is absent."""
        return key in self and self._take(key, bool, "true or false") is True

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        """Return one member of an enumeration by its value."""
        try:
            return kind(self.text(key))
        except ValueError:
            raise self.wrong(key, f"must be one of {', '.join(kind)}") from None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts without repetition, never empty."""
        values = self._take(key, list, "a list of texts")
        if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
            raise self.wrong(key, "must be a list of texts")
        if not values or len(set(values)) != len(values):
            raise self.wrong(key, "must not be empty or repeat itself")
        return tuple(values)

    def codes(self, key: str, known: Collection[str]) -> frozenset[str]:
        """Return a list of codes, each of them known."""
        wanted = frozenset(self.texts(key))
        unknown = sorted(wanted.difference(known))
        if unknown:
            raise self.wrong(
                key, f"{', '.join(unknown)} is unknown; known are {', '.join(sorted(known))}"
            )
        return wanted

    def choices(self, key: str, kind: type[Choice]) -> frozenset[Choice]:
        """Return some members of an enumeration by their values."""
        return frozenset(kind(value) for value in self.codes(key, [*kind]))

    def day(self, key: str) -> date:
        """Return a day, written `2027-04-01` without quotes, time or zone."""
        value = self._take(key, date, "a day such as 2027-04-01")
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(key, "must be a day such as 2027-04-01, without a time")
        return value

    def table(self, key: str) -> "Table":
        """Return the table inside."""
        value = self._take(key, dict, "a table")
        return Table(value if isinstance(value, dict) else {}, self._file, f"{self._path}{key}.")

    def tables(self, key: str) -> tuple["Table", ...]:
        """Return a list of tables, empty when the key is absent."""
        if key not in self:
            return ()
        values = self._take(key, list, "a list of tables")
        if not isinstance(values, list) or not all(isinstance(item, dict) for item in values):
            raise self.wrong(key, "must be a list of tables")
        return tuple(
            Table(item, self._file, f"{self._path}{key}[{place}].")
            for place, item in enumerate(values, 1)
        )

    def words(self, key: str) -> Text:
        """Return the same words in each language of a `Text`; easy ones may be missing."""
        inside = self.table(key)
        easy = inside.text("easy") if "easy" in inside else ""
        words = Text(inside.text("ja"), inside.text("en"), easy)
        inside.close()
        return words

    def labels(self) -> dict[str, Text]:
        """Return the words of every code in this table, in the file's order; at least one."""
        for code in self:
            if not CODE.fullmatch(code):
                raise self.wrong(code, f"a code must look like {CODE.pattern}")
        labels = {code: self.words(code) for code in self}
        if not labels:
            raise self.wrong("", "needs at least one code")
        return labels

    def phrase(self, key: str, parts: frozenset[str] = frozenset()) -> Words:
        """Return the same words in every language of the bank, each with exactly these parts."""
        inside = self.table(key)
        words = Words(inside.text("ja"), inside.text("easy"), inside.text("en"))
        inside.close()
        for language, said in (("ja", words.ja), ("easy", words.easy), ("en", words.en)):
            try:
                found = parts_of(said)
            except ValueError:
                raise inside.wrong(language, "has a brace that is no part") from None
            if found != parts:
                wanted = ", ".join(sorted(parts)) or "no parts"
                raise inside.wrong(language, f"must name {wanted}")
        return words

    def close(self) -> None:
        """Refuse every key that nobody read.

        Raises:
            ConfigurationError: a key is unknown.
        """
        for key in self._document:
            if key not in self._read:
                known = ", ".join(sorted(self._read))
                raise self.wrong(key, f"is unknown here; known are {known}")
