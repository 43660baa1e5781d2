"""Act for a resident: chosen at each sign-in, ended in time or by whoever may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.entrance.session import Session
from infobank.accounts.errors import ProxyOverError, UnknownProxyError
from infobank.accounts.proxy import Proxy
from infobank.clock import Clock
from infobank.db.rights import proxies
from infobank.db.unit import Units
from infobank.usecases.accesslog.record import Record
from infobank.usecases.entrance.sessions import Sessions
from infobank.usecases.vault.keyservice import KeyService
from infobank.vault.envelope import open_sealed
from infobank.vault.errors import SealBrokenError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.text.canonical import instant, joined

OPERATOR = "operator"
"""Who establishes a proxy, on paper shown to them, and may end it at once."""

LONGEST_LABEL = 400
"""Bytes of a label, encoded."""


@dataclass(frozen=True)
class Proxies:
    """List, choose and end proxies."""

    units: Units
    keyservice: KeyService
    record: Record
    clock: Clock
    sessions: Sessions
    tenant: UUID

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
            await self.record(unit, ended_entry(ended, {"role": OPERATOR}, now))
            await unit.commit()
        return ended

    async def acting_for(self, resident: ResidentId) -> Sequence[Proxy]:
        """Return every proxy who acts or acted for a resident, newest first, without labels."""
        async with self.units() as unit:
            return await proxies.acting_for(unit, resident)

    async def end_own(self, resident: ResidentId, proxy_id: UUID, by: GivenBy) -> Proxy:
        """End a proxy on the word of the resident whom it acts for.

        Raises:
            UnknownProxyError: she has none of that name, or it has ended.
            ProxyOverError: somebody says it for her, or she is a minor.
        """
        now = self.clock.now()
        async with self.units() as unit:
            mine = {each.proxy_id: each for each in await proxies.acting_for(unit, resident)}
            if proxy_id not in mine or not mine[proxy_id].live(now):
                raise UnknownProxyError("there is no such proxy, or it has ended")
            # INVARIANT: nobody who acts for her, nor a child, puts another guardian out.
            if by is not GivenBy.SELF or mine[proxy_id].of_minor(now):
                raise ProxyOverError("only an adult resident herself ends this")
            await proxies.end(unit, proxy_id, now)
            ended = replace(mine[proxy_id], ended_at=now)
            await self.record(unit, ended_entry(ended, {"by": by.value}, now))
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
        await self.sessions.act_for(secret, session, mine[proxy_id] if proxy_id else None)

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
        instant(proxy.valid_until).encode(),
    )


def ended_entry(
    proxy: Proxy, whose: Mapping[str, str], now: datetime, what: str = "proxy_ended"
) -> Entry:
    """Return the entry in the history of whom it is about."""
    shown = {
        "what": what,
        "scopes": ",".join(sorted(proxy.scopes)),
        "until": proxy.ends_at.isoformat(),
        **whose,
    }
    return Entry(EntryKind.STAFF_ACT, now, proxy.resident, shown, {"proxy": str(proxy.proxy_id)})
