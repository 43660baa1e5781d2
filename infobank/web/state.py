"""What every handler can reach: the bank, its surroundings, and who is calling."""

import ipaddress
from dataclasses import dataclass

from aiohttp import web

from infobank.accesslog.note import VerifierKey
from infobank.publication.rendering.site import Site
from infobank.usecases.bank import Bank
from infobank.web.portal.views.entrance.sign_in import DemoPerson
from infobank.web.principal import Principal

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Surroundings:
    """Where this bank stands: its public address, its proxies, and the log's public key.

    `site` is where and by whom its open data is published.
    `people` are those who may be tried in the demo; outside it there are none.
    """

    public_url: str
    trusted_proxies: tuple[Network, ...]
    demo: bool
    verifier_key: VerifierKey
    zone: str
    site: Site
    people: tuple[DemoPerson, ...] = ()

    @property
    def secure(self) -> bool:
        """Tell whether browsers reach the bank over TLS."""
        return self.public_url.startswith("https://")


BANK: web.AppKey[Bank] = web.AppKey("bank", Bank)
SURROUNDINGS: web.AppKey[Surroundings] = web.AppKey("surroundings", Surroundings)
PRINCIPAL: web.RequestKey[Principal] = web.RequestKey("principal", Principal)
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)
