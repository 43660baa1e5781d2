"""Put consents in words: as cards, by their versions, and on the way to their end."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

from infobank.accesslog.entry import EntryKind
from infobank.accounts.provider import Provider
from infobank.clock import day_in
from infobank.consent.consent import Consent, ConsentState
from infobank.consent.difference import difference
from infobank.consent.ending.notice import Followed
from infobank.consent.exchange.events import events
from infobank.consent.explanation import Consequence
from infobank.usecases.accesslog.history import Event
from infobank.usecases.consent.ask import Stop
from infobank.web.portal.views.resident.consents import (
    ConsentCard,
    Ending,
    Stopping,
    VersionLine,
    Way,
)
from infobank.web.portal.wording.consents.changes import ChangeWriter
from infobank.web.portal.wording.terms import TermsWriter


@dataclass(frozen=True)
class CardWriter:
    """Write consents with their use, as far as the newest events (at most `bound`) tell."""

    writer: TermsWriter
    events: Sequence[Event] = ()
    bound: int = 0

    def card(self, consent: Consent, provider: Provider) -> ConsentCard:
        """Return one consent with every term."""
        now = self.writer.now
        reads = self._reads.get(str(consent.consent_id), ())
        ended = consent.withdrawn_at
        if ended is None and consent.terms.valid_until <= now:
            ended = consent.terms.valid_until
        state = consent.state(now)
        return ConsentCard(
            consent=consent.consent_id,
            terms=self.writer.terms(consent.terms, provider, begins=True),
            items=self.writer.items(consent.terms.items),
            given_at=consent.given_at,
            state=state,
            reads=len(reads),
            last_read=max(reads, default=None),
            within=self.bound if self.bound and len(self.events) >= self.bound else None,
            ended_at=ended,
            given_by=consent.given_by,
            mandate=str(consent.mandate) if consent.mandate else "",
            version=consent.version,
            starts_at=consent.terms.valid_from if state is ConsentState.WAITING else None,
        )

    @cached_property
    def _reads(self) -> Mapping[str, Sequence[datetime]]:
        """When something was disclosed under each consent."""
        found: defaultdict[str, list[datetime]] = defaultdict(list)
        for event in self.events:
            if event.kind is EntryKind.PERMIT and event.in_effect:
                found[str(event.fields.get("consent", ""))].append(event.at)
        return found

    def versions(self, kept: Sequence[Consent]) -> tuple[VersionLine, ...]:
        """Return every version with what it changed, the newest first."""
        return tuple(reversed(list(self._versions(kept))))

    def _versions(self, kept: Sequence[Consent]) -> Iterator[VersionLine]:
        happened = events(kept)
        changed = [(), *(difference(a.terms, b.terms) for a, b in pairwise(kept))]
        for event, changes in zip(happened, changed, strict=True):
            yield VersionLine(
                version=event.version,
                at=event.at,
                what=self.writer.phrases.text(f"event.{event.happening}"),
                by=self.writer.phrases.text(f"by.{event.by}"),
                changes=ChangeWriter(self.writer).changes(changes),
            )

    def stops(self, found: Iterable[Stop]) -> tuple[Stopping, ...]:
        """Return what its recipient would see no more."""
        return tuple(
            Stopping(self.writer.item(each.sight.item), still=bool(each.kept)) for each in found
        )

    def ways(self, found: Iterable[Followed], consent: Consent) -> tuple[Way, ...]:
        """Return what became of what was given no more, the newest first."""
        return tuple(self._way(each, consent) for each in found)

    def _way(self, followed: Followed, consent: Consent) -> Way:
        notice = followed.notice
        kept = notice.made_at + timedelta(days=consent.terms.retention_days)
        return Way(
            state=followed.state(self.writer.now),
            deletes=notice.deletes,
            made_at=notice.made_at,
            deadline=notice.deadline,
            delivered_at=followed.delivered_at,
            acknowledged_at=followed.acknowledged_at,
            stated_at=followed.stated_at,
            deleted_at=followed.deleted_at,
            kept_until=None if notice.deletes else day_in(self.writer.zone, kept),
            items=self.writer.items(notice.items),
        )

    def ending(self, *, fault: bool = False) -> Ending:
        """Return the two choices for what was received, with what each leads to."""
        say = self.writer.phrases.text
        keep, delete = Consequence.WITHDRAW_KEEP, Consequence.WITHDRAW_DELETE
        return Ending(say(f"consequence.{keep}"), say(f"consequence.{delete}"), fault)


def proof_of_end(consent: Consent, found: Iterable[Event]) -> str:
    """Return the number of the entry that proves a withdrawal; empty where it has none yet."""
    return next(
        (
            str(event.index)
            for event in found
            if event.kind is EntryKind.CONSENT_WITHDRAWN
            and event.fields.get("consent") == str(consent.consent_id)
            and event.index is not None
        ),
        "",
    )
