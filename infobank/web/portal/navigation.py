"""Which pages each role finds in the header, in order."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

from infobank.accounts.account import Role
from infobank.web.portal.addresses import address
from infobank.web.portal.reader import Reader

NAVIGATION: Mapping[Role | None, tuple[str, ...]] = MappingProxyType(
    {
        None: ("datasets", "about", "api_docs", "sign_in"),
        Role.RESIDENT: ("home", "holdings", "consents", "waiting", "history", "rights", "settings"),
        Role.PROVIDER: (
            *("provider_home", "provider_consents", "provider_requests", "provider_builder"),
            *("provider_keys", "provider_notices", "provider_sandbox", "api_docs"),
        ),
        Role.AUDITOR: ("log", "log_entries", "log_trends", "log_health", "log_key"),
        Role.STEWARD: ("steward_home", "counter", "approvals", "providers", "publications", "keys"),
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


def local_path(wanted: str) -> str:
    """Return a path of this bank, or nothing: never an address elsewhere."""
    parts = urlsplit(wanted)
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    return wanted if inside and plain and not parts.scheme and not parts.netloc else ""


def _closeness(place: str, href: str) -> int:
    """Return how long a beginning of `place` an address is, 0 when it is none."""
    return len(href) if place == href or place.startswith(f"{href}/") else 0
