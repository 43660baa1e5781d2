"""Ask the log a question, and take the answer away with everything that proves it."""

from collections.abc import Iterable
from dataclasses import replace

from aiohttp import web

from infobank.accesslog.entry import EntryKind
from infobank.errors import InvalidInputError, NotFoundError
from infobank.usecases.accesslog.evidence import MOST_ENTRIES
from infobank.usecases.accesslog.search import Ending, LogAnswer, LogQuestion
from infobank.vocabulary.text.language import Text
from infobank.web.api.log import entry_number
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.auditor.question import as_query, read_question
from infobank.web.portal.handlers.pages import PAGES, show
from infobank.web.portal.handlers.resident.history import event_writer
from infobank.web.portal.views.auditor.log import EvidencePage, LogEntriesPage, LogLine
from infobank.web.portal.views.filled import FilledForm, Option
from infobank.web.portal.views.history import EntryField
from infobank.web.portal.wording.log.evidence import (
    evidence_files,
    evidence_name,
    verify_evidence_command,
)
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS


async def entries(request: web.Request) -> web.Response:
    """Show the form for a question, and a page of what it finds."""
    question, form = read_question(request, request.query)
    if question is None:
        view = await _page(request, form, None, ())
        return await show(request, "log_entries", view, status=422)
    before = request.query.get("before")
    answer = await request.app[BANK].search(
        question, None if before is None else entry_number(before)
    )
    writer = await event_writer(request, "resident")
    persons = await request.app[BANK].search.persons.of(answer.entries)
    rows = (writer.row(event) for event in answer.events)
    lines = tuple(replace(row, person=persons.get(row.index, "")) for row in rows)
    view = await _page(request, form, answer, lines)
    return await show(request, "log_entries", view)


async def ask(request: web.Request) -> web.Response:
    """Show what the archive for a question would hold."""
    question, form = read_question(request, request.query)
    if question is None:
        raise InvalidInputError("this is not a question to the log", field=next(iter(form.faults)))
    return await show(request, "evidence", await _evidence(request, question, form))


async def take(request: web.Request) -> web.Response:
    """Return the archive; taking it is logged."""
    question, form = read_question(request, await read_fields(request))
    if question is None:
        raise InvalidInputError("this is not a question to the log", field=next(iter(form.faults)))
    bank, key = request.app[BANK], request.app[SURROUNDINGS].verifier_key
    files = evidence_files(key.text, form.typed, bank.clock.now())
    try:
        body = await bank.gather(question, request[PRINCIPAL].signed_in.account, files)
    except NotFoundError:  # between the two pages nothing vanishes: it is not in the tree yet
        view = await _evidence(request, question, form)
        return await show(request, "evidence", view, status=404)
    name = evidence_name(bank.clock.now())
    return web.Response(
        body=body,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _evidence(request: web.Request, question: LogQuestion, form: FilledForm) -> EvidencePage:
    bank, around = request.app[BANK], request.app[SURROUNDINGS]
    try:
        size = (await bank.prove.checkpoint()).size
    except NotFoundError:
        size = 0
    answer = await bank.search.far(question, size, MOST_ENTRIES)
    return EvidencePage(
        form=form,
        asked=tuple(EntryField(name, value) for name, value in form.typed.items()),
        found=len(answer.entries),
        most=MOST_ENTRIES,
        more=answer.before is not None,
        back=address("log_entries") + as_query(form),
        command=verify_evidence_command(around.verifier_key.text),
    )


async def _page(
    request: web.Request,
    form: FilledForm,
    answer: LogAnswer | None,
    lines: tuple[LogLine, ...],
) -> LogEntriesPage:
    bank, words = request.app[BANK], request.app[PAGES].words
    providers = await bank.register_provider.all()
    before = answer.before if answer else None
    return LogEntriesPage(
        form=form,
        kinds=_options((kind.value, words(f"event.{kind.value}")) for kind in EntryKind),
        outcomes=_options((each.value, words(f"outcome.{each.value}")) for each in Ending),
        providers=_options((str(each.provider_id), each.name) for each in providers),
        purposes=_options((each.code, each.label) for each in bank.policies.purposes.values()),
        lines=lines,
        looked_to=answer.looked_to if answer else 0,
        older=as_query(form, before=before) if before is not None else "",
    )


def _options(found: Iterable[tuple[str, Text]]) -> tuple[Option, ...]:
    return tuple(Option(value, label) for value, label in found)
