"""A device in plain words: which family of browser, on which family of machine, and no more."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LONGEST: Final = 1024
"""Characters of a `User-Agent` header that are looked at."""


class Browser(StrEnum):
    """A family of browsers."""

    EDGE = "edge"
    SAMSUNG = "samsung"
    FIREFOX = "firefox"
    CHROME = "chrome"
    SAFARI = "safari"
    OTHER = "other"


class Machine(StrEnum):
    """A family of machines."""

    IPHONE = "iphone"
    IPAD = "ipad"
    ANDROID = "android"
    WINDOWS = "windows"
    MAC = "mac"
    LINUX = "linux"
    OTHER = "other"


_BROWSERS: Final = (
    ("Edg", Browser.EDGE),
    ("SamsungBrowser", Browser.SAMSUNG),
    ("Firefox", Browser.FIREFOX),
    ("FxiOS", Browser.FIREFOX),
    ("CriOS", Browser.CHROME),
    ("Chrome", Browser.CHROME),
    ("Safari", Browser.SAFARI),
)
"""In this order: nearly every browser also says that it is Chrome or Safari."""

_MACHINES: Final = (
    ("iPhone", Machine.IPHONE),
    ("iPad", Machine.IPAD),
    ("Android", Machine.ANDROID),
    ("Windows", Machine.WINDOWS),
    ("Macintosh", Machine.MAC),
    ("CrOS", Machine.LINUX),
    ("Linux", Machine.LINUX),
)


@dataclass(frozen=True)
class Device:
    """What a reader needs to know one of her browsers again."""

    browser: Browser = Browser.OTHER
    machine: Machine = Machine.OTHER


def device_of(user_agent: str) -> Device:
    """Return the families that a `User-Agent` header names; what it says besides is not kept."""
    text = user_agent[:LONGEST]
    browser = next((kind for mark, kind in _BROWSERS if mark in text), Browser.OTHER)
    machine = next((kind for mark, kind in _MACHINES if mark in text), Machine.OTHER)
    return Device(browser, machine)
