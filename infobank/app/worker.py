"""Make the web application of a worker, and tell it where it stands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from infobank.app.bank import open_bank
from infobank.app.identity import site, verifier_key
from infobank.app.installation import Databases
from infobank.config import Settings
from infobank.db.across.identify import IDENTIFY
from infobank.db.vault import BLOCKS, MANIFESTS
from infobank.usecases.bank import Bank
from infobank.web.portal.views.entrance.sign_in import DemoPerson
from infobank.web.server import make_application
from infobank.web.state import Surroundings


def make_worker(
    settings: Settings, found: Databases, people: tuple[DemoPerson, ...] = ()
) -> web.Application:
    """Return the web application of one worker process; `people` may be tried in the demo."""
    return make_application(surroundings(settings, people), lambda: open_warm_bank(settings, found))


@asynccontextmanager
async def open_warm_bank(settings: Settings, found: Databases) -> AsyncIterator[Bank]:
    """Open the bank, connected and prepared for reads before the first one comes."""
    async with open_bank(settings, found) as bank:
        disclose = bank.disclose
        await disclose.units.warm({MANIFESTS: 1, BLOCKS: 2, IDENTIFY: 3})
        await disclose.grouped.warm()
        yield bank


def surroundings(settings: Settings, people: tuple[DemoPerson, ...] = ()) -> Surroundings:
    """Return where this bank stands, as every answer needs it."""
    return Surroundings(
        public_url=settings.public_url,
        trusted_proxies=settings.trusted_proxies,
        demo=settings.demo,
        verifier_key=verifier_key(settings),
        zone=settings.zone,
        site=site(settings),
        people=people,
    )
