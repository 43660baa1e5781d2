"""An account: a way to sign in, and what whoever signs in may do."""

from dataclasses import dataclass
from enum import StrEnum

from infobank.errors import NotFoundError
from infobank.vocabulary.identifiers import AccountId, ProviderId, ResidentId


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


def account_document(account: Account) -> dict[str, str | None]:
    """Return all that an account may do, for what is marked about it."""
    return {
        "account": str(account.account_id),
        "role": account.role.value,
        "resident": str(account.resident) if account.resident else None,
        "provider": str(account.provider) if account.provider else None,
    }
