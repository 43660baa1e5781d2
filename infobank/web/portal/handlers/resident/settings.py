"""How the portal is read, and how a resident is told of things outside it."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from infobank.accounts.contact import Address, Channel, Contact, Matter
from infobank.errors import ConflictError, InvalidInputError, NotFoundError
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.choices import language_of
from infobank.web.portal.handlers.pages import PAGES, see_other, show
from infobank.web.portal.typed import plain
from infobank.web.portal.views.filled import FilledForm
from infobank.web.portal.views.resident.settings import Email, MatterChoice, SettingsPage
from infobank.web.state import BANK, PRINCIPAL

Fields = Mapping[str, str]
Act = Callable[[web.Request, Fields], Awaitable[None]]


async def settings(request: web.Request) -> web.Response:
    """Show how she is told of things, and what else can be set."""
    return await _page(request, FilledForm())


async def change(request: web.Request) -> web.Response:
    """Do what one of the page's forms asks for; a form that is refused comes back as typed."""
    fields, words = await read_fields(request), request.app[PAGES].words
    act = ACTS.get(fields.get("do", ""))
    if act is None:
        raise NotFoundError("there is no such setting")
    try:
        await act(request, fields)
    except InvalidInputError:
        name = fields["do"]
        form = FilledForm({name: fields.get(name, "")}, {name: words(f"settings.fault_{name}")})
        return await _page(request, form, status=422)
    except ConflictError:
        name = fields["do"]
        form = FilledForm({}, {name: words(f"settings.over_{name}")})
        return await _page(request, form, status=409)
    return see_other(f"{address('settings')}#letters")


async def _set_email(request: web.Request, fields: Fields) -> None:
    choose, principal = request.app[BANK].letters.choose, request[PRINCIPAL]
    to = plain(fields.get("email", ""))
    await choose.set_email(principal.resident, principal.by, to, language_of(request))


async def _confirm(request: web.Request, fields: Fields) -> None:
    choose, principal = request.app[BANK].letters.choose, request[PRINCIPAL]
    code = "".join(plain(fields.get("code", "")).split())
    await choose.confirm(principal.resident, principal.by, code)


async def _set_paper(request: web.Request, fields: Fields) -> None:
    choose, principal = request.app[BANK].letters.choose, request[PRINCIPAL]
    to = fields.get("paper", "")
    await choose.set_paper(principal.resident, principal.by, to, language_of(request))


async def _choose(request: web.Request, fields: Fields) -> None:
    choose, principal = request.app[BANK].letters.choose, request[PRINCIPAL]
    chosen = frozenset(matter for matter in Matter if fields.get(matter.value) == "yes")
    await choose.choose(principal.resident, principal.by, Channel.EMAIL, chosen)


async def _end_email(request: web.Request, _: Fields) -> None:
    choose, principal = request.app[BANK].letters.choose, request[PRINCIPAL]
    await choose.end(principal.resident, principal.by, Channel.EMAIL)


async def _end_paper(request: web.Request, _: Fields) -> None:
    choose, principal = request.app[BANK].letters.choose, request[PRINCIPAL]
    await choose.end(principal.resident, principal.by, Channel.PAPER)


ACTS: Mapping[str, Act] = {
    "email": _set_email,
    "code": _confirm,
    "paper": _set_paper,
    "matters": _choose,
    "end_email": _end_email,
    "end_paper": _end_paper,
}
"""What the page's forms ask for, by the name of their button."""


async def _page(request: web.Request, form: FilledForm, status: int = 200) -> web.Response:
    choose = request.app[BANK].letters.choose
    found = {
        contact.channel: (contact, to)
        for contact, to in await choose.of_resident(request[PRINCIPAL].resident)
    }
    email, paper = found.get(Channel.EMAIL), found.get(Channel.PAPER)
    kept = {"paper": paper[1].to} if paper else {}
    view = SettingsPage(
        mails=choose.mails,
        email=_email(request, *email) if email else None,
        paper=paper is not None,
        form=FilledForm({**kept, **form.typed}, form.faults),
    )
    return await show(request, "settings", view, status=status)


def _email(request: web.Request, contact: Contact, to: Address) -> Email:
    words = request.app[PAGES].words
    matters = tuple(
        MatterChoice(matter.value, words(f"matter.{matter}"), matter in contact.matters)
        for matter in Matter
    )
    return Email(to.to, contact.confirmed_at is not None, matters)
