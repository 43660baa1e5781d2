"""Bring back a resident who lost every way in, on two stewards' word.

Each steward sees half of a code and gives it to the person at the desk.  The code counts only
after a waiting time, in which whoever is still signed in can stop it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infobank.accounts.account import Account
from infobank.accounts.approval import Act, Approval
from infobank.accounts.entrance.enrolment import RECOVERY_LIFE, Enrolment, Opening, new_half
from infobank.db import accounts
from infobank.db.entrance import enrolments
from infobank.db.unit import Unit
from infobank.errors import ConflictError
from infobank.usecases.accounts.approvals import Ask, Done
from infobank.usecases.entrance.marks import Marks
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import AccountId
from infobank.vocabulary.rules.house import HouseRules


@dataclass(frozen=True)
class RecoverAccount:
    """Ask for a recovery, and carry it out when that was approved."""

    ask: Ask
    keyservice: KeyService
    marks: Marks
    house: HouseRules

    async def __call__(self, handle: str, by: Account) -> tuple[Approval, str]:
        """Ask that who signs in with a handle come back; return the code's first half, this once.

        Raises:
            InvalidInputError: no resident signs in with the handle.
            NotFoundError: who asks is no steward.
        """
        half = new_half(self.ask.entropy)
        index, first = (
            *await self.keyservice.index("sign-in", [("handle", handle)]),
            *await self.keyservice.index("enrolment", [("first", half)]),
        )
        async with self.ask.units() as unit:
            resident, account = await accounts.resident_account(unit, index)
        document = {"resident": str(resident), "account": str(account)}
        return await self.ask(Act.RECOVERY, by, document, {"first": first.hex()}), half

    async def carry_out(self, unit: Unit, approval: Approval, now: datetime) -> Done:
        """Make the code count after the waiting time, alone; tell its second half.

        Raises:
            ConflictError: the account is gone.
        """
        account_id = AccountId(UUID(approval.document["account"]))
        account = await accounts.account_by_id(unit, account_id)
        if account is None:
            raise ConflictError("the account is gone")
        half, usable_from = new_half(self.ask.entropy), now + self.house.recovery_wait
        (second,) = await self.keyservice.index("enrolment", [("second", half)])
        drawn = Enrolment(
            halves=(bytes.fromhex(approval.sealed["first"]), second),
            account=account,
            opening=Opening.RECOVERY,
            made_at=now,
            usable_from=usable_from,
            expires_at=usable_from + RECOVERY_LIFE,
        )
        await enrolments.stop(unit, account_id, now)
        await enrolments.add(unit, await self.marks.enrolment(drawn))
        return Done({"usable_from": usable_from.isoformat()}, half)
