"""Put entries of the access log in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from infobank.accesslog.entry import EntryKind
from infobank.usecases.accesslog.history import Event
from infobank.vocabulary.category import Category
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.period import Period
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.language import Language, Text
from infobank.vocabulary.text.words import Phrasebook, Reason
from infobank.web.portal import formats
from infobank.web.portal.texts import Words
from infobank.web.portal.views.auditor.log import LogLine
from infobank.web.portal.views.history import EntryField, HistoryLine, Outcome

LONGEST_SHOWN = 24
"""Characters of a value in the auditor's list; its proof shows all of it."""

_BY_PROVIDER = frozenset({EntryKind.PERMIT, EntryKind.REFUSAL})
_BY_RESIDENT = frozenset(
    {
        EntryKind.CONSENT_GIVEN,
        EntryKind.CONSENT_NARROWED,
        EntryKind.CONSENT_WIDENED,
        EntryKind.CONSENT_WITHDRAWN,
        EntryKind.COUNTER_OFFERED,
        EntryKind.REQUEST_REFUSED,
        EntryKind.MANDATE_GIVEN,
        EntryKind.MANDATE_NARROWED,
        EntryKind.MANDATE_STOPPED,
        EntryKind.OWN_READ,
        EntryKind.SIGN_IN,
        EntryKind.ENTRANCE_CHANGED,
        EntryKind.EXPORT,
        EntryKind.RIGHTS_REQUEST,
        EntryKind.CONTACT_CHANGED,
    }
)
_AT_THE_DESK = frozenset({EntryKind.RIGHTS_REQUEST, EntryKind.RIGHTS_DECISION})
_ABOUT_CONSENT = frozenset(
    {
        EntryKind.CONSENT_GIVEN,
        EntryKind.CONSENT_NARROWED,
        EntryKind.CONSENT_WIDENED,
        EntryKind.CONSENT_WITHDRAWN,
    }
)
_TO_PROVIDER = _ABOUT_CONSENT | {
    EntryKind.COUNTER_OFFERED,
    EntryKind.REQUEST_REFUSED,
    EntryKind.REQUEST_WITHDRAWN,
    EntryKind.DELETION_OVERDUE,
    EntryKind.PROVIDER_INSIDE,
}
_ACTS = frozenset(
    {
        EntryKind.STAFF_ACT,
        EntryKind.RETENTION,
        EntryKind.HOUSEHOLD_AGREEMENT,
        EntryKind.CONTACT_CHANGED,
        EntryKind.ENTRANCE_CHANGED,
    }
)
_ABOUT_NOTICE = frozenset({EntryKind.NOTICE_ACKNOWLEDGED, EntryKind.DELETION_STATED})


@dataclass(frozen=True)
class EventWriter:
    """Write events for one kind of reader.

    `providers` names providers by their identifier's text; `owner` is what the resident
    whom an entry is about is called: "you" to her, nobody's name to anybody else.
    """

    words: Words
    phrases: Phrasebook
    policies: Policies
    providers: Mapping[str, Text]
    owner: Text

    def line(self, event: Event) -> HistoryLine:
        """Return an entry in plain language."""
        return HistoryLine(
            entry="" if event.index is None else str(event.index),
            at=event.at,
            kind=self.kind(event),
            who=self._who(event),
            what=self._what(event),
            outcome=outcome(event),
            reasons=self._reasons(event),
            changes=self._changes(event),
            purpose=self._purpose(event),
            mine=by_owner(event),
        )

    def row(self, event: Event) -> LogLine:
        """Return an entry that has its index, as a line of the auditor's list."""
        fields = tuple(EntryField(name, _short(value)) for name, value in event.fields.items())
        return LogLine(event.index or 0, event.at, self.kind(event), outcome(event), fields)

    def kind(self, event: Event) -> Text:
        """Return what happened."""
        return self.words("event.void" if _void(event) else f"event.{event.kind.value}")

    def _who(self, event: Event) -> Text:
        if event.kind in _BY_PROVIDER | _ABOUT_NOTICE | {EntryKind.REQUEST_WITHDRAWN}:
            return self._provider(event)
        by = event.fields.get("by")
        if by_owner(event):
            return self.owner
        if by is not None:
            return self.words.known(f"actor.{by}", _short(by))
        role = str(event.fields.get("role", ""))
        return self.words(f"role.{role}") if role else self.words("actor.bank")

    def _what(self, event: Event) -> tuple[Text, ...]:
        if event.kind in _BY_PROVIDER:
            return (self._items(event),)
        if event.kind in _TO_PROVIDER:
            return (self.words("said.to", name=self._provider(event)),)
        if event.kind is EntryKind.DEPOSIT:
            return self._deposited(event)
        if event.kind is EntryKind.OWN_READ:
            return (self._category(event),)
        return self._at_the_desk(event) if event.kind in _AT_THE_DESK else self._act(event)

    def _at_the_desk(self, event: Event) -> tuple[Text, ...]:
        right, status = (str(event.fields.get(name, "")) for name in ("right", "status"))
        name = self.words.known(f"right.{right}.name", right)
        stands = self.words.known(f"rights_status.{status}", status)
        return (self.words("said.right", name=name, status=stands),)

    def _act(self, event: Event) -> tuple[Text, ...]:
        act = event.fields.get("what") if event.kind in _ACTS else None
        return () if act is None else (self.words.known(f"act.{act}", _short(act)),)

    def _deposited(self, event: Event) -> tuple[Text, ...]:
        counts = {name: event.fields.get(name, 0) for name in ("added", "changed", "same")}
        code = str(event.fields.get("source", ""))
        source = self.words.known(f"source.{code}", code)
        return (
            self.words("said.deposited", category=self._category(event), **counts),
            self.words("said.from", name=source),
        )

    def _items(self, event: Event) -> Text:
        names = [name for name in str(event.fields.get("fields", "")).split(",") if name]
        known = self.policies.categories.get(str(event.fields.get("category", "")))
        labels = [_label(known, name) for name in names]
        fields = Text(
            ja="、".join(label.ja for label in labels), en=", ".join(label.en for label in labels)
        )
        category, period = self._category(event), _period(event)
        if period is None:
            return self.words("said.items", category=category, fields=fields)
        return self.words("said.items_over", category=category, fields=fields, period=period)

    def _category(self, event: Event) -> Text:
        code = str(event.fields.get("category", ""))
        known = self.policies.categories.get(code)
        return known.label if known else _plain(code)

    def provider(self, identifier: str) -> Text:
        """Return what a provider is called, by its identifier's text."""
        return self.providers.get(identifier, _plain(identifier))

    def _provider(self, event: Event) -> Text:
        return self.provider(str(event.fields.get("provider", "")))

    def _purpose(self, event: Event) -> Text | None:
        code = event.fields.get("purpose")
        known = self.policies.purposes.get(str(code))
        return known.label if known else None

    def _reasons(self, event: Event) -> tuple[Text, ...]:
        if _void(event):
            return (self.words("said.overtaken"),)
        if event.kind in _AT_THE_DESK:
            return tuple(self.words.known(f"refusal.{name}", name) for name in _rules(event))
        return tuple(self._reason(name) for name in _rules(event))

    def _changes(self, event: Event) -> tuple[Text, ...]:
        """Return what would change a decision, each with the law behind its rule, if any."""
        if _void(event) or event.kind in _AT_THE_DESK:
            return ()
        found = (self.phrases.reasons.get(name) for name in _rules(event))
        return tuple(_change(told) for told in found if told is not None)

    def _reason(self, rule: str) -> Text:
        """Return what a rule says to people; one that was renamed since is told by its name."""
        told = self.phrases.reasons.get(rule)
        return _plain(rule) if told is None else told.words.text()


def _rules(event: Event) -> list[str]:
    """Return the names of the rules that an entry gives as its reasons."""
    return [name for name in str(event.fields.get("reasons", "")).split(",") if name]


def _change(reason: Reason) -> Text:
    said, law = reason.change.text(), reason.law
    if law is None:
        return said
    ja, easy, en = (f"{said.in_(each)} ({law.in_(each)})" for each in Language)
    return Text(ja, en, easy)


def by_owner(event: Event) -> bool:
    """Tell whether the resident whom an entry is about did it herself."""
    by = event.fields.get("by")
    if by is not None:
        return by == GivenBy.SELF
    if event.kind not in _BY_RESIDENT:
        return False
    return event.fields.get("role", "resident") == "resident"


def outcome(event: Event) -> Outcome:
    """Return how an act ended."""
    if not event.in_effect:
        return Outcome.VOID
    if event.kind is EntryKind.PERMIT:
        return Outcome.PERMIT
    return Outcome.REFUSAL if event.kind is EntryKind.REFUSAL else Outcome.DONE


def _void(event: Event) -> bool:
    return event.kind is EntryKind.PERMIT and not event.in_effect


def _label(category: Category | None, name: str) -> Text:
    found = [field.label for field in category.fields if field.name == name] if category else []
    return found[0] if found else _plain(name)


def _period(event: Event) -> Text | None:
    """Return the days of an entry in words; None where a request left them open."""
    try:
        first = date.fromisoformat(str(event.fields["first"]))
        last = date.fromisoformat(str(event.fields["last"]))
    except (KeyError, ValueError):
        return None
    if last == date.max or last < first:
        return None
    period = Period(first, last)
    return formats.in_words(period, formats.show_period)


def _plain(code: str) -> Text:
    """Return a code the bank has no words for: what a stranger sent, so never much of it."""
    return Text(_short(code), _short(code))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
