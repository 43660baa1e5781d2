"""Read what people typed, however they wrote it: full width, with commas, in years of an era.

Every fault is an `InvalidInputError` that names the form's field.  What would have been
right is said by the page, in the reader's language, such as by its text `typed.day`.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from infobank.errors import InvalidInputError
from infobank.web.portal.eras import day_in

_WESTERN = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_ERA = re.compile(
    r"(明治|大正|昭和|平成|令和|[MTSHR])([0-9]{1,2}|元)[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?",
    re.IGNORECASE,
)
_TIME = re.compile(r"([0-9]{1,2})(?::|時)([0-9]{1,2})?分?")
_NUMBER = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_MINUSES = str.maketrans(dict.fromkeys("−‐‑–—―ー", "-"))
_LAST_HOUR, _LAST_MINUTE = 23, 59


def plain(text: str) -> str:
    """Return a text with full-width letters, digits and spaces made plain (NFKC), and trimmed."""
    return unicodedata.normalize("NFKC", text).strip()


def alike(text: str) -> str:
    """Return a text made plain and without upper case, to compare it with others."""
    return plain(text).casefold()


def day(text: str, field: str = "") -> date:
    """Return the day meant by `令和8年9月30日`, `R8.9.30`, `2026年9月30日` or `2026/9/30`.

    Raises:
        InvalidInputError: it is none of these, or there is no such day.
    """
    written = _tight(text)
    try:
        if western := _WESTERN.fullmatch(written):
            return date(*map(int, western.groups()))
        if found := _ERA.fullmatch(written):
            era, year, month, number = found.groups()
            return day_in(era, 1 if year == "元" else int(year), int(month), int(number))
    except (ValueError, InvalidInputError):
        pass
    raise InvalidInputError("a day is written like 2026-09-30", field=field)


def days(sent: Mapping[str, str], *names: str) -> tuple[dict[str, date], frozenset[str]]:
    """Return the days of a form by their fields, each optional, and the fields that hold none.

    The last day of the calendar is none: nothing ends after it.
    """
    found: dict[str, date] = {}
    wrong = set[str]()
    for name in names:
        written = plain(sent.get(name, ""))
        try:
            if written:
                found[name] = day(written, name)
        except InvalidInputError:
            wrong.add(name)
    endless = {name for name, each in found.items() if each == date.max}
    return {name: found[name] for name in found.keys() - endless}, frozenset(wrong | endless)


def time(text: str, field: str = "") -> int:
    """Return the minute of the day meant by `14:05`, `14時5分` or `14時`.

    Raises:
        InvalidInputError: it is none of these, or there is no such time.
    """
    found = _TIME.fullmatch(_tight(text))
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (_LAST_HOUR + 1, 0)
    if hour > _LAST_HOUR or minute > _LAST_MINUTE or (found and found[0].endswith(":")):
        raise InvalidInputError("a time is written like 14:05", field=field)
    return hour * 60 + minute


def number(text: str, field: str = "") -> str:
    """Return a number as programs write it, `-1234.5`, from `－１，２３４．５` and the like.

    Raises:
        InvalidInputError: it is not a decimal number.
    """
    written = _tight(text)
    if not _NUMBER.fullmatch(written):
        raise InvalidInputError("a number is written like 1234.5", field=field)
    return written.replace(",", "")


def whole(text: str, field: str = "") -> int:
    """Return a whole number that is not negative.

    Raises:
        InvalidInputError: it is none, or too long for any count.
    """
    written = number(text, field)
    if not written.isdigit() or len(written) > 18:  # noqa: PLR2004 - 64 bits
        raise InvalidInputError("a whole number is written like 90", field=field)
    return int(written)


def _tight(text: str) -> str:
    """Return a plain text without spaces, its minus signs alike."""
    return "".join(plain(text).split()).translate(_MINUSES)
