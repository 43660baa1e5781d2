"""Make the web application of a worker, and tell it where it stands."""

from aiohttp import web

from infobank.app.bank import open_bank
from infobank.app.identity import site, verifier_key
from infobank.app.installation import Databases
from infobank.config import Settings
from infobank.web.portal.views.entrance.sign_in import DemoPerson
from infobank.web.server import make_application
from infobank.web.state import Surroundings


def make_worker(
    settings: Settings, found: Databases, people: tuple[DemoPerson, ...] = ()
) -> web.Application:
    """Return the web application of one worker process; `people` may be tried in the demo."""
    return make_application(surroundings(settings, people), lambda: open_bank(settings, found))


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
