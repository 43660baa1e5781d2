"""Let a resident who can no longer sign in do so by another handle, on two stewards' word."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infobank.accounts.account import Account
from infobank.accounts.approval import Act, Approval
from infobank.db import accounts
from infobank.db.unit import Unit
from infobank.errors import ConflictError
from infobank.usecases.accounts.approvals import Ask
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import AccountId


@dataclass(frozen=True)
class RecoverAccount:
    """Ask for a recovery, and carry it out when that was approved."""

    ask: Ask
    keyservice: KeyService

    async def __call__(self, handle: str, new_handle: str, by: Account) -> Approval:
        """Ask that who signs in with a handle do so with another one, and with that alone.

        Raises:
            InvalidInputError: no resident signs in with the handle.
            ConflictError: the other one is taken.
            NotFoundError: who asks is no steward.
        """
        old, new = await self.keyservice.index(
            "sign-in", [("handle", handle), ("handle", new_handle)]
        )
        async with self.ask.units() as unit:
            resident, account = await accounts.resident_account(unit, old)
            if await accounts.account_of(unit, new) is not None:
                raise ConflictError("this handle is taken")
        document = {"resident": str(resident), "account": str(account)}
        return await self.ask(Act.RECOVERY, by, document, {"handle": new.hex()})

    async def carry_out(self, unit: Unit, approval: Approval, _: datetime) -> Mapping[str, str]:
        """Bind the account to the new handle; whatever is signed in by it is signed in no more.

        Raises:
            ConflictError: the account is gone, or somebody took the handle.
        """
        account = AccountId(UUID(approval.document["account"]))
        if not await accounts.rebind(unit, account, bytes.fromhex(approval.sealed["handle"])):
            raise ConflictError("the account is gone, or the handle is taken")
        return {}
