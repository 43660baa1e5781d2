"""An account: a way to sign in, and what whoever signs in may do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from infobank.accounts.proxy import Proxy
from infobank.errors import NotFoundError
from infobank.vocabulary.givenby import GivenBy
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

    @property
    def steward(self) -> AccountId:
        """How the steward is named who signs in by this account.

        Raises:
            NotFoundError: it is no steward's.
        """
        if self.role is not Role.STEWARD:
            raise NotFoundError("only a steward does this")
        return self.account_id


@dataclass(frozen=True)
class Session:
    """A signed-in browser; `csrf` is the secret its forms must repeat.

    `proxy` is under which the person acts for somebody else just now, live or not.
    """

    account: Account
    csrf: str
    expires_at: datetime
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
        """Tell whether the session still counts."""
        return now < self.expires_at
