"""The three ways NGSI-LD writes an attribute (ETSI GS CIM 009 V1.9.1 clause 4.5)."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

_VALUES = {"Property": "value", "Relationship": "object", "LanguageProperty": "languageMap"}


class Style(Enum):
    """How much of an attribute is written."""

    NORMALIZED = "normalized"
    CONCISE = "concise"
    SIMPLIFIED = "simplified"


class Representation(NamedTuple):
    """How entities are written, and whether their @context stands inside."""

    style: Style
    context_inside: bool


def represented(attributes: Mapping[str, Any], style: Style) -> dict[str, Any]:
    """Return normalized attributes as a style writes them."""
    if style is Style.NORMALIZED:
        return dict(attributes)
    write = _concise if style is Style.CONCISE else _simplified
    return {name: write(attribute) for name, attribute in attributes.items()}


def _simplified(attribute: Mapping[str, Any]) -> object:
    """Return the value alone (clause 4.5.4); a language map keeps its name around it."""
    member = _VALUES[attribute["type"]]
    return {member: attribute[member]} if member == "languageMap" else attribute[member]


def _concise(attribute: Mapping[str, Any]) -> object:
    """Return the attribute without what can be inferred (clause 4.5.1 and annex C)."""
    kept = {
        name: _concise(part) if _is_attribute(name, part) else part
        for name, part in attribute.items()
        if name != "type"
    }
    return kept["value"] if kept.keys() == {"value"} else kept


def _is_attribute(name: str, part: object) -> bool:
    inside = isinstance(part, Mapping) and part.get("type") in _VALUES
    return inside and name not in _VALUES.values()
