"""An account: a way to sign in, and what whoever signs in may do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from infobank.vocabulary.identifiers import AccountId, ProviderId, ResidentId

SESSION_LIFE = timedelta(hours=8)
"""How long a portal session lives at most, whatever happens in it."""


class Role(StrEnum):
    """What an account is for.  No role can read a resident's data but the resident's own."""

    RESIDENT = "resident"
    PROVIDER = "provider"
    AUDITOR = "auditor"
    STEWARD = "steward"


@dataclass(frozen=True)
class Account:
    """One way to sign in.

    A resident's account names the resident, a provider's the provider; staff
    accounts name neither.
    """

    account_id: AccountId
    role: Role
    resident: ResidentId | None = None
    provider: ProviderId | None = None


@dataclass(frozen=True)
class Session:
    """A signed-in browser; `csrf` is the secret its forms must repeat."""

    account: Account
    csrf: str
    expires_at: datetime

    def live(self, now: datetime) -> bool:
        """Tell whether the session still counts."""
        return now < self.expires_at
