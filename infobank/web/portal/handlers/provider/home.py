"""A provider's page."""

from aiohttp import web

from infobank.errors import NotFoundError
from infobank.web.portal.handlers.pages import show, terms_writer
from infobank.web.portal.wording.providers import provider_home
from infobank.web.state import BANK, PRINCIPAL


async def home(request: web.Request) -> web.Response:
    """Show a provider its consents and its connection; no resident is named."""
    bank, provider_id = request.app[BANK], request[PRINCIPAL].provider
    provider = await bank.register_provider.one(provider_id)
    if provider is None:
        raise NotFoundError("this provider is not registered any more")
    counts = await bank.review.counted(bank.clock.now(), provider_id)
    consents = await bank.review.of_provider(provider_id)
    view = provider_home(provider, counts.get(provider_id, (0, 0)), consents, terms_writer(request))
    return await show(request, "provider_home", view)
