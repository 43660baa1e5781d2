"""Register where a provider's notices are pushed to, on the steward's word."""

from dataclasses import dataclass

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.notices import endpoints
from infobank.db.unit import Units
from infobank.errors import NotFoundError
from infobank.oauth.events.delivery import check_endpoint
from infobank.usecases.accesslog.record import Record
from infobank.usecases.vault.keyservice import KeyService, Row
from infobank.vault.bankkeys import RowKind
from infobank.vocabulary.identifiers import AccountId, ProviderId
from infobank.vocabulary.text.canonical import canonical_json


@dataclass(frozen=True)
class RegisterEndpoint:
    """Keep one address a provider; `loopback` allows this machine's own, in the demo."""

    units: Units
    record: Record
    keyservice: KeyService
    clock: Clock
    loopback: bool

    async def __call__(self, provider: ProviderId, url: str, staff: AccountId) -> None:
        """Push this provider's notices to an address from now on; with none it polls.

        Raises:
            InvalidInputError: the bank would not call this address.
            NotFoundError: there is no such provider.
        """
        if url:
            check_endpoint(url, loopback=self.loopback)
        async with self.units() as unit:
            if await accounts.provider_of(unit, provider) is None:
                raise NotFoundError("there is no such provider")
            if url:
                (mac,) = await self.keyservice.authenticate([endpoint_row(provider, url)])
                await endpoints.keep(unit, provider, url, mac)
            else:
                await endpoints.remove(unit, provider)
            what = "endpoint_set" if url else "endpoint_removed"
            shown = {"what": what, "staff": str(staff), "provider": str(provider)}
            await self.record(
                unit, Entry(EntryKind.STAFF_ACT, self.clock.now(), None, shown, {"url": url})
            )
            await unit.commit()


def endpoint_row(provider: ProviderId, url: str, mac: bytes = b"") -> Row:
    """Return an endpoint as the key service marks it."""
    content = canonical_json({"provider": str(provider), "url": url})
    return Row(RowKind.ENDPOINT, content, mac)
