"""Terms as a resident's program names them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from infobank.clock import day_begins
from infobank.consent.terms import Terms
from infobank.vocabulary.bounds import Frequency, Onward
from infobank.vocabulary.item import Item
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import EXACT, precision_of


def narrower(held: Terms, document: Mapping[str, Any], zone: str) -> Terms:
    """Return the held terms with those that a document names in their place."""
    wanted: dict[str, Any] = {
        name: document[name]
        for name in ("retention_days", "most_uses", "abroad")
        if name in document
    }
    if "onward" in document:
        wanted["onward"] = Onward(document["onward"])
    if "items" in document:
        wanted["items"] = tuple(map(item_in, document["items"]))
        kept = {item.category for item in wanted["items"]}
        wanted["explicit"] = held.explicit & kept
    if "until" in document:
        wanted["valid_until"] = day_begins(zone, document["until"] + timedelta(days=1))
    if "frequency" in document:
        wanted["frequency"] = Frequency(**document["frequency"])
    return replace(held, **wanted)


def item_in(document: Mapping[str, Any]) -> Item:
    """Return the item that an `ItemDocument` names."""
    period = Period(document["period"]["from_"], document["period"]["to"])
    steps = document.get("precision")
    precision = EXACT if steps is None else precision_of(**steps)
    return Item(document["category"], tuple(document["fields_"]), period, precision)
