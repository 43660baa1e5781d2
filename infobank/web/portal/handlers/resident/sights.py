"""Who can see what of a resident, now or on a day."""

from aiohttp import web

from infobank.errors import NotFoundError
from infobank.vocabulary.category import Category
from infobank.web.portal import typed
from infobank.web.portal.handlers.pages import PAGES, show, terms_writer
from infobank.web.portal.views.resident.sights import (
    FieldChoice,
    SeenCategory,
    WhoCanSeeCategoryPage,
    WhoCanSeePage,
)
from infobank.web.portal.wording.consents.sights import SightWriter
from infobank.web.state import BANK, PRINCIPAL


async def who_can_see(request: web.Request) -> web.Response:
    """Tell of each kind of data how many recipients can see some of it now."""
    bank, resident = request.app[BANK], request[PRINCIPAL].resident
    seen = await bank.ask.seen(resident)
    found = [
        SeenCategory(code, category.label, len(seen.get(code, ())), category.special_care)
        for code, category in bank.policies.categories.items()
    ]
    view = WhoCanSeePage(tuple(sorted(found, key=lambda each: -each.recipients)))
    return await show(request, "who_can_see", view)


async def category(request: web.Request) -> web.Response:
    """Tell who can see one kind of data, or a field of it; or could on a day."""
    bank, resident = request.app[BANK], request[PRINCIPAL].resident
    known = bank.policies.categories.get(request.match_info["code"])
    if known is None:
        raise NotFoundError("the bank has no such kind of data")
    fields = _fields(known, request.query.get("field"))
    current = next((each for each in fields if each.current), None)
    written, words = typed.plain(request.query.get("on", ""))[:40], request.app[PAGES].words
    what = (known.code, current.name if current else None)
    days, fault = typed.days(request.query, "on")
    on = days.get("on")
    if on is None:
        found = await bank.ask.covering(resident, *what)
    else:
        found = await bank.ask.covering_on(resident, *what, on)
    view = WhoCanSeeCategoryPage(
        code=known.code,
        label=known.label,
        lines=SightWriter(terms_writer(request)).lines(found),
        fields=fields,
        field=current,
        on=on,
        typed=written,
        fault=words("sights.fault_day") if fault else None,
    )
    return await show(request, "who_can_see_category", view, status=422 if fault else 200)


def _fields(known: Category, wanted: str | None) -> tuple[FieldChoice, ...]:
    """Return the fields to ask about.

    Raises:
        NotFoundError: the category has none of the wanted name.
    """
    if wanted and wanted not in known.names:
        raise NotFoundError("the bank has no such field")
    return tuple(FieldChoice(each.name, each.label, each.name == wanted) for each in known.fields)
