"""What a provider is told, with the place where it says that it knows, or that it deleted."""

from urllib.parse import urlencode

from aiohttp import web

from infobank.errors import InvalidInputError
from infobank.usecases.oauth.clients import to_client
from infobank.vocabulary.identifiers import NoticeId
from infobank.web.forms import read_fields
from infobank.web.named import named
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, page_number, see_other, show, terms_writer
from infobank.web.portal.handlers.provider.own import own_provider
from infobank.web.portal.views.filled import FilledForm
from infobank.web.portal.views.provider.notices import ProviderNoticesPage
from infobank.web.portal.views.shared import Paging
from infobank.web.portal.wording.providers import provider_notice
from infobank.web.state import BANK, SURROUNDINGS

DONE = ("known", "stated")
POLL = "/api/v1/notices"


async def notices(request: web.Request) -> web.Response:
    """Show a page of a provider's notices, newest first."""
    return await _notices(request, FilledForm(), "", 200)


async def answer(request: web.Request) -> web.Response:
    """Take an acknowledgement, or a signed statement; the same again changes nothing."""
    provider, notice = await own_provider(request), NoticeId(named(request, "notice"))
    bank, client, form = request.app[BANK].notices, to_client(provider), await read_fields(request)
    statement = form.get("statement", "").strip()
    if "statement" not in form:
        await bank.poll(client, [str(notice)], {}, 0)
        return _done("known")
    try:
        await bank.state_deletion(client, notice, statement.encode("ascii", "replace").decode())
    except InvalidInputError as error:
        fault = request.app[PAGES].words("notices.fault_statement", why=error.message)
        filled = FilledForm({"statement": statement}, {"statement": fault})
        return await _notices(request, filled, str(notice), 422)
    return _done("stated")


async def _notices(
    request: web.Request, form: FilledForm, faulty: str, status: int
) -> web.Response:
    bank, provider, writer = request.app[BANK], await own_provider(request), terms_writer(request)
    client, number = str(provider.provider_id), page_number(request)
    told = await bank.provider_desk.provided.notices(provider.provider_id, number)
    done = request.query.get("done", "")
    view = ProviderNoticesPage(
        notices=tuple(provider_notice(*each, client, writer) for each in told.notices),
        paging=Paging(number, told.pages, told.total),
        endpoint=told.endpoint or "",
        poll=request.app[SURROUNDINGS].public_url + POLL,
        form=form,
        faulty=faulty,
        done=request.app[PAGES].words(f"notices.done_{done}") if done in DONE else None,
    )
    return await show(request, "provider_notices", view, status=status)


def _done(what: str) -> web.Response:
    return see_other(f"{address('provider_notices')}?{urlencode({'done': what})}")
