"""Open accounts, and sign in the demo's way: a handle, and no credential."""

from dataclasses import dataclass

from infobank.accounts.account import Account, Role
from infobank.accounts.entrance.device import Device
from infobank.accounts.entrance.errors import StepUpError
from infobank.accounts.entrance.session import Session, Way
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.unit import Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import ConflictError, NotFoundError
from infobank.usecases.entrance.sessions import Sessions
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import AccountId, ProviderId, ResidentId


@dataclass(frozen=True)
class SignIn:
    """Sign in with a handle, where that is allowed."""

    units: Units
    keyservice: KeyService
    sessions: Sessions
    clock: Clock
    entropy: Entropy
    demo: bool

    async def open_account(
        self,
        handle: str,
        role: Role,
        *,
        resident: ResidentId | None = None,
        provider: ProviderId | None = None,
    ) -> Account:
        """Open an account under a handle; it has no way in yet but the demo's.

        Raises:
            ConflictError: the handle is taken.
        """
        account = Account(AccountId(new_uuid(self.entropy)), role, resident, provider)
        index = await self._index(handle)
        async with self.units() as unit:
            if not await accounts.add_account(unit, index, account):
                raise ConflictError("this handle is taken")
            await unit.commit()
        return account

    async def by_handle(self, handle: str, device: Device | None = None) -> tuple[str, Session]:
        """Sign in with a handle alone; return the cookie's secret and the session.

        Raises:
            NotFoundError: nobody has this handle, or this is not the demo.
        """
        if not self.demo:
            raise NotFoundError("nobody signs in with a name alone")
        now, index = self.clock.now(), await self._index(handle)
        async with self.units() as unit:
            account = await accounts.account_of(unit, index)
            if account is None:
                raise NotFoundError("nobody signs in with this name")
            begun = await self.sessions.begin(unit, account, Way.DEMO, device or Device(), now)
            await unit.commit()
        return begun

    async def confirm(self, secret: str, session: Session) -> Session:
        """Take the demo's word that the same person still sits there.

        Raises:
            StepUpError: this is not the demo.
        """
        if not self.demo:
            raise StepUpError("a proof without a credential exists in the demo only")
        async with self.units() as unit:
            proven = await self.sessions.prove(unit, secret, session, self.clock.now())
            await unit.commit()
        return proven

    async def _index(self, handle: str) -> bytes:
        (index,) = await self.keyservice.index("sign-in", [("handle", handle)])
        return index
