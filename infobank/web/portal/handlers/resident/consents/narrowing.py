"""Narrow a consent: it reaches less far at once, and no further than it did."""

from aiohttp import web

from infobank.consent.ending.notice import Afterwards
from infobank.consent.errors import WithdrawnConsentError
from infobank.consent.explanation import Consequence
from infobank.consent.terms import Terms
from infobank.errors import ConflictError
from infobank.web.forms import read_fields
from infobank.web.portal.handlers.pages import PAGES, show
from infobank.web.portal.handlers.resident.consents.found import Found, consent_found, see
from infobank.web.portal.views.resident.consents import NarrowPage
from infobank.web.portal.views.resident.narrowing import Fault
from infobank.web.portal.wording.consents.narrower import NarrowingWriter
from infobank.web.portal.wording.consents.narrowing import Form, NarrowingReader
from infobank.web.state import BANK, PRINCIPAL

AFTERWARDS = "afterwards"


async def ask(request: web.Request) -> web.Response:
    """Show everything that can be made narrower; only what is in force can be."""
    found = await consent_found(request)
    return await _form(request, found, {}) if found.card.active else see("consent", found.consent)


async def narrow(request: web.Request) -> web.Response:
    """Narrow; when the answer arrives, nothing more is released beyond it."""
    found, form = await consent_found(request), await read_fields(request)
    held, words = found.consent.terms, request.app[PAGES].words
    if form.get("version") != str(found.consent.version) or not found.card.active:
        return see("consent", found.consent)  # changed meanwhile, or sent twice: it shows how
    wanted, faults = NarrowingReader(found.writer.writer, words, held, form).wanted()
    afterwards = next((each for each in Afterwards if each == form.get(AFTERWARDS)), None)
    if wanted == held:
        faults = (Fault("until", words("narrower.same")),)
    elif afterwards is None:
        faults = (*faults, Fault("afterwards-keep", words("withdraw.choose")))
    if wanted is None or afterwards is None or faults:
        return await _form(request, found, form, faults)
    try:
        await request.app[BANK].narrow(
            found.consent.resident,
            found.consent.consent_id,
            lambda now: _unchanged(now, held, wanted),
            request[PRINCIPAL].by,
            afterwards,
        )
    except (WithdrawnConsentError, ConflictError):
        return see("consent", found.consent)
    return see("consent", found.consent, "?narrowed=1")


def _unchanged(now: Terms, read: Terms, wanted: Terms) -> Terms:
    """Return the narrower terms, if they were chosen from those that hold now.

    Raises:
        ConflictError: the consent changed since.
    """
    if now != read:
        raise ConflictError("the consent changed meanwhile")
    return wanted


async def _form(
    request: web.Request, found: Found, form: Form, faults: tuple[Fault, ...] = ()
) -> web.Response:
    writer = found.writer.writer
    offered = NarrowingWriter(
        writer, request.app[PAGES].words, found.consent.terms, form, faults
    ).write()
    then = writer.phrases.text(f"consequence.{Consequence.NARROW}")
    view = NarrowPage(found.card, offered, then, form.get(AFTERWARDS, ""))
    return await show(request, "narrow", view, status=422 if faults else 200)
