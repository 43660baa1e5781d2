"""What takes two stewards: one asks, another approves, and then it is done in one transaction.

What a provider asks for itself takes two stewards too: the first makes it hers.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind, FieldValue
from infobank.accounts.account import Account, Role
from infobank.accounts.approval import Act, Approval, taken_up
from infobank.clock import Clock
from infobank.consent.consent import Consent
from infobank.db.rights import approvals
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import ConflictError, NotFoundError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.consent.lessen import drain
from infobank.usecases.genuine import Genuine
from infobank.vocabulary.identifiers import AccountId


class Done(NamedTuple):
    """What was done: what of it the entry shows, and what the approving steward alone is told.

    `changed` are consents that are others by it.
    """

    shown: Mapping[str, FieldValue]
    told: str = ""
    changed: Sequence[Consent] = ()


CarryOut = Callable[[Unit, Approval, datetime], Awaitable[Done]]
"""Do what was approved."""


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
            ConflictError: exactly this waits already.
            NotFoundError: who asks is no steward, nor the provider whose keys they are.
        """
        asker, document = _asker(act, document, by)
        drawn = Approval(new_uuid(self.entropy), act, document, sealed, asker, self.clock.now())
        approval = await self.genuine.ask(drawn)
        async with self.units() as unit:
            if await approvals.asked_before(unit, approval):
                raise ConflictError("this was asked for already, and waits for another steward")
            await approvals.add(unit, approval)
            role = {"role": by.role.value}
            await self.record(unit, _entry("asked", approval, asker, approval.asked_at, role))
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

    async def one(self, approval_id: UUID) -> Approval:
        """Return one thing that waits for a second steward.

        Raises:
            NotFoundError: nobody asked for it, it was decided, or it has lapsed.
        """
        async with self.units() as unit:
            found = await approvals.one(unit, approval_id)
        if found is None or found.lapses_at <= self.clock.now():
            raise NotFoundError("nobody asked for this, or it was decided")
        return found

    async def approve(self, approval_id: UUID, by: Account) -> Approval:
        """Give the second word, and do it; what is `told` is told this once.

        Where a provider asked, this is the first word: it waits on, as asked by this steward.

        Raises:
            NotFoundError: nobody asked for it, it was decided, or who approves is no steward.
            ConflictError: she asked for it herself, it has lapsed, or it can be done no more.
        """
        steward, now = by.steward, self.clock.now()
        async with self.units() as unit:
            approval = await self._asked(unit, approval_id)
            approval.check(steward, now)
            await approvals.remove(unit, approval_id)
            if approval.by_provider:
                return await self._take_up(unit, approval, steward, now)
            done = await self.acts[approval.act](unit, approval, now)
            await self.record(unit, _entry("given", approval, steward, now, done.shown))
            await unit.commit()
        # What was permitted before may be on its way still.
        await drain(self.units, done.changed)
        return replace(approval, told=done.told)

    async def _take_up(
        self, unit: Unit, approval: Approval, steward: AccountId, now: datetime
    ) -> Approval:
        first = await self.genuine.ask(taken_up(approval, steward))
        await approvals.add(unit, first)
        await self.record(unit, _entry("asked", approval, steward, now, {}))
        await unit.commit()
        return first

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


def _asker(
    act: Act, document: Mapping[str, str], by: Account
) -> tuple[AccountId, Mapping[str, str]]:
    """Return who asks, and for what: a steward, or a provider for keys of its own, which is noted.

    Raises:
        NotFoundError: it is somebody else.
    """
    own = by.provider is not None and document.get("provider") == str(by.provider)
    if act is Act.PROVIDER_KEYS and own:
        return by.account_id, {**document, "by": by.role.value}
    return by.steward, document


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
