"""Sign in with a passkey, prove it anew, and keep, list and remove passkeys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from infobank.accounts.account import Account
from infobank.accounts.entrance.ceremony import RelyingParty, Shown, read_made, read_shown
from infobank.accounts.entrance.challenge import Purpose
from infobank.accounts.entrance.device import Device
from infobank.accounts.entrance.errors import CeremonyError, CounterBackError, LastWayError
from infobank.accounts.entrance.passkey import MOST, Holder, Passkey, went_back
from infobank.accounts.entrance.session import Session, Way
from infobank.clock import Clock
from infobank.db.entrance import links, passkeys
from infobank.db.unit import Unit, Units
from infobank.errors import ConflictError, NotFoundError
from infobank.oauth.token import secret_hash
from infobank.usecases.accesslog.record import Record
from infobank.usecases.entrance import entries
from infobank.usecases.entrance.challenges import Challenges
from infobank.usecases.entrance.marks import Marks
from infobank.usecases.entrance.sessions import Sessions


@dataclass(frozen=True)
class Passkeys:
    """What is done with passkeys; the browser's half of it is `passkeys.js`."""

    units: Units
    marks: Marks
    record: Record
    clock: Clock
    challenges: Challenges
    sessions: Sessions
    party: RelyingParty

    async def ask_sign_in(self) -> str:
        """Return what a browser is asked for to sign somebody in, as JSON."""
        return self.party.request(await self.challenges.ask(Purpose.SIGN_IN))

    async def sign_in(self, answer: str, device: Device) -> tuple[str, Session]:
        """Sign in whoever shows a passkey; return the cookie's secret and the session.

        Raises:
            CeremonyError: the answer is not accepted; `CounterBackError` when it may be a copy's.
        """
        shown = read_shown(answer)
        await self.challenges.take(shown.challenge, Purpose.SIGN_IN)
        passkey, count = await self._check(shown)
        now = self.clock.now()
        async with self.units() as unit:
            await self._use(unit, passkey, count, now)
            begun = await self.sessions.begin(unit, passkey.account, Way.PASSKEY, device, now)
            await unit.commit()
        return begun

    async def ask_confirm(self, secret: str, session: Session) -> str:
        """Return what a browser is asked for to prove anew who sits there, as JSON."""
        account = session.account
        held = await self.of(account)
        challenge = await self.challenges.ask(
            Purpose.CONFIRM, account.account_id, secret_hash(secret)
        )
        return self.party.request(challenge, [each.credential_id for each in held])

    async def confirm(self, secret: str, session: Session, answer: str) -> Session:
        """Accept a fresh proof in a session; return the session as it stands then.

        Raises:
            CeremonyError: as `sign_in`, or the passkey is another account's.
        """
        shown, account = read_shown(answer), session.account
        await self.challenges.take(
            shown.challenge, Purpose.CONFIRM, account.account_id, secret_hash(secret)
        )
        passkey, count = await self._check(shown)
        if passkey.account != account:
            raise CeremonyError("the passkey is another account's")
        now = self.clock.now()
        async with self.units() as unit:
            await self._use(unit, passkey, count, now)
            proven = await self.sessions.prove(unit, secret, session, now)
            await unit.commit()
        return proven

    async def ask_new(
        self, purpose: Purpose, account: Account, label: str, session_hash: bytes | None = None
    ) -> str:
        """Return what a browser is asked for to make a new passkey, as JSON."""
        held = await self.of(account)
        challenge = await self.challenges.ask(purpose, account.account_id, session_hash)
        return self.party.creation(
            challenge, account.account_id, label, [each.credential_id for each in held]
        )

    async def read_new(
        self,
        answer: str,
        purpose: Purpose,
        account: Account,
        holder: Holder,
        session_hash: bytes | None = None,
    ) -> Passkey:
        """Return a new passkey, marked and not kept yet.

        Raises:
            CeremonyError: the answer is not accepted.
        """
        made = read_made(answer)
        await self.challenges.take(made.challenge, purpose, account.account_id, session_hash)
        credential_id, public_key, count = self.party.check_new(made, made.challenge)
        now = self.clock.now()
        return await self.marks.passkey(
            Passkey(credential_id, account, holder, public_key, count, now, now)
        )

    async def add(self, secret: str, session: Session, answer: str, holder: Holder) -> Passkey:
        """Keep one more passkey of who is signed in, and has just proved it.

        Raises:
            CeremonyError: the answer is not accepted.
            ConflictError: it is kept already, or there are as many as there may be.
            StepUpError: the last proof is too old.
        """
        self.sessions.demand_fresh(session)
        account = session.account
        passkey = await self.read_new(answer, Purpose.ADD, account, holder, secret_hash(secret))
        async with self.units() as unit:
            await self.keep(unit, passkey)
            await unit.commit()
        return passkey

    async def keep(self, unit: Unit, passkey: Passkey) -> None:
        """Keep a new passkey, in a unit that the caller commits.

        Raises:
            ConflictError: it is kept already, or there are as many as there may be.
        """
        account = passkey.account
        if len(await passkeys.locked(unit, account.account_id)) >= MOST:
            raise ConflictError("there are as many passkeys as there may be; remove one first")
        if not await passkeys.add(unit, passkey):
            raise ConflictError("this passkey is kept already")
        entry = entries.changed(
            account, "passkey_added", passkey.made_at, holder=passkey.holder.value
        )
        await self.record(unit, entry)

    async def of(self, account: Account) -> Sequence[Passkey]:
        """Return an account's passkeys, oldest first; those that are not genuine are left out."""
        async with self.units() as unit:
            found = await passkeys.of_account(unit, account)
        return await self.marks.passkeys(found)

    async def remove(self, session: Session, credential_id: bytes) -> None:
        """Let one of a person's passkeys count no more.

        Raises:
            NotFoundError: she has none of that identifier.
            LastWayError: it is her only way in.
            StepUpError: the last proof is too old.
        """
        self.sessions.demand_fresh(session)
        account, now = session.account, self.clock.now()
        async with self.units() as unit:
            held = await passkeys.locked(unit, account.account_id)
            linked = await links.of_account(unit, account)
            if credential_id not in held:
                raise NotFoundError("there is no such passkey")
            if len(held) == 1 and linked is None:
                raise LastWayError("this is the only way in; make another one first")
            await passkeys.remove(unit, account.account_id, credential_id)
            await self.record(unit, entries.changed(account, "passkey_removed", now))
            await unit.commit()

    async def _check(self, shown: Shown) -> tuple[Passkey, int]:
        """Return a passkey whose answer is good, and the counter it showed."""
        async with self.units() as unit:
            found = await passkeys.one(unit, shown.credential_id)
        genuine = await self.marks.passkeys([found] if found else [])
        if not genuine:
            raise CeremonyError("no such passkey")
        (passkey,) = genuine
        count = self.party.check(shown, shown.challenge, passkey)
        if went_back(passkey.sign_count, count):
            await self._alarm(passkey)
        return passkey, count

    async def _use(self, unit: Unit, passkey: Passkey, count: int, now: datetime) -> None:
        if not await passkeys.use(unit, passkey.credential_id, count, now):
            await self._alarm(passkey)

    async def _alarm(self, passkey: Passkey) -> None:
        """Refuse a passkey that may have been copied, and let the log say so."""
        async with self.units() as unit:
            await self.record(unit, entries.counter_back(passkey.account, self.clock.now()))
            await unit.commit()
        raise CounterBackError("the counter went back")
