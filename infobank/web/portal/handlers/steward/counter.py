"""The counter: begin a visit, make a card, withdraw by a form on paper."""

from collections.abc import Mapping
from uuid import UUID

from aiohttp import web

from infobank.accounts.counter import PaperForm, spoken
from infobank.accounts.errors import CounterLockedError
from infobank.accounts.provider import OWN_CLASSES
from infobank.consent.ending.notice import Afterwards
from infobank.consent.ending.withdrawal import Scope
from infobank.errors import InvalidInputError
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.text.language import Text
from infobank.web.forms import read_fields
from infobank.web.portal import typed
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, see_other, show
from infobank.web.portal.views.filled import FilledForm, Option
from infobank.web.portal.views.steward.counter import (
    EVERYTHING,
    PAPER_FIELDS,
    VISIT_FIELDS,
    BeginPage,
    CardPage,
    PaperPage,
)
from infobank.web.state import BANK, PRINCIPAL


async def ask(request: web.Request) -> web.Response:
    """Show how to begin."""
    return await show(request, "counter", BeginPage(ended="ended" in request.query))


async def begin(request: web.Request) -> web.Response:
    """Begin a visit by number and code; a code that is refused is never shown again."""
    said = await _typed(request, VISIT_FIELDS)
    visits, by = request.app[BANK].stewardship.counter.visits, request[PRINCIPAL].signed_in.account
    try:
        visit = await visits.begin(said["number"], said["code"], by)
    except CounterLockedError:
        return await _refused(request, said, "counter.fault_locked")
    except InvalidInputError:
        return await _refused(request, said, "counter.fault_code")
    return see_other(address("counter_visit", visit=visit.visit_id))


async def ask_card(request: web.Request) -> web.Response:
    """Say what a card is, before one is made."""
    return await show(request, "counter_card", CardPage())


async def make_card(request: web.Request) -> web.Response:
    """Make a card; its codes go into no address and are shown in this answer alone."""
    said = await _typed(request, ("number",))
    codes, by = request.app[BANK].stewardship.counter.codes, request[PRINCIPAL].signed_in.account
    try:
        made = await codes.card(said["number"], by)
    except InvalidInputError:
        fault = {"number": request.app[PAGES].words("counter.fault_number")}
        view = CardPage(FilledForm(said, fault))
        return await show(request, "counter_card", view, status=422)
    return await show(request, "counter_card", CardPage(codes=tuple(map(spoken, made))))


async def ask_paper(request: web.Request) -> web.Response:
    """Show the form, or how many consents a form ended."""
    ended = request.query.get("ended", "")
    count = int(ended) if ended.isdecimal() and ended.isascii() and len(ended) < 5 else None  # noqa: PLR2004
    return await _paper(request, FilledForm(), 200, count)


async def withdraw(request: web.Request) -> web.Response:
    """Withdraw what the form says; the same form a second time finds nothing left to end."""
    said = await _typed(request, PAPER_FIELDS)
    by = request[PRINCIPAL].signed_in.account
    try:
        paper = PaperForm(
            said["reference"], typed.day(said["signed_on"], "signed_on"), said["reason"]
        )
        ended = await request.app[BANK].stewardship.counter.withdraw.on_paper(
            said["number"], paper, _scope(said["scope"]), _afterwards(said["afterwards"]), by
        )
    except InvalidInputError as error:
        return await _paper(request, FilledForm(said, _faults(request, error)), 422)
    return see_other(f"{address('counter_paper')}?ended={len(ended)}")


async def _refused(request: web.Request, said: Mapping[str, str], key: str) -> web.Response:
    kept = FilledForm({"number": said["number"]}, {"code": request.app[PAGES].words(key)})
    return await show(request, "counter", BeginPage(kept), status=422)


async def _paper(
    request: web.Request, form: FilledForm, status: int, ended: int | None = None
) -> web.Response:
    found = await request.app[BANK].register_provider.all()
    names = tuple(
        Option(str(each.provider_id), each.name) for each in found if each.kind not in OWN_CLASSES
    )
    everything = Option(EVERYTHING, request.app[PAGES].words("paper.everything"))
    view = PaperPage(form, (everything, *names), ended)
    return await show(request, "counter_paper", view, status=status)


async def _typed(request: web.Request, names: tuple[str, ...]) -> Mapping[str, str]:
    form = await read_fields(request)
    return {name: typed.plain(form.get(name, "")) for name in names}


def _scope(said: str) -> Scope:
    if said == EVERYTHING:
        return Scope()
    try:
        return Scope(provider=ProviderId(UUID(said)))
    except ValueError:
        raise InvalidInputError("choose what the form ends", field="scope") from None


def _afterwards(said: str) -> Afterwards:
    if said not in set(Afterwards):
        raise InvalidInputError("choose what becomes of the data", field="afterwards")
    return Afterwards(said)


def _faults(request: web.Request, error: InvalidInputError) -> Mapping[str, Text]:
    field = "number" if error.field == "handle" else error.field
    words = request.app[PAGES].words
    return {field: words.known(f"paper.fault_{field}", error.message)}
