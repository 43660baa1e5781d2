"""Which pages each role finds in the header, in order."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from infobank.accounts.account import Role
from infobank.web.portal.addresses import address
from infobank.web.portal.reader import Reader

NAVIGATION: Mapping[Role | None, tuple[str, ...]] = MappingProxyType(
    {
        None: ("datasets", "about", "api_docs", "sign_in"),
        Role.RESIDENT: ("home", "holdings", "consents", "waiting", "history", "rights"),
        Role.PROVIDER: ("provider_home", "api_docs"),
        Role.AUDITOR: ("log", "log_key"),
        Role.STEWARD: ("steward_home", "corrections", "publications"),
    }
)


class Link(NamedTuple):
    """One link of the header; `current` when the reader stands on it or below it."""

    name: str
    href: str
    current: bool


def links(reader: Reader) -> tuple[Link, ...]:
    """Return the header's links for a reader: the closest one alone is current."""
    names = NAVIGATION[reader.role]
    closest = max(names, key=lambda name: _closeness(reader.place, address(name)))
    on_it = _closeness(reader.place, address(closest)) > 0
    return tuple(Link(name, address(name), on_it and name == closest) for name in names)


def _closeness(place: str, href: str) -> int:
    """Return how long a beginning of `place` an address is, 0 when it is none."""
    return len(href) if place == href or place.startswith(f"{href}/") else 0
