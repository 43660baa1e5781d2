"""What a restored bank answers until it is replayed: that it lives, and why it does nothing."""

from aiohttp import web

from infobank.db.recovery.restorations import WAITING
from infobank.recovery.errors import RestoredError
from infobank.web.observing import add_headers, observe
from infobank.web.portal.handlers.pages import PAGES
from infobank.web.portal.rendering import load_pages
from infobank.web.routes import register
from infobank.web.server import Handler, name_request, translate_errors
from infobank.web.state import SURROUNDINGS, Surroundings

LIVING = "/livez"
DRAWN_WITH = "/static/"
"""The style sheet and the mark of the page that says why: they are the same for everybody."""


def make_shut_application(surroundings: Surroundings) -> web.Application:
    """Return an application that knows every address, and answers none of them.

    There is no bank behind it: it reaches no database and no key.
    """
    application = web.Application(
        middlewares=[name_request, observe, translate_errors, refuse_restored]
    )
    application[SURROUNDINGS] = surroundings
    application[PAGES] = load_pages(surroundings.zone)
    application.on_response_prepare.append(add_headers)
    register(application)
    return application


@web.middleware
async def refuse_restored(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse everything, each in the form and the language it is asked in.

    Raises:
        RestoredError: always, but for the address that says the process lives.
    """
    if request.path == LIVING or request.path.startswith(DRAWN_WITH):
        return await handler(request)
    raise RestoredError(WAITING)
