"""Put on a few lines what changed for a resident since her last visit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from infobank.accesslog.entry import EntryKind
from infobank.usecases.accesslog.history import Event
from infobank.vocabulary.text.language import Text
from infobank.web.portal.addresses import address
from infobank.web.portal.texts import Words
from infobank.web.portal.views.resident.home import Mark, News
from infobank.web.portal.wording.events import EventWriter, by_owner

_USES = {EntryKind.PERMIT: Mark.PERMIT, EntryKind.REFUSAL: Mark.REFUSAL}
_TOLD = frozenset(
    {
        EntryKind.DELETION_STATED,
        EntryKind.DELETION_OVERDUE,
        EntryKind.REQUEST_WITHDRAWN,
        EntryKind.RIGHTS_DECISION,
        EntryKind.STAFF_ACT,
        EntryKind.CONSENT_GIVEN,
        EntryKind.RETENTION,
        EntryKind.DEPOSIT,
    }
)
"""What else changes something for her, unless she did it herself."""


@dataclass(frozen=True)
class NewsWriter:
    """Write news; uses by one recipient, and deposits of one kind, are one line each."""

    words: Words
    events: EventWriter

    def lines(self, events: Iterable[Event]) -> tuple[News, ...]:
        """Return what changed, newest first; what she did herself is no news to her."""
        told = [each for each in events if _matters(each)]
        told.sort(key=_subject)
        grouped = [list(group) for _, group in groupby(told, key=_subject)]
        return tuple(sorted(map(self._line, grouped), key=lambda news: news.at, reverse=True))

    def _line(self, group: list[Event]) -> News:
        newest = max(group, key=lambda event: event.at)
        mark = _USES.get(newest.kind, Mark.DONE)
        return News(self._what(newest, len(group)), newest.at, _href(newest), mark)

    def _what(self, event: Event, count: int) -> Text:
        name = self.events.provider(str(event.fields.get("provider", "")))
        if event.kind in _USES:
            return self.words(f"news.{event.kind}", name=name, n=count)
        line = self.events.line(event)
        if event.kind is EntryKind.STAFF_ACT and line.what:
            return line.what[0]
        if event.fields.get("provider"):
            return self.words("news.by", name=name, what=line.kind)
        if not line.what:
            return line.kind
        return self.words("news.about", what=line.kind, which=line.what[0])


def _matters(event: Event) -> bool:
    if event.kind in _USES:
        return event.in_effect
    return event.kind in _TOLD and not by_owner(event)


def _subject(event: Event) -> tuple[str, ...]:
    """Return what events of one line have in common."""
    if event.kind in _USES:
        return (event.kind.value, str(event.fields.get("provider", "")))
    if event.kind is EntryKind.DEPOSIT:
        return (event.kind.value, str(event.fields.get("category", "")))
    return (event.kind.value, event.at.isoformat(), str(event.index))


def _href(event: Event) -> str:
    """Return the page that tells more."""
    return next(_pages(event), address("history"))


def _pages(event: Event) -> Iterator[str]:
    consent = str(event.fields.get("consent", ""))
    if event.kind in _USES:
        what = "shared" if event.kind is EntryKind.PERMIT else "refused"
        who = str(event.fields.get("provider", ""))
        yield f"{address('history')}?{urlencode({'who': who, 'what': what})}"
    if event.kind in {EntryKind.DELETION_STATED, EntryKind.DELETION_OVERDUE} and consent:
        yield address("withdrawn", consent=consent)
    if event.kind is EntryKind.CONSENT_GIVEN and consent:
        yield address("consent", consent=consent)
    if event.kind is EntryKind.RIGHTS_DECISION:
        yield address("rights_request", request=str(event.fields.get("request", "")))
    if event.kind is EntryKind.DEPOSIT:
        yield address("category", code=str(event.fields.get("category", "")))
    if event.index is not None:
        yield address("proof", entry=event.index)
