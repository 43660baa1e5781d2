"""Who may act for the resident, for whom she acts, and what her household agrees to."""

import contextlib
from uuid import UUID

from aiohttp import web

from infobank.accounts.account import Role
from infobank.accounts.errors import ProxyOverError, UnknownProxyError
from infobank.accounts.proxy import Proxy, Scope
from infobank.clock import day_in
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.text.language import Text
from infobank.web.api.rights.proxies import choose
from infobank.web.forms import read_fields
from infobank.web.named import named
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, see_other, show
from infobank.web.portal.views.resident.people import (
    ActingPage,
    Guardian,
    Household,
    PeoplePage,
    Ward,
)
from infobank.web.principal import NotYoursError
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS


async def people(request: web.Request) -> web.Response:
    """Show everybody who decides something together with the resident, or for her."""
    bank, resident = request.app[BANK], request[PRINCIPAL].resident
    guardians = await bank.proxies.acting_for(resident)
    households = await bank.households.of(resident)
    view = PeoplePage(
        guardians=tuple(_guardian(request, each) for each in guardians),
        wards=await _wards(request),
        acting=request[PRINCIPAL].signed_in.proxy is not None,
        households=tuple(Household(str(each.household), each.agreed_at) for each in households),
    )
    return await show(request, "people", view)


async def end(request: web.Request) -> web.Response:
    """Let somebody act for the resident no more, at once."""
    principal, proxy = request[PRINCIPAL], named(request, "proxy", UnknownProxyError)
    mine = await request.app[BANK].proxies.acting_for(principal.resident)
    if proxy not in {each.proxy_id for each in mine}:
        raise UnknownProxyError("nobody of that name acts for you")
    # Pressed twice, or not hers to end: the page says how it stands.
    with contextlib.suppress(UnknownProxyError, ProxyOverError):
        await request.app[BANK].proxies.end_own(principal.resident, proxy, principal.by)
    return see_other(address("people"))


async def agree(request: web.Request) -> web.Response:
    """Agree that data of a household be used, or end that."""
    principal, form = request[PRINCIPAL], await read_fields(request)
    await request.app[BANK].households.agree(
        principal.resident,
        named(request, "household"),
        principal.by,
        agrees=form.get("agrees") == "yes",
    )
    return see_other(address("people"))


async def ask(request: web.Request) -> web.Response:
    """Show for whom the signed-in person may act; also to a guardian whose time is over."""
    if request[PRINCIPAL].role is not Role.RESIDENT:
        raise NotYoursError("only residents act for others")
    view = ActingPage(await _wards(request), request[PRINCIPAL].signed_in.proxy is not None)
    return await show(request, "acting", view)


async def act(request: web.Request) -> web.Response:
    """Act for somebody from now on, or for oneself again."""
    chosen = (await read_fields(request)).get("proxy", "")
    try:
        wanted = UUID(chosen) if chosen else None
    except ValueError:
        raise UnknownProxyError("you may act for nobody of that name") from None
    await choose(request, wanted)
    return see_other(address("home"))


async def _wards(request: web.Request) -> tuple[Ward, ...]:
    session, zone = request[PRINCIPAL].signed_in, request.app[SURROUNDINGS].zone
    acting, now = session.proxy, request.app[BANK].clock.now()
    return tuple(
        Ward(
            proxy=str(each.proxy_id),
            label=each.label,
            scopes=_scopes(request, each),
            until=each.ends_at,
            acting=acting is not None and acting.proxy_id == each.proxy_id,
            hand_over=day_in(zone, each.majority)
            if each.majority is not None and each.of_minor(now)
            else None,
        )
        for each in await request.app[BANK].proxies.of(session)
    )


def _guardian(request: web.Request, proxy: Proxy) -> Guardian:
    now, by = request.app[BANK].clock.now(), request[PRINCIPAL].by
    live = proxy.live(now)
    return Guardian(
        proxy=str(proxy.proxy_id),
        scopes=_scopes(request, proxy),
        since=proxy.given_at,
        until=proxy.ended_at or proxy.ends_at,
        live=live,
        endable=live and by is GivenBy.SELF and not proxy.of_minor(now),
    )


def _scopes(request: web.Request, proxy: Proxy) -> tuple[Text, ...]:
    words = request.app[PAGES].words
    return tuple(words.known(f"scope.{scope}", scope) for scope in Scope if scope in proxy.scopes)
