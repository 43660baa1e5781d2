"""Begin a way into an account with a code on paper."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from infobank.accounts.account import Account, Role
from infobank.accounts.entrance.challenge import Purpose
from infobank.accounts.entrance.device import Device
from infobank.accounts.entrance.enrolment import LIFE, Enrolment, Opening, new_half, read_code
from infobank.accounts.entrance.errors import CodeRefusedError
from infobank.accounts.entrance.passkey import Holder
from infobank.accounts.entrance.session import Session, Way
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.entrance import enrolments, passkeys, sessions
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import ConflictError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.entrance import entries
from infobank.usecases.entrance.marks import Marks
from infobank.usecases.entrance.passkeys import Passkeys
from infobank.usecases.entrance.sessions import Sessions
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import AccountId, ProviderId, ResidentId

Keep = Callable[[Unit, datetime], Awaitable[None]]
"""Keep what the code begins, in the unit in which the code is used up."""


@dataclass(frozen=True)
class Enrolments:
    """Make codes, and take them once."""

    units: Units
    keyservice: KeyService
    marks: Marks
    record: Record
    clock: Clock
    entropy: Entropy
    passkeys: Passkeys
    sessions: Sessions

    async def open(
        self,
        handle: str,
        role: Role,
        *,
        resident: ResidentId | None = None,
        provider: ProviderId | None = None,
    ) -> str:
        """Open an account; return the code that begins its first way in, shown this once.

        Raises:
            ConflictError: the handle is taken.
        """
        account = Account(AccountId(new_uuid(self.entropy)), role, resident, provider)
        (index,) = await self.keyservice.index("sign-in", [("handle", handle)])
        code, now = new_half(self.entropy) + new_half(self.entropy), self.clock.now()
        drawn = Enrolment(await self.halves(code), account, Opening.FIRST, now, now, now + LIFE)
        enrolment = await self.marks.enrolment(drawn)
        async with self.units() as unit:
            if not await accounts.add_account(unit, index, account):
                raise ConflictError("this handle is taken")
            await enrolments.add(unit, enrolment)
            await self.record(unit, entries.opened(account, now))
            await unit.commit()
        return code

    async def look(self, code: str) -> Enrolment:
        """Return what a code would begin, which does not use it up.

        Raises:
            CodeRefusedError: it is no code, or does not count any more.
            CodeWaitsError: it counts only after its waiting time.
        """
        return await self.found(await self.halves(code))

    async def found(self, halves: tuple[bytes, bytes]) -> Enrolment:
        """Return what a code of these halves would begin.

        Raises:
            CodeRefusedError: there is none, or it does not count any more.
            CodeWaitsError: it counts only after its waiting time.
        """
        async with self.units() as unit:
            found = await enrolments.one(unit, halves)
        enrolment = await self.marks.genuine_enrolment(found)
        if enrolment is None:
            raise CodeRefusedError
        enrolment.check(self.clock.now())
        return enrolment

    async def ask(self, code: str, label: str) -> str:
        """Return what a browser is asked for to make the passkey that a code begins, as JSON.

        Raises:
            CodeRefusedError: as `look`.
            CodeWaitsError: as `look`.
        """
        account = (await self.look(code)).account
        return await self.passkeys.ask_new(Purpose.ENROL, account, label)

    async def enrol(
        self, code: str, answer: str, holder: Holder, device: Device
    ) -> tuple[str, Session]:
        """Keep a passkey on the word of a code, and sign in with it.

        Raises:
            CodeRefusedError: as `look`, or somebody used the code first.
            CodeWaitsError: as `look`.
            CeremonyError: the answer is not accepted.
        """
        enrolment = await self.look(code)
        account = enrolment.account
        passkey = await self.passkeys.read_new(answer, Purpose.ENROL, account, holder)

        async def keep(unit: Unit, _: datetime) -> None:
            await self.passkeys.keep(unit, passkey)

        return await self.use(enrolment, Way.PASSKEY, device, keep)

    async def use(
        self, enrolment: Enrolment, way: Way, device: Device, keep: Keep
    ) -> tuple[str, Session]:
        """Use a code up for a way in, and sign in by it; a recovery ends what was there before.

        Raises:
            CodeRefusedError: somebody used the code first, or stopped it.
        """
        account, now = enrolment.account, self.clock.now()
        async with self.units() as unit:
            if not await enrolments.use(unit, enrolment.halves, now):
                raise CodeRefusedError
            if enrolment.opening is Opening.RECOVERY:
                await self._end_former(unit, account, now)
            await keep(unit, now)
            begun = await self.sessions.begin(unit, account, way, device, now)
            await unit.commit()
        return begun

    async def halves(self, code: str) -> tuple[bytes, bytes]:
        """Return the keyed indexes of the halves of a code as somebody typed it.

        Raises:
            CodeRefusedError: it is no code.
        """
        first, second = read_code(code)
        one, other = await self.keyservice.index(
            "enrolment", [("first", first), ("second", second)]
        )
        return one, other

    async def _end_former(self, unit: Unit, account: Account, now: datetime) -> None:
        # INVARIANT: whoever found or stole what was lost is out the moment its owner is back.
        ended = await sessions.end_all(unit, account.account_id, now)
        removed = await passkeys.remove_all(unit, account.account_id)
        entry = entries.changed(account, "recovered", now, passkeys=removed, sessions=ended)
        await self.record(unit, entry)
