"""What takes two stewards: one asks, another approves, and then it is done in one transaction."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind, FieldValue
from infobank.accounts.account import Account, Role
from infobank.accounts.approval import Act, Approval
from infobank.clock import Clock
from infobank.db.rights import approvals
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import NotFoundError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.genuine import Genuine
from infobank.vocabulary.identifiers import AccountId

CarryOut = Callable[[Unit, Approval, datetime], Awaitable[Mapping[str, FieldValue]]]
"""Do what was approved; return what of it the entry shows."""


@dataclass(frozen=True)
class Ask:
    """Keep what a steward asks for until another decides."""

    units: Units
    record: Record
    genuine: Genuine
    clock: Clock
    entropy: Entropy

    async def __call__(
        self, act: Act, by: Account, document: Mapping[str, str], sealed: Mapping[str, str]
    ) -> Approval:
        """Keep it, marked, and say so in the history of whom it is about.

        Raises:
            NotFoundError: who asks is no steward.
        """
        drawn = Approval(
            new_uuid(self.entropy), act, document, sealed, by.steward, self.clock.now()
        )
        approval = await self.genuine.ask(drawn)
        async with self.units() as unit:
            await approvals.add(unit, approval)
            await self.record(unit, _entry("asked", approval, by.steward, approval.asked_at, {}))
            await unit.commit()
        return approval


@dataclass(frozen=True)
class Approvals:
    """Decide what another steward asked for; `acts` leads to how each is carried out."""

    units: Units
    record: Record
    genuine: Genuine
    clock: Clock
    acts: Mapping[Act, CarryOut]

    async def waiting(self) -> Sequence[Approval]:
        """Return what waits for a second steward, oldest first."""
        async with self.units() as unit:
            return await approvals.waiting(unit, self.clock.now())

    async def approve(self, approval_id: UUID, by: Account) -> Approval:
        """Give the second word, and do it.

        Raises:
            NotFoundError: nobody asked for it, it was decided, or who approves is no steward.
            ConflictError: she asked for it herself, it has lapsed, or it can be done no more.
        """
        steward, now = by.steward, self.clock.now()
        async with self.units() as unit:
            approval = await self._asked(unit, approval_id)
            approval.check(steward, now)
            await approvals.remove(unit, approval_id)
            done = await self.acts[approval.act](unit, approval, now)
            await self.record(unit, _entry("given", approval, steward, now, done))
            await unit.commit()
        return approval

    async def refuse(self, approval_id: UUID, by: Account) -> Approval:
        """Say that it shall not be done; who asked may say so too.

        Raises:
            NotFoundError: nobody asked for it, it was decided, or who refuses is no steward.
        """
        steward, now = by.steward, self.clock.now()
        async with self.units() as unit:
            approval = await self._asked(unit, approval_id)
            await approvals.remove(unit, approval_id)
            await self.record(unit, _entry("refused", approval, steward, now, {}))
            await unit.commit()
        return approval

    async def _asked(self, unit: Unit, approval_id: UUID) -> Approval:
        found = await self.genuine.asked(await approvals.locked(unit, approval_id))
        if found is None:
            raise NotFoundError("nobody asked for this, or it was decided")
        return found


def _entry(
    what: str,
    approval: Approval,
    steward: AccountId,
    now: datetime,
    done: Mapping[str, FieldValue],
) -> Entry:
    shown: dict[str, FieldValue] = {
        "what": f"{approval.act}_{what}",
        "role": Role.STEWARD.value,
        "staff": str(steward),
        "asked_by": str(approval.asked_by),
        **done,
    }
    if "provider" in approval.document:
        shown["provider"] = approval.document["provider"]
    hidden = {"approval": str(approval.approval_id)}
    return Entry(EntryKind.STAFF_ACT, now, approval.resident, shown, hidden)
