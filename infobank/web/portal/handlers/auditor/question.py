"""Read an auditor's question from an address or a form, and write it back."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web

from infobank.accesslog.entry import EntryKind
from infobank.usecases.accesslog.persons import month_of
from infobank.usecases.accesslog.search import Ending, LogQuestion
from infobank.vocabulary.text.language import Text
from infobank.web.portal.handlers.pages import PAGES
from infobank.web.portal.typed import days, plain
from infobank.web.portal.views.filled import FilledForm

ASKED: Final = (
    *("kind", "outcome", "provider", "purpose", "category", "reasons", "first", "last", "person"),
)
"""What the form asks for, in its order."""

SHOWN: Final = frozenset({"kind", "provider", "purpose", "category", "reasons"})
"""What of it is a shown field of an entry."""


def read_question(
    request: web.Request, sent: Mapping[str, str]
) -> tuple[LogQuestion | None, FilledForm]:
    """Return the question of a form, None where it is not one, and the form itself."""
    typed = {name: value for name in ASKED if (value := plain(sent.get(name, "")))}
    words = request.app[PAGES].words
    known_days, wrong = days(typed, "first", "last")
    faults: dict[str, Text] = dict.fromkeys(sorted(wrong), words("log.fault_day"))
    first, last = known_days.get("first"), known_days.get("last")
    if first and last and last < first:
        faults["last"] = words("log.fault_days")
    for name, known in (("kind", EntryKind), ("outcome", Ending)):
        if typed.get(name) and typed[name] not in {each.value for each in known}:
            faults[name] = words("log.fault_unknown")
    if typed.get("provider") and not _is_uuid(typed["provider"]):
        faults["provider"] = words("log.fault_unknown")
    person = typed.get("person")
    if person and month_of(person) is None:
        faults["person"] = words("log.fault_person")
    form = FilledForm(typed, faults)
    if faults:
        return None, form
    fields = {name: value for name, value in typed.items() if name in SHOWN}
    ending = Ending(typed["outcome"]) if "outcome" in typed else None
    return LogQuestion(fields, ending, first, last, person), form


def as_query(form: FilledForm, **besides: object) -> str:
    """Return a question as the query of an address, empty where nothing is asked."""
    pairs = urlencode({**form.typed, **besides})
    return f"?{pairs}" if pairs else ""


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
