"""A resident makes a code by which she is known at the counter."""

from aiohttp import web

from infobank.accounts.counter import spoken
from infobank.web.portal.handlers.pages import show
from infobank.web.portal.views.steward.counter import CodePage
from infobank.web.state import BANK, PRINCIPAL


async def ask(request: web.Request) -> web.Response:
    """Say what a code is for, before one is made."""
    return await show(request, "counter_code", CodePage())


async def make(request: web.Request) -> web.Response:
    """Make a code; it goes into no address and is shown in this answer alone."""
    principal, codes = request[PRINCIPAL], request.app[BANK].stewardship.counter.codes
    code = await codes.own(principal.resident, principal.by)
    return await show(request, "counter_code", CodePage(spoken(code)))
