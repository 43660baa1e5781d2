"""Put a month's events in words: who used data how often, and what else happened."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from infobank.accesslog.entry import EntryKind
from infobank.usecases.accesslog.history import Event
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.resident.summary import SummaryWords, Uses
from infobank.web.portal.wording.events import EventWriter

_USES = frozenset({EntryKind.PERMIT, EntryKind.REFUSAL})


@dataclass(frozen=True)
class SummaryWriter:
    """Write months; `site` is where the portal is."""

    events: EventWriter
    site: str

    def month(self, month: date, events: Sequence[Event]) -> SummaryWords:
        """Return one month, the most frequent first."""
        used = Counter(
            (str(event.fields.get("provider", "")), event.kind)
            for event in events
            if event.kind in _USES and event.in_effect
        )
        acts: Counter[Text] = Counter(
            self.events.kind(event) for event in events if event.kind not in _USES
        )
        uses = (
            Uses(
                self.events.provider(name),
                used[name, EntryKind.PERMIT],
                used[name, EntryKind.REFUSAL],
            )
            for name in dict.fromkeys(name for (name, _), _ in used.most_common())
        )
        return SummaryWords(month, tuple(uses), tuple(acts.most_common()), self.site)
