"""Put requests and consents in words: who, what, why and until when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from infobank.accesslog.entry import EntryKind
from infobank.accounts.provider import Provider
from infobank.clock import day_in
from infobank.consent.consent import Consent
from infobank.consent.terms import Terms
from infobank.usecases.accesslog.history import Event
from infobank.vocabulary.item import Item
from infobank.vocabulary.rules.policies import Policies
from infobank.web.portal.views.resident.consents import AskedField, AskedItem, ConsentCard
from infobank.web.portal.views.resident.consents import Terms as TermsWords
from infobank.web.portal.views.shared import ItemWords, Recipient

Choices = Mapping[str, bool]
"""What was answered so far: the name of a field in the form, and whether to share it."""


@dataclass(frozen=True)
class TermsWriter:
    """Write terms as of one instant, under the rules and in the zone of this bank."""

    policies: Policies
    zone: str
    now: datetime

    def recipient(self, provider: Provider) -> Recipient:
        """Return a provider as people meet it: suspended or expired, it has no certificate."""
        valid = provider.active and self.now < provider.vetted_until
        return Recipient(provider.name, self.last_day(provider.vetted_until) if valid else None)

    def last_day(self, end: datetime) -> date:
        """Return the last day before an end that is itself excluded."""
        return day_in(self.zone, end - timedelta(microseconds=1))

    def items(self, items: Iterable[Item]) -> tuple[ItemWords, ...]:
        """Return items by the names of their categories and fields."""
        return tuple(self._item(item) for item in items)

    def terms(self, terms: Terms, provider: Provider) -> TermsWords:
        """Return everything the resident must know before deciding, but the items."""
        purpose = self.policies.purpose(terms.purpose)
        return TermsWords(
            recipient=self.recipient(provider),
            purpose=purpose.label,
            purpose_description=purpose.description,
            mode=terms.mode,
            until=self.last_day(terms.valid_until),
            retention_days=terms.retention_days,
        )

    def card(
        self, consent: Consent, provider: Provider, events: list[Event], bound: int
    ) -> ConsentCard:
        """Return one consent with its use, as far as the newest events (at most `bound`) tell."""
        reads = [event.at for event in events if _read_under(event, consent)]
        ended = consent.withdrawn_at
        if ended is None and consent.terms.valid_until <= self.now:
            ended = consent.terms.valid_until
        return ConsentCard(
            consent=consent.consent_id,
            terms=self.terms(consent.terms, provider),
            items=self.items(consent.terms.items),
            given_at=consent.given_at,
            state=consent.state(self.now),
            reads=len(reads),
            last_read=max(reads, default=None),
            within=bound if len(events) >= bound else None,
            ended_at=ended,
        )

    def asked(
        self, items: tuple[Item, ...], choices: Choices, *, complain: bool
    ) -> tuple[AskedItem, ...]:
        """Return what is asked for, field by field, with the choices made so far."""
        explicit = explicit_names(items, self.policies)
        return tuple(
            self._asked(place, item, explicit, choices, complain=complain)
            for place, item in enumerate(items)
        )

    def _item(self, item: Item) -> ItemWords:
        category = self.policies.category(item.category)
        labels = tuple(category.field(name).label for name in item.fields)
        return ItemWords(category.label, labels, item.period, category.special_care)

    def _asked(
        self,
        place: int,
        item: Item,
        explicit: Mapping[int, str],
        choices: Choices,
        *,
        complain: bool,
    ) -> AskedItem:
        category = self.policies.category(item.category)
        fields = []
        care = None
        if place in explicit:
            chosen = choices.get(explicit[place])
            missing = complain and chosen is None
            care = AskedField(explicit[place], category.label, chosen=chosen, missing=missing)
        for name, field in zip(item.fields, map(category.field, item.fields), strict=True):
            chosen = choices.get(field_name(place, name))
            fields.append(
                AskedField(
                    name=field_name(place, name),
                    label=field.label,
                    unit=field.unit,
                    chosen=chosen,
                    missing=complain and chosen is None,
                )
            )
        return AskedItem(
            category.label,
            category.description,
            item.period,
            tuple(fields),
            category.special_care,
            care,
        )


def field_name(place: int, field: str) -> str:
    """Return the form's name of a field of the item at a place, counted from 0."""
    return f"share.{place}.{field}"


def explicit_names(items: tuple[Item, ...], policies: Policies) -> Mapping[int, str]:
    """Return the form's names of what needs an explicit yes, by each category's first place."""
    places: dict[str, int] = {}
    for place, item in enumerate(items):
        if policies.category(item.category).special_care:
            places.setdefault(item.category, place)
    return {place: explicit_name(category) for category, place in places.items()}


def explicit_name(category: str) -> str:
    """Return the form's name of the explicit consent to a special-care category."""
    return f"explicit.{category}"


def explicit_in(asked: tuple[Item, ...], choices: Choices) -> frozenset[str]:
    """Return the special-care categories to which the resident said yes by itself."""
    return frozenset(item.category for item in asked if choices.get(explicit_name(item.category)))


def chosen_items(asked: tuple[Item, ...], choices: Choices) -> tuple[Item, ...]:
    """Return what was asked for less every field that the resident keeps.

    Special care to which she did not say yes is kept whole.
    """
    left = (
        item.without(
            frozenset(name for name in item.fields if not choices.get(field_name(place, name)))
        )
        for place, item in enumerate(asked)
        if choices.get(explicit_name(item.category), True)
    )
    return tuple(item for item in left if item is not None)


def _read_under(event: Event, consent: Consent) -> bool:
    return (
        event.kind is EntryKind.PERMIT
        and event.in_effect
        and event.fields.get("consent") == str(consent.consent_id)
    )
