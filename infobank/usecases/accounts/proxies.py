"""Let somebody act for a resident: given by the operator, chosen at each sign-in, ended in time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.account import Session
from infobank.accounts.errors import UnknownProxyError
from infobank.accounts.proxy import Proxy, Scope
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.rights import proxies
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import InvalidInputError
from infobank.oauth.token import secret_hash
from infobank.usecases.accesslog.record import Record
from infobank.usecases.vault.keyservice import KeyService
from infobank.vault.envelope import open_sealed, seal
from infobank.vault.errors import SealBrokenError
from infobank.vocabulary.canonical import joined
from infobank.vocabulary.identifiers import AccountId, ResidentId

OPERATOR = "operator"
"""Who establishes a proxy, on paper shown to them."""

LONGEST_LABEL = 400
"""Bytes of a label, encoded."""


@dataclass(frozen=True)
class Proxies:
    """Add, list, choose and end proxies."""

    units: Units
    keyservice: KeyService
    record: Record
    clock: Clock
    entropy: Entropy
    tenant: UUID

    async def add(
        self,
        ward: str,
        guardian: str,
        scopes: frozenset[Scope],
        valid_until: datetime,
        label: str,
    ) -> Proxy:
        """Let who signs in as `guardian` act for who signs in as `ward`.

        Raises:
            InvalidInputError: one of them is no resident who signs in, both are one, or the
                proxy would be for nothing or end before it begins.
        """
        indexes = await self.keyservice.index("sign-in", [("handle", ward), ("handle", guardian)])
        now = self.clock.now()
        async with self.units() as unit:
            (for_whom, _), (who, account) = [await self._resident(unit, each) for each in indexes]
            if for_whom == who:
                raise InvalidInputError("nobody is a proxy for themselves", field="guardian")
            proxy = Proxy(
                proxy_id=new_uuid(self.entropy),
                resident=for_whom,
                account=account,
                scopes=scopes,
                given_at=now,
                valid_until=valid_until,
                given_by=OPERATOR,
                label=label,
            )
            opened = await self.keyservice.open([who])
            key = opened[who].manifest_key()
            context = label_context(self.tenant, proxy)
            await proxies.add(unit, proxy, seal(key, context, label.encode()))
            await self.record(unit, _entry(proxy, "given", now))
            await unit.commit()
        return proxy

    async def end(self, proxy_id: UUID) -> Proxy:
        """End a proxy: from now on nothing is done under it.

        Raises:
            UnknownProxyError: there is none, or it has ended.
        """
        now = self.clock.now()
        async with self.units() as unit:
            ended = await proxies.end(unit, proxy_id, now)
            if ended is None:
                raise UnknownProxyError("there is no such proxy, or it has ended")
            await self.record(unit, _entry(ended, "ended", now))
            await unit.commit()
        return ended

    async def of(self, session: Session) -> Sequence[Proxy]:
        """Return those the signed-in person may act for now, each with its label.

        A proxy whose label does not open was not given by the bank, and is left out.
        """
        resident, now = session.account.resident, self.clock.now()
        if resident is None:
            return ()
        async with self.units() as unit:
            found = await proxies.of_account(unit, session.account.account_id)
        live = [(proxy, sealed) for proxy, sealed in found if proxy.live(now)]
        if not live:
            return ()
        key = (await self.keyservice.open([resident]))[resident].manifest_key()
        named = (self._named(key, proxy, sealed) for proxy, sealed in live)
        return tuple(proxy for proxy in named if proxy is not None)

    async def choose(self, secret: str, session: Session, proxy_id: UUID | None) -> None:
        """Act for somebody from now on in the session of a cookie; None is for oneself.

        Raises:
            UnknownProxyError: the person may act for nobody by that name.
        """
        mine = {proxy.proxy_id: proxy for proxy in await self.of(session)}
        if proxy_id is not None and proxy_id not in mine:
            raise UnknownProxyError("you may act for nobody of that name")
        ward = mine[proxy_id].resident if proxy_id else None
        async with self.units() as unit:
            await accounts.act_for(unit, secret_hash(secret), ward, proxy_id)
            await unit.commit()

    async def _resident(self, unit: Unit, index: bytes) -> tuple[ResidentId, AccountId]:
        account = await accounts.account_of(unit, index)
        if account is None or account.resident is None:
            raise InvalidInputError("both must be residents who sign in", field="handle")
        return account.resident, account.account_id

    def _named(self, key: bytes, proxy: Proxy, sealed: bytes) -> Proxy | None:
        context = label_context(self.tenant, proxy)
        try:
            label = open_sealed(key, context, sealed, longest=LONGEST_LABEL)
        except SealBrokenError:
            return None
        return replace(proxy, label=label.decode())


def label_context(tenant: UUID, proxy: Proxy) -> bytes:
    """Return what a proxy's sealed label is bound to: everything that makes the proxy.

    So a row that was written or widened past the bank has no label that opens, and whoever
    would act under it is not offered to.
    """
    return joined(
        b"infobank/proxy/v1",
        tenant.bytes,
        proxy.resident.bytes,
        proxy.proxy_id.bytes,
        proxy.account.bytes,
        ",".join(sorted(proxy.scopes)).encode(),
        proxy.valid_until.astimezone(UTC).isoformat().encode(),
    )


def _entry(proxy: Proxy, what: str, now: datetime) -> Entry:
    """Return the entry in the history of whom it is about."""
    shown = {
        "what": f"proxy_{what}",
        "role": OPERATOR,
        "scopes": ",".join(sorted(proxy.scopes)),
        "until": proxy.valid_until.isoformat(),
    }
    return Entry(EntryKind.STAFF_ACT, now, proxy.resident, shown, {"proxy": str(proxy.proxy_id)})
