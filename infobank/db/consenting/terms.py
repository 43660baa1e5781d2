"""Terms as the columns and the JSON of a row, and back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from infobank.consent.terms import Terms
from infobank.vocabulary.benefit import NO_BENEFIT, Benefit
from infobank.vocabulary.bounds import Frequency, Onward
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import precision_of
from infobank.vocabulary.text.language import Text


def from_terms(terms: Terms) -> dict[str, object]:
    """Return terms as the columns of a row."""
    return {
        "purpose": terms.purpose,
        "mode": terms.mode.value,
        "items": [from_item(item) for item in terms.items],
        "valid_from": terms.valid_from,
        "valid_until": terms.valid_until,
        "retention_days": terms.retention_days,
        "most_uses": terms.most_uses,
        "times": terms.frequency.times if terms.frequency else None,
        "per_days": terms.frequency.days if terms.frequency else None,
        "onward": terms.onward.value,
        "abroad": terms.abroad,
        "benefit": from_benefit(terms.benefit),
        "explicit": sorted(terms.explicit),
    }


def to_terms(row: Row[Any]) -> Terms:
    """Build the terms that a row's columns hold."""
    return Terms(
        purpose=row.purpose,
        mode=OutputMode(row.mode),
        items=to_items(row.items),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        retention_days=row.retention_days,
        most_uses=row.most_uses,
        frequency=Frequency(row.times, row.per_days) if row.times else None,
        onward=Onward(row.onward),
        abroad=row.abroad,
        benefit=to_benefit(row.benefit),
        explicit=frozenset(row.explicit),
    )


def from_text(words: Text | None) -> dict[str, str] | None:
    """Return words as the JSON a row holds."""
    return None if words is None else {"ja": words.ja, "en": words.en}


def to_text(document: Mapping[str, str] | None) -> Text | None:
    """Build the words that a row's JSON holds."""
    return None if document is None else Text(document["ja"], document["en"])


def from_benefit(benefit: Benefit) -> dict[str, object]:
    """Return a benefit as the JSON a row holds."""
    return {"points": benefit.points, "words": from_text(benefit.words)}


def to_benefit(document: Mapping[str, Any]) -> Benefit:
    """Build the benefit that a row's JSON holds."""
    found = Benefit(document["points"], to_text(document["words"]))
    return NO_BENEFIT if found == NO_BENEFIT else found


def from_item(item: Item) -> dict[str, object]:
    """Return an item as the JSON a row holds."""
    return {
        "category": item.category,
        "fields": list(item.fields),
        "first": item.period.first.isoformat(),
        "last": item.period.last.isoformat(),
        "precision": item.precision.steps,
    }


def to_items(documents: Sequence[Mapping[str, Any]]) -> tuple[Item, ...]:
    """Build the items that a row's JSON holds."""
    return tuple(map(_to_item, documents))


def _to_item(document: Mapping[str, Any]) -> Item:
    return Item(
        category=document["category"],
        fields=tuple(document["fields"]),
        period=Period(date.fromisoformat(document["first"]), date.fromisoformat(document["last"])),
        precision=precision_of(**document["precision"]),
    )
