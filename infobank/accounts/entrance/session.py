"""A session: one browser in which somebody signed in, and what may be done in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from infobank.accounts.account import Account, account_document
from infobank.accounts.entrance.device import Device
from infobank.accounts.proxy import Proxy
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.text.canonical import canonical_json, instant

COARSE: Final = timedelta(minutes=5)
"""How exactly the bank notes when a session was last used: no more often than this."""


class Way(StrEnum):
    """How somebody proved who she is."""

    PASSKEY = "passkey"
    CITY = "city"
    """By the city's own sign-in (OpenID Connect)."""
    DEMO = "demo"
    """By a name alone, which only the demo takes."""


@dataclass(frozen=True)
class Arrival:
    """How a session began, and when it was proven and used last.

    `proven_at` is when who sits there last showed a passkey or the city's sign-in; `used_at` is
    coarse, see `COARSE`.
    """

    session_id: UUID
    way: Way
    device: Device
    begun_at: datetime
    proven_at: datetime
    used_at: datetime

    def idle(self, now: datetime, longest: timedelta | None) -> bool:
        """Tell whether nobody used it for so long that it counts no more."""
        return longest is not None and now - self.used_at >= longest

    def stale(self, now: datetime) -> bool:
        """Tell whether its last use has to be noted anew."""
        return now - self.used_at >= COARSE


@dataclass(frozen=True)
class Session:
    """A signed-in browser; `csrf` is the secret its forms must repeat.

    `proxy` is under which the person acts for somebody else just now, live or not.
    """

    account: Account
    csrf: str
    expires_at: datetime
    arrival: Arrival
    proxy: Proxy | None = None

    @property
    def acts_for(self) -> ResidentId | None:
        """Whose data the person sees and acts on: a ward's, her own, or nobody's."""
        return self.proxy.resident if self.proxy else self.account.resident

    @property
    def by(self) -> GivenBy:
        """Whose act it is what the person does in this session."""
        return GivenBy.GUARDIAN if self.proxy else GivenBy.SELF

    def live(self, now: datetime) -> bool:
        """Tell whether the session still counts, as far as its end goes."""
        return now < self.expires_at

    def fresh(self, now: datetime, longest: timedelta) -> bool:
        """Tell whether who sits there proved who she is within so long."""
        return now - self.arrival.proven_at < longest


def session_bytes(session_hash: bytes, session: Session) -> bytes:
    """Return what makes a session, as the bytes that are marked.

    Its last use is left out: putting that forward only keeps open what ends anyway.
    """
    proxy = session.proxy
    return canonical_json(
        {
            "session": session_hash.hex(),
            "name": str(session.arrival.session_id),
            "account": account_document(session.account),
            "csrf": session.csrf,
            "way": session.arrival.way.value,
            "begun_at": instant(session.arrival.begun_at),
            "proven_at": instant(session.arrival.proven_at),
            "expires_at": instant(session.expires_at),
            "acts_for": [str(proxy.resident), str(proxy.proxy_id)] if proxy else None,
        }
    )
