"""A guardian says for whom she acts."""

from uuid import UUID

from aiohttp import web

from infobank.accounts.account import Role
from infobank.accounts.errors import UnknownProxyError
from infobank.accounts.proxy import Proxy, Scope
from infobank.web.api.rights.proxies import choose
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, see_other, show
from infobank.web.portal.views.resident.people import ActingPage, Ward
from infobank.web.principal import NotYoursError
from infobank.web.state import BANK, PRINCIPAL


async def ask(request: web.Request) -> web.Response:
    """Show for whom the signed-in person may act, and until when."""
    principal = request[PRINCIPAL]
    if principal.role is not Role.RESIDENT:
        raise NotYoursError("only residents act for others")
    session = principal.signed_in
    found = await request.app[BANK].proxies.of(session)
    wards = tuple(_ward(request, each, session.proxy) for each in found)
    return await show(request, "acting", ActingPage(wards, session.proxy is not None))


async def act(request: web.Request) -> web.Response:
    """Act for somebody from now on, or for oneself again."""
    chosen = (await read_fields(request)).get("proxy", "")
    try:
        wanted = UUID(chosen) if chosen else None
    except ValueError:
        raise UnknownProxyError("you may act for nobody of that name") from None
    await choose(request, wanted)
    return see_other(address("home"))


def _ward(request: web.Request, proxy: Proxy, acting: Proxy | None) -> Ward:
    words = request.app[PAGES].words
    return Ward(
        proxy=str(proxy.proxy_id),
        label=proxy.label,
        scopes=tuple(
            words.known(f"scope.{scope}", scope) for scope in Scope if scope in proxy.scopes
        ),
        until=proxy.ends_at,
        acting=acting is not None and acting.proxy_id == proxy.proxy_id,
    )
