"""The steward's pages: providers to register, and what was published."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from aiohttp import web

from infobank.accounts.provider import BANK_DESK, Provider
from infobank.errors import InfobankError, InvalidInputError
from infobank.oauth.errors import InvalidClientMetadataError, InvalidRedirectUriError
from infobank.publication.budget import spent_since
from infobank.vocabulary.text.language import Text
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, see_other, show, terms_writer
from infobank.web.portal.views.steward.home import (
    FORM_FIELDS,
    PublicationsPage,
    RegisterForm,
    StewardHomePage,
)
from infobank.web.portal.wording.datasets import budget_line, publication
from infobank.web.portal.wording.providers import registered
from infobank.web.state import BANK


async def home(request: web.Request) -> web.Response:
    """Show the registered providers, and a form for a new one."""
    return await _home(request, RegisterForm(), 200)


async def register(request: web.Request) -> web.Response:
    """Register a provider; a form that is refused comes back as it was typed."""
    form = await read_fields(request)
    typed = {name: form.get(name, "").strip() for name in FORM_FIELDS}
    name = Text(typed["name_ja"], typed["name_en"])
    try:
        made = await request.app[BANK].register_provider(
            name, [typed["redirect_uri"]], typed["jwks"]
        )
    except (InvalidInputError, InvalidRedirectUriError, InvalidClientMetadataError) as error:
        return await _home(request, RegisterForm(typed, _faults(request, error)), 422)
    added = urlencode({"added": str(made.provider_id)})
    return see_other(f"{address('steward_home')}?{added}")


async def publications(request: web.Request) -> web.Response:
    """Show the releases, newest first, and what each statistic spent of its budget."""
    bank = request.app[BANK]
    spends, now = await bank.catalogue.spends(), bank.clock.now()
    lines, budgets = [], []
    for statistic in bank.statistics.values():
        mine = [spend for spend in spends if spend.statistic == statistic.code]
        budgets.append(budget_line(statistic, spent_since(mine, now)))
        for kept in await bank.catalogue.releases(statistic.code):
            release = await bank.catalogue.release(kept.release_id)
            lines.append(publication(statistic, release))
    view = PublicationsPage(tuple(lines), tuple(budgets))
    return await show(request, "publications", view)


async def _home(request: web.Request, form: RegisterForm, status: int) -> web.Response:
    bank, writer = request.app[BANK], terms_writer(request)
    found = [each for each in await bank.register_provider.all() if each.kind != BANK_DESK]
    counts = await bank.review.counted(writer.now)
    view = StewardHomePage(
        providers=tuple(
            registered(each, counts.get(each.provider_id, (0, 0))[0], writer)
            for each in reversed(found)
        ),
        form=form,
        added=_added(found, request.query.get("added", "")),
    )
    return await show(request, "steward_home", view, status=status)


def _added(providers: Sequence[Provider], identifier: str) -> Text | None:
    return next((each.name for each in providers if str(each.provider_id) == identifier), None)


def _faults(request: web.Request, error: InfobankError) -> Mapping[str, Text]:
    """Return what is wrong with which field, in the reader's language."""
    words = request.app[PAGES].words
    if isinstance(error, InvalidRedirectUriError):
        return {"redirect_uri": words("register.fault_redirect_uri")}
    if isinstance(error, InvalidInputError):
        return {error.field: words("register.fault_name")}
    return {"jwks": words("register.fault_jwks", why=error.message)}
