"""Show the very records, or answers, that would leave under the choices made so far."""

from aiohttp import web

from infobank.vocabulary.outputmode import OutputMode
from infobank.web.forms import read_fields
from infobank.web.portal.handlers.pages import PAGES, show, terms_writer
from infobank.web.portal.handlers.resident.answering.asked import Asked, asked_in, gone
from infobank.web.portal.views.resident.preview import RequestPreviewPage
from infobank.web.portal.wording.consents.asked import (
    Choices,
    choice_fields,
    chosen_items,
    names_in,
    read_choices,
)
from infobank.web.portal.wording.consents.previews import PreviewWriter
from infobank.web.state import BANK, PRINCIPAL


async def whole(request: web.Request) -> web.Response:
    """Show what would leave if everything were shared that is asked for."""
    asked = await asked_in(request)
    return await gone(request) if asked is None else await _show(request, asked, {})


async def chosen(request: web.Request) -> web.Response:
    """Show what would leave under the choices that the form brings; it changes nothing."""
    asked = await asked_in(request)
    if asked is None:
        return await gone(request)
    names = names_in(asked.terms.items, request.app[BANK].policies)
    return await _show(request, asked, read_choices(await read_fields(request), names))


async def _show(request: web.Request, asked: Asked, choices: Choices) -> web.Response:
    bank, principal = request.app[BANK], request[PRINCIPAL]
    terms, everything = asked.terms, not any(choices.values())
    items = terms.items if everything else chosen_items(terms.items, choices)
    writer = terms_writer(request)
    words = PreviewWriter(writer, request.app[PAGES].words, terms.items)
    records = items if terms.mode is OutputMode.RECORDS else ()
    asking = items if terms.mode is OutputMode.ANSWERS else ()
    found = await bank.preview(principal.resident, records, principal.by)
    answers = await bank.preview.answers(principal.resident, asking, principal.by)
    view = RequestPreviewPage(
        request=str(asked.waiting.request_id),
        recipient=writer.recipient(asked.provider),
        mode=terms.mode,
        items=tuple(map(words.item, found)),
        answers=tuple(map(words.answer, answers)),
        kept=words.kept(items),
        choices=choice_fields(choices),
        everything=everything,
    )
    return await show(request, "request_preview", view)
