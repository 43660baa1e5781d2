"""What a withdrawal is about: one item, one purpose, one recipient, one consent, or all."""

from dataclasses import dataclass, replace

from infobank.consent.change import narrow
from infobank.consent.consent import Consent
from infobank.consent.terms import Terms
from infobank.errors import InvalidInputError
from infobank.vocabulary.identifiers import ConsentId, ProviderId
from infobank.vocabulary.item import Item


@dataclass(frozen=True)
class Scope:
    """Which consents are meant, and what of them; whatever is left open means any.

    `fields` are some of `category`'s; left empty, all of them.

    Raises:
        InvalidInputError: fields are named without their category.
    """

    consent: ConsentId | None = None
    provider: ProviderId | None = None
    purpose: str | None = None
    category: str | None = None
    fields: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.fields and self.category is None:
            raise InvalidInputError("name the category of the fields", field="category")

    def means(self, consent: Consent) -> bool:
        """Tell whether a consent is meant, whole or in part."""
        return (
            self.consent in {None, consent.consent_id}
            and self.provider in {None, consent.provider}
            and self.purpose in {None, consent.terms.purpose}
            and bool(self.taken(consent.terms))
        )

    def taken(self, terms: Terms) -> tuple[Item, ...]:
        """Return the items, or their parts, that are given no more."""
        found = (self._part(item) for item in terms.items)
        return tuple(item for item in found if item is not None)

    def left(self, terms: Terms) -> Terms | None:
        """Return the terms that stay, None where nothing does; never wider than they were."""
        kept = (self._rest(item) for item in terms.items)
        items = tuple(item for item in kept if item is not None)
        if not items:
            return None
        explicit = terms.explicit & {item.category for item in items}
        return narrow(terms, replace(terms, items=items, explicit=explicit))

    def _part(self, item: Item) -> Item | None:
        if self.category not in {None, item.category}:
            return None
        return item.without(item.names - self.fields) if self.fields else item

    def _rest(self, item: Item) -> Item | None:
        if self.category not in {None, item.category}:
            return item
        return item.without(self.fields) if self.fields else None


EVERYTHING = Scope()
