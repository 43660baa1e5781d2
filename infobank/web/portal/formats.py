"""How numbers, days and instants are written in each language."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import WRITTEN, Language, Text
from infobank.web.portal.eras import era_of

V = TypeVar("V")

OPEN_BEGINNING = date(1900, 1, 1)
"""A period from this day or an earlier one is from the beginning of all records."""

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

_DAY = re.compile(r"(?<![0-9])([0-9]{4})年([0-9]{1,2})月(?:([0-9]{1,2})日)?")


def in_words(value: V, show: Callable[[V, Language], str]) -> Text:
    """Return a day or a period as it is written in every language of a `Text`."""
    return Text(*(show(value, language) for language in WRITTEN))


def show_number(value: int, places: int = 0) -> str:
    """Return a kept whole number of 10**-places units, its thousands grouped: `1,234.50`."""
    sign, digits = ("−" if value < 0 else ""), str(abs(value)).rjust(places + 1, "0")
    whole, fraction = digits[: len(digits) - places], digits[len(digits) - places :]
    return f"{sign}{int(whole):,}{'.' if fraction else ''}{fraction}"


def show_day(day: date, language: Language) -> str:
    """Return `2026年9月30日` or `30 September 2026`."""
    if language.japanese:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def show_short_day(day: date, language: Language) -> str:
    """Return `9月30日` or `30 Sep`: only where the year stands beside it."""
    if language.japanese:
        return f"{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def show_month(day: date, language: Language) -> str:
    """Return `2026年9月` or `September 2026`."""
    if language.japanese:
        return f"{day.year}年{day.month}月"
    return f"{MONTHS[day.month - 1]} {day.year}"


def show_period(period: Period, language: Language) -> str:
    """Return both days of a period; its month when it is one, its end when it has no beginning."""
    if period == Period.month(period.first.year, period.first.month):
        return show_month(period.first, language)
    if period.first <= OPEN_BEGINNING:
        last = show_day(period.last, language)
        return f"{last}まで" if language.japanese else f"up to {last}"
    between = "から" if language.japanese else " to "
    end = "まで" if language.japanese else ""
    first, last = show_day(period.first, language), show_day(period.last, language)
    return f"{first}{between}{last}{end}"


def show_instant(at: datetime, language: Language, zone: ZoneInfo) -> str:
    """Return day and minute in the residents' zone: `2026年9月30日 14:05`."""
    local = at.astimezone(zone)
    between = " " if language.japanese else ", "
    return f"{show_day(local.date(), language)}{between}{local:%H:%M}"


def add_eras(text: str) -> str:
    """Return a Japanese text, the year of the era before each day and month that stands in it.

    `2026年9月30日` becomes `令和8年9月30日(2026年9月30日)`.
    """
    return _DAY.sub(_in_era, text)


def _in_era(found: re.Match[str]) -> str:
    year, month, number = found.groups()
    try:
        day = date(int(year), int(month), int(number or 1))
    except ValueError:
        return found[0]
    era = era_of(day)
    if era is None:
        return found[0]
    end = f"{number}日" if number else ""
    return f"{era.name}{era.year_of(day)}年{month}月{end}({found[0]})"
