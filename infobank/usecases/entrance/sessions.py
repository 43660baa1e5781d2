"""Sessions: begun by a proof, looked at on every request, listed and ended by their owner."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from infobank.accounts.account import Account, Role
from infobank.accounts.entrance.device import Device
from infobank.accounts.entrance.errors import StepUpError
from infobank.accounts.entrance.session import Arrival, Session, Way
from infobank.accounts.proxy import Proxy
from infobank.clock import Clock
from infobank.db.entrance import sessions
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import NotFoundError
from infobank.oauth.token import new_secret, secret_hash
from infobank.usecases.accesslog.record import Record
from infobank.usecases.entrance import entries
from infobank.usecases.entrance.marks import Marks
from infobank.vocabulary.rules.house import HouseRules


@dataclass(frozen=True)
class Sessions:
    """Keep portal sessions, known by the hash of their cookie."""

    units: Units
    marks: Marks
    record: Record
    clock: Clock
    entropy: Entropy
    house: HouseRules

    async def begin(
        self, unit: Unit, account: Account, way: Way, device: Device, now: datetime
    ) -> tuple[str, Session]:
        """Begin a session in a unit that its caller commits; return its cookie's secret too."""
        secret = new_secret(self.entropy)
        arrival = Arrival(new_uuid(self.entropy), way, device, now, now, now)
        expires_at = now + self.house.session_life
        session = Session(account, new_secret(self.entropy), expires_at, arrival)
        mac = await self.marks.session(secret_hash(secret), session)
        await sessions.add(unit, secret_hash(secret), session, mac)
        await self.record(unit, entries.signed_in(account, way, now))
        return secret, session

    async def resume(self, secret: str) -> Session | None:
        """Return the session of a cookie; None when it ended, was left alone or is not ours."""
        key, now = secret_hash(secret), self.clock.now()
        async with self.units() as unit:
            found = await sessions.one(unit, key)
            if found is None or not self._counts(found[0], now):
                return None
            if found[0].arrival.stale(now):
                await sessions.touch(unit, key, now)
                await unit.commit()
        session, mac = found
        return session if await self.marks.genuine_session(key, session, mac) else None

    def demand_fresh(self, session: Session) -> None:
        """Accept an act that asks for a fresh proof of who sits there.

        Raises:
            StepUpError: the last one is too old.
        """
        if not session.fresh(self.clock.now(), self.house.step_up):
            raise StepUpError("prove anew who you are")

    async def prove(self, unit: Unit, secret: str, session: Session, now: datetime) -> Session:
        """Note that who sits there proved who she is, in a unit that the caller commits."""
        proven = replace(session, arrival=replace(session.arrival, proven_at=now))
        return await self._keep(unit, secret, proven)

    async def act_for(self, secret: str, session: Session, proxy: Proxy | None) -> Session:
        """Let a session act under a proxy from now on, or for its own person again."""
        async with self.units() as unit:
            changed = await self._keep(unit, secret, replace(session, proxy=proxy))
            await unit.commit()
        return changed

    async def of(self, session: Session) -> Sequence[Arrival]:
        """Return how every session of a person began that still counts, last used first."""
        now = self.clock.now()
        idle = self._idle(session.account)
        async with self.units() as unit:
            found = await sessions.of_account(unit, session.account.account_id, now)
        return [each for each in found if not each.idle(now, idle)]

    async def end(self, session: Session, session_id: UUID) -> None:
        """End one of a person's sessions.

        Raises:
            NotFoundError: she has none of that name, or it has ended.
        """
        account, now = session.account, self.clock.now()
        async with self.units() as unit:
            if not await sessions.end_one(unit, account.account_id, session_id, now):
                raise NotFoundError("there is no such session, or it has ended")
            await self.record(unit, entries.changed(account, "sessions_ended", now, count=1))
            await unit.commit()

    async def end_others(self, session: Session) -> int:
        """End every session of a person but the one she says it in; return how many ended."""
        account, now = session.account, self.clock.now()
        async with self.units() as unit:
            kept = session.arrival.session_id
            ended = await sessions.end_all(unit, account.account_id, now, but=kept)
            if ended:
                entry = entries.changed(account, "sessions_ended", now, count=ended)
                await self.record(unit, entry)
            await unit.commit()
        return ended

    async def out(self, secret: str, session: Session) -> None:
        """End the session of a cookie."""
        now = self.clock.now()
        async with self.units() as unit:
            await sessions.end(unit, secret_hash(secret), now)
            await self.record(unit, entries.changed(session.account, "signed_out", now))
            await unit.commit()

    async def _keep(self, unit: Unit, secret: str, session: Session) -> Session:
        mac = await self.marks.session(secret_hash(secret), session)
        await sessions.change(unit, secret_hash(secret), session, mac)
        return session

    def _counts(self, session: Session, now: datetime) -> bool:
        return session.live(now) and not session.arrival.idle(now, self._idle(session.account))

    def _idle(self, account: Account) -> timedelta | None:
        return None if account.role is Role.RESIDENT else self.house.staff_idle
