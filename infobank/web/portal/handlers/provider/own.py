"""Whose pages these are: the provider that is signed in."""

from dataclasses import replace

from aiohttp import web

from infobank.accounts.account import Account
from infobank.accounts.provider import Provider
from infobank.errors import NotFoundError
from infobank.usecases.accesslog.search import PAGE, LogQuestion
from infobank.web.portal.handlers.resident.history import event_writer
from infobank.web.portal.views.auditor.log import LogLine
from infobank.web.state import BANK, PRINCIPAL

_STAFF = frozenset({"staff", "asked_by"})


async def own_provider(request: web.Request) -> Provider:
    """Return the provider that is signed in.

    Raises:
        NotFoundError: it is registered no more.
    """
    provider = await request.app[BANK].register_provider.one(request[PRINCIPAL].provider)
    if provider is None:
        raise NotFoundError("this provider is not registered any more")
    return provider


async def own_lines(
    request: web.Request, question: LogQuestion, limit: int = PAGE
) -> tuple[LogLine, ...]:
    """Return what the log says of a provider, newest first; no staff is named."""
    writer = await event_writer(request, "resident")
    found = await request.app[BANK].search(question, limit=limit)
    return tuple(_without_staff(writer.row(event)) for event in found.events)


def _without_staff(line: LogLine) -> LogLine:
    return replace(line, fields=tuple(each for each in line.fields if each.name not in _STAFF))


def own_account(request: web.Request) -> Account:
    """Return the account by which somebody of the provider signed in."""
    return request[PRINCIPAL].signed_in.account
