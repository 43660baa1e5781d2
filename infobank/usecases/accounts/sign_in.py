"""Sign in, and out.  Only the demo's way exists: a handle, and no credential."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.account import SESSION_LIFE, Account, Role, Session
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.unit import Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import ConfigurationError, ConflictError, NotFoundError
from infobank.oauth.token import new_secret, secret_hash
from infobank.usecases.accesslog.record import Record
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import AccountId, ProviderId, ResidentId


@dataclass(frozen=True)
class SignIn:
    """Begin and end portal sessions, known by the hash of their cookie."""

    units: Units
    keyservice: KeyService
    record: Record
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
    ) -> None:
        """Let a handle sign in to a new account.

        Raises:
            ConflictError: the handle is taken.
        """
        account = Account(AccountId(new_uuid(self.entropy)), role, resident, provider)
        index = await self._index(handle)
        async with self.units() as unit:
            if not await accounts.add_account(unit, index, account):
                raise ConflictError("this handle is taken")
            await unit.commit()

    async def by_handle(self, handle: str) -> tuple[str, Session]:
        """Sign in with a handle alone; return the cookie's secret and the session.

        Raises:
            ConfigurationError: this is not the demo.
            NotFoundError: nobody has this handle.
        """
        if not self.demo:
            raise ConfigurationError("sign-in without a credential exists in the demo only")
        now = self.clock.now()
        secret, csrf = new_secret(self.entropy), new_secret(self.entropy)
        index = await self._index(handle)
        async with self.units() as unit:
            account = await accounts.account_of(unit, index)
            if account is None:
                raise NotFoundError("nobody signs in with this name")
            session = Session(account, csrf, now + SESSION_LIFE)
            await accounts.add_session(unit, secret_hash(secret), account, csrf, session.expires_at)
            await self.record(unit, _entry(account, now))
            await unit.commit()
        return secret, session

    async def resume(self, secret: str) -> Session | None:
        """Return the session of a cookie, or None when there is none or it is over."""
        async with self.units() as unit:
            session = await accounts.session_of(unit, secret_hash(secret))
        return session if session is not None and session.live(self.clock.now()) else None

    async def out(self, secret: str) -> None:
        """End the session of a cookie."""
        async with self.units() as unit:
            await accounts.end_session(unit, secret_hash(secret), self.clock.now())
            await unit.commit()

    async def _index(self, handle: str) -> bytes:
        (index,) = await self.keyservice.index("sign-in", [("handle", handle)])
        return index


def csrf_matches(session: Session, shown: str) -> bool:
    """Tell whether a form repeats its session's secret; in constant time."""
    return hmac.compare_digest(session.csrf.encode(), shown.encode("utf-8", "surrogatepass"))


def _entry(account: Account, now: datetime) -> Entry:
    return Entry(
        kind=EntryKind.SIGN_IN,
        at=now,
        resident=account.resident,
        shown={"role": account.role.value},
        hidden={"account": str(account.account_id)},
    )
