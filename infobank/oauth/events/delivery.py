"""How events are brought: what a recipient's endpoint may be, and what its answer means.

Pushing is RFC 8935, polling RFC 8936.
"""

import ipaddress
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from infobank.errors import InvalidInputError
from infobank.oauth.client import LOOPBACK

LONGEST_ENDPOINT: Final = 1024
LONGEST_ANSWER: Final = 4096
"""Bytes of a recipient's answer that are read at most."""

CONTENT_TYPE: Final = "application/secevent+jwt"

ERRORS: Final = frozenset(
    {
        "invalid_request",
        "invalid_key",
        "invalid_issuer",
        "invalid_audience",
        "authentication_failed",
        "access_denied",
    }
)
"""The codes of RFC 8935 section 2.4; whatever else is said counts as `OTHER`."""

OTHER: Final = "other"

FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=6)

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Outcome:
    """What came of bringing one event: taken, refused with a code, or neither."""

    taken: bool = False
    error: str = ""


AWAY: Final = Outcome()
"""Nobody can say whether it arrived: it is brought again, under the same `jti`."""


def read_answer(status: int, body: bytes) -> Outcome:
    """Return what a recipient's answer to a pushed event means (RFC 8935 sections 2.2 to 2.4)."""
    if status == 202:  # noqa: PLR2004 - the one status that means it was taken
        return Outcome(taken=True)
    if status != 400:  # noqa: PLR2004 - the one status that carries a code
        return AWAY
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return Outcome(error=OTHER)
    return Outcome(error=error_code(document.get("err") if isinstance(document, dict) else None))


def error_code(said: object) -> str:
    """Return a code that a recipient gave, as far as it is one of the registered."""
    return said if isinstance(said, str) and said in ERRORS else OTHER


def wait_after(attempts: int, fraction: float) -> timedelta:
    """Return how long to wait after so many attempts: twice as long each time, to a limit.

    `fraction`, from 0 to 1, spreads the waits over the upper half, so that recipients that
    were away together are not called together.
    """
    doubled = FIRST_WAIT * (1 << min(attempts, 20))
    return min(doubled, LONGEST_WAIT) * (1 + fraction) / 2


def check_endpoint(url: str, *, loopback: bool) -> None:
    """Accept an address to which events may be pushed.

    `https` to a name or a public address; `http` to this machine only where `loopback` is given.

    Raises:
        InvalidInputError: it is anything else; the message says what is right.
    """
    plain = len(url) <= LONGEST_ENDPOINT and all("!" <= sign <= "~" for sign in url)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not plain or not host or "@" in parts.netloc or "#" in url or "\\" in url:
        raise InvalidInputError("an endpoint is a URL without user and fragment", field="url")
    own = host in LOOPBACK
    if parts.scheme != "https" and not (parts.scheme == "http" and own and loopback):
        raise InvalidInputError("an endpoint begins with https:// and a host", field="url")
    allowed = _allowed(loopback=loopback)
    if (own and not loopback) or not (own or _is_name(host) or allowed(host)):
        raise InvalidInputError("an endpoint must not be an address of a private network")


def _is_name(host: str) -> bool:
    """Tell whether a host is a name, whose address is looked at when it is called."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not host.rpartition(".")[2].isdecimal() and not host.endswith(".localhost")
    return False


def _allowed(*, loopback: bool) -> Callable[[str], bool]:
    return lambda host: may_call(host, loopback=loopback)


def may_call(address: str, *, loopback: bool) -> bool:
    """Tell whether the bank may connect to an address: a public one, or its own machine's."""
    try:
        found = _inner(ipaddress.ip_address(address))
    except ValueError:
        return False
    if found.is_loopback:
        return loopback
    return found.is_global and not found.is_multicast


def _inner(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
