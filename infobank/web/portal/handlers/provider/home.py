"""A provider's first page, its consents and its requests."""

from uuid import UUID

from aiohttp import web

from infobank.accounts.provider import certified_until
from infobank.consent.consent import ConsentState
from infobank.errors import NotFoundError
from infobank.usecases.oauth.clients import to_client
from infobank.web.named import named
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.auditor.question import as_query
from infobank.web.portal.handlers.pages import PAGES, page_number, see_other, show, terms_writer
from infobank.web.portal.handlers.provider.own import own_provider
from infobank.web.portal.typed import plain
from infobank.web.portal.views.filled import FilledForm, Option
from infobank.web.portal.views.provider.consents import (
    ProviderConsentsPage,
    ProviderRequestsPage,
)
from infobank.web.portal.views.provider.home import ProviderHomePage
from infobank.web.portal.wording.providers import provider_consents, provider_request
from infobank.web.state import BANK


async def home(request: web.Request) -> web.Response:
    """Show a provider how it stands; no resident is named."""
    bank, provider, writer = request.app[BANK], await own_provider(request), terms_writer(request)
    mine = provider.provider_id
    held = (await bank.review.counted([mine], writer.now))[mine]
    asked = await bank.provider_desk.provided.requests(mine)
    told = await bank.provider_desk.provided.notices(mine, 1)
    lapses = certified_until(provider, bank.policies.recipients.get(provider.kind))
    view = ProviderHomePage(
        provider=writer.recipient(provider),
        live=held.live,
        total=held.total,
        waiting=sum(provider_request(each, writer).waits for each in asked),
        owed=sum(not each.settled for _, each in told.notices),
        lapses=writer.last_day(lapses) if lapses else None,
    )
    return await show(request, "provider_home", view)


async def consents(request: web.Request) -> web.Response:
    """Show a page of a provider's consents, as far as it asks for them."""
    bank, provider, writer = request.app[BANK], await own_provider(request), terms_writer(request)
    state, purpose = (plain(request.query.get(name, "")) for name in ("state", "purpose"))
    if state not in {"", *ConsentState} or purpose not in {"", *bank.policies.purposes}:
        raise NotFoundError("there are no such consents")
    number = page_number(request)
    found = await bank.provider_desk.provided.consents(
        provider.provider_id,
        number,
        ConsentState(state) if state else None,
        purpose or None,
    )
    words = request.app[PAGES].words
    form = FilledForm({k: v for k, v in (("state", state), ("purpose", purpose)) if v})
    view = ProviderConsentsPage(
        form=form,
        states=tuple(Option(each.value, words(f"state.{each.value}")) for each in ConsentState),
        purposes=tuple(Option(each.code, each.label) for each in bank.policies.purposes.values()),
        consents=provider_consents(found.consents, writer),
        page=number,
        pages=found.pages,
        total=found.total,
        further=found.further,
        query=as_query(form),
    )
    return await show(request, "provider_consents", view)


async def requests(request: web.Request) -> web.Response:
    """Show how a provider's newest requests stand."""
    provider, writer = await own_provider(request), terms_writer(request)
    found = await request.app[BANK].provider_desk.provided.requests(provider.provider_id)
    view = ProviderRequestsPage(
        tuple(provider_request(each, writer) for each in found), done="done" in request.query
    )
    return await show(request, "provider_requests", view)


async def take_back(request: web.Request) -> web.Response:
    """Take a request back; taken back or answered meanwhile, it is shown as it stands."""
    client = to_client(await own_provider(request))
    asked: UUID = named(request, "request")
    bank = request.app[BANK]
    await bank.follow(client, asked)  # somebody else's is not there
    try:
        await bank.follow.withdraw(client, asked)
    except NotFoundError:
        return see_other(address("provider_requests"))
    return see_other(f"{address('provider_requests')}?done=1")
