"""Readings above Chinese characters, for whoever cannot read them yet or any more.

Words come from Sudachi's small dictionary; words of the bank, and those that the dictionary
reads wrongly, stand in `texts/readings.toml`, checked by hand.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sudachipy import Dictionary, SplitMode, Tokenizer

from infobank.web.portal.textnodes import JAPANESE

READINGS = Path(__file__).with_name("texts") / "readings.toml"

_RUN = re.compile(r"[\u3400-\u9fff々ヶ]+|[^\u3400-\u9fff々ヶ]+")
_BRACKET = re.compile(r"([()()])")
_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


@dataclass(frozen=True)
class Readings:
    """Readings that were checked by hand.

    `words` are phrases; `counters` what stands behind a number; `counted` the pairs of both
    that are read otherwise, by the whole number (`2人`) or by its last digit (`…3分`);
    `days` are those of a month that have names of their own; `units` are read so where they
    are the whole text.
    """

    words: Mapping[str, str]
    counters: Mapping[str, str]
    counted: Mapping[str, str]
    days: Mapping[str, str]
    units: Mapping[str, str]


class Furigana:
    """Put readings above the Chinese characters of a text."""

    def __init__(self, readings: Readings, tokenizer: Tokenizer) -> None:
        self._readings = readings
        self._tokenizer = tokenizer
        begun, others = _parted(readings.words)
        words = rf"(?<!{JAPANESE.pattern})(?:{_choice(begun)})|{_choice(others)}"
        counters = _choice(readings.counters)
        self._known = re.compile(
            rf"(?P<word>{words})|(?P<date>([0-9]+)月([0-9]+)日)|(?P<counted>([0-9,]+)({counters}))"
        )

    def __call__(self, html: str) -> str:
        """Return a text node with readings; what it says is not changed.

        It stays one thing for the page's layout: one box of a row, however many words it has.
        """
        words = html.strip()
        before, after = html.split(words, 1)
        return f'{before}<span class="read">{"".join(self._pieces(words))}</span>{after}'

    def _pieces(self, html: str) -> Iterator[str]:
        if html in self._readings.units:
            yield ruby(html, self._readings.units[html])
            return
        end = 0
        for found in self._known.finditer(html):
            yield from self._looked_up(html[end : found.start()])
            yield self._by_hand(found)
            end = found.end()
        yield from self._looked_up(html[end:])

    def _by_hand(self, found: re.Match[str]) -> str:
        if found["word"]:
            return ruby(found["word"], self._readings.words[found["word"]])
        if found["date"]:
            month, day = found[3], found[4]
            named = self._readings.days.get(day)
            said = ruby(f"{day}日", named) if named else f"{day}{ruby('日', 'にち')}"
            return f"{month}{ruby('月', 'がつ')}{said}"
        number, counter = found[6], found[7]
        whole = self._whole(number, counter)
        if whole:
            return ruby(f"{number}{counter}", whole)
        reading = self._readings.counted.get(f"…{number[-1]}{counter}")
        return number + ruby(counter, reading or self._readings.counters[counter])

    def _whole(self, number: str, counter: str) -> str | None:
        """Return how a number and what it counts are read where they are one word."""
        if counter == "日" and number != "1":  # one day is not the first of a month
            return self._readings.days.get(number)
        return self._readings.counted.get(f"{number}{counter}")

    def _looked_up(self, text: str) -> Iterator[str]:
        # The dictionary takes what stands in brackets for a reading of the word before them.
        for part in _BRACKET.split(text):
            if not JAPANESE.search(part):
                yield part
                continue
            for word in self._tokenizer.tokenize(part):
                surface = part[word.begin() : word.end()]
                known = JAPANESE.search(surface) and not word.is_oov()
                yield ruby(surface, word.reading_form()) if known else surface


@lru_cache(maxsize=4096)
def ruby(word: str, reading: str) -> str:
    """Return a word with its reading above its Chinese characters alone.

    Where kana of the word do not stand in the reading, the reading is above all of it.
    Words of the dictionary are kept, never the texts they stand in: those may be personal.
    """
    runs = _RUN.findall(word)
    hiragana = reading.translate(_KATAKANA_TO_HIRAGANA)
    pattern = "".join("(.+)" if JAPANESE.search(run) else _spelled(run) for run in runs)
    found = re.fullmatch(pattern, hiragana)
    if found is None:
        return _above(word, hiragana)
    above = iter(found.groups())
    return "".join(_above(run, next(above)) if JAPANESE.search(run) else run for run in runs)


def load_furigana(path: Path = READINGS) -> Furigana:
    """Read the dictionary and the readings that were checked by hand."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return Furigana(Readings(**tables), Dictionary(dict="small").tokenizer(mode=SplitMode.C))


def _above(word: str, reading: str) -> str:
    return f"<ruby>{word}<rp>(</rp><rt>{reading}</rt><rp>)</rp></ruby>"


def _spelled(run: str) -> str:
    return re.escape(run.translate(_KATAKANA_TO_HIRAGANA))


def _parted(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the words that begin with a Chinese character, and the others."""
    begun = [word for word in words if JAPANESE.match(word)]
    return begun, [word for word in words if not JAPANESE.match(word)]


def _choice(words: Iterable[str]) -> str:
    """Return a pattern of any of these words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
