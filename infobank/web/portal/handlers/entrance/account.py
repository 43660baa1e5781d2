"""A person's ways in: her passkeys, the city's sign-in, and a recovery that waits."""

from aiohttp import web

from infobank.accounts.entrance.challenge import Purpose
from infobank.accounts.entrance.errors import CeremonyError, LastWayError
from infobank.accounts.entrance.passkey import Passkey
from infobank.errors import ConflictError, NotFoundError
from infobank.oauth.token import secret_hash
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.entrance.cookies import secret_of
from infobank.web.portal.handlers.entrance.enrol import holder_of, label
from infobank.web.portal.handlers.pages import see_other, show
from infobank.web.portal.views.entrance.account import (
    AccountPage,
    PasskeyCard,
    PasskeyPage,
    PasskeyRemovePage,
    RecoveryPage,
)
from infobank.web.state import BANK, PRINCIPAL

NOTICES = frozenset({"added", "removed", "last", "city", "stopped"})


async def account(request: web.Request) -> web.Response:
    """Show the ways in."""
    entrance, mine = request.app[BANK].entrance, request[PRINCIPAL].signed_in.account
    link = await entrance.city.of(mine) if entrance.city else None
    view = AccountPage(
        passkeys=tuple(map(_card, await entrance.passkeys.of(mine))),
        city=entrance.city is not None,
        linked_at=link.made_at if link else None,
        notice=next((name for name in request.query if name in NOTICES), ""),
    )
    return await show(request, "account", view)


async def new(request: web.Request) -> web.Response:
    """Ask where the new passkey shall live."""
    return await show(request, "passkey_new", PasskeyPage())


async def options(request: web.Request) -> web.Response:
    """Tell the browser what passkey to ask its owner's device for."""
    mine = request[PRINCIPAL].signed_in.account
    asked = await request.app[BANK].entrance.passkeys.ask_new(
        Purpose.ADD, mine, label(request, mine.role.value), secret_hash(secret_of(request))
    )
    return web.json_response(text=asked)


async def add(request: web.Request) -> web.Response:
    """Keep the new passkey."""
    form = await read_fields(request)
    if not form.get("answer"):
        return see_other(address("passkey_new"))  # sent on after a proof: the device is next
    try:
        await request.app[BANK].entrance.passkeys.add(
            secret_of(request),
            request[PRINCIPAL].signed_in,
            form.get("answer", ""),
            holder_of(form.get("holder", "")),
        )
    except (CeremonyError, ConflictError):
        return await show(request, "passkey_new", PasskeyPage(fault=True), status=422)
    return see_other(f"{address('account')}?added=1")


async def ask_removal(request: web.Request) -> web.Response:
    """Say what will be when a passkey is gone."""
    return await show(request, "passkey_remove", PasskeyRemovePage(_card(await _named(request))))


async def remove(request: web.Request) -> web.Response:
    """Let a passkey count no more."""
    passkeys = request.app[BANK].entrance.passkeys
    try:
        found = await _named(request)
        await passkeys.remove(request[PRINCIPAL].signed_in, found.credential_id)
    except LastWayError:
        return see_other(f"{address('account')}?last=1")
    except NotFoundError:
        pass  # in another window, a moment ago: the list shows it
    return see_other(f"{address('account')}?removed=1")


async def recovery(request: web.Request) -> web.Response:
    """Show the recovery that waits, and that it can be stopped."""
    mine = request[PRINCIPAL].signed_in.account
    waiting = await request.app[BANK].entrance.recovery.of(mine)
    view = RecoveryPage(waiting.made_at, waiting.usable_from) if waiting else RecoveryPage()
    return await show(request, "recovery", view)


async def stop_recovery(request: web.Request) -> web.Response:
    """Let the recovery's code never count."""
    try:
        await request.app[BANK].entrance.recovery.stop(request[PRINCIPAL].signed_in.account)
    except NotFoundError:
        return see_other(address("recovery"))  # stopped already, or used: the page says which
    return see_other(f"{address('account')}?stopped=1")


async def _named(request: web.Request) -> Passkey:
    name = request.match_info["passkey"]
    found = await request.app[BANK].entrance.passkeys.of(request[PRINCIPAL].signed_in.account)
    passkey = next((each for each in found if each.name == name), None)
    if passkey is None:
        raise NotFoundError("there is no such passkey")
    return passkey


def _card(passkey: Passkey) -> PasskeyCard:
    return PasskeyCard(passkey.name, passkey.holder, passkey.made_at, passkey.used_at)
