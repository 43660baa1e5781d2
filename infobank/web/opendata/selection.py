"""Which entities a request asks for, and how: the parameters of NGSI-LD queries.

ETSI GS CIM 009 V1.9.1 clauses 5.7.1, 5.7.2 and table 6.4.3.2-1, of which this interface
serves a part; what it leaves out is refused by name, never ignored.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from infobank.errors import InvalidInputError
from infobank.publication.rendering.ngsi_ld import SDMX_TERMS
from infobank.web.opendata.errors import (
    OperationNotSupportedError,
    TooManyResultsError,
    UnknownParameterError,
)
from infobank.web.opendata.published import PublishedEntity
from infobank.web.opendata.representation import Style

LONGEST_PAGE: Final = 1000
USUAL_PAGE: Final = 100

RETRIEVE = frozenset({"attrs", "options", "format", "local"})
QUERY = RETRIEVE | {"type", "id", "limit", "offset", "count"}
NOT_SERVED = frozenset(
    {
        "coordinates",
        "csf",
        "datasetId",
        "geometry",
        "geometryProperty",
        "geoproperty",
        "georel",
        "idPattern",
        "join",
        "joinLevel",
        "lang",
        "omit",
        "orderBy",
        "pick",
        "q",
        "scopeQ",
    }
)
"""Parameters of the standard that this interface does not serve."""

STYLES: Mapping[str, Style] = {
    "normalized": Style.NORMALIZED,
    "concise": Style.CONCISE,
    "keyValues": Style.SIMPLIFIED,
    "simplified": Style.SIMPLIFIED,
}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:[!-~]{1,400}")
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Projection:
    """Which attributes of an entity are shown, and how; no names means all of them."""

    attributes: frozenset[str]
    style: Style

    def admits(self, entity: PublishedEntity) -> bool:
        """Tell whether the entity has any of the attributes."""
        return not self.attributes or not self.attributes.isdisjoint(entity.attributes)


@dataclass(frozen=True)
class Selection:
    """Which entities, by type and id, and which page of them."""

    types: frozenset[str]
    ids: frozenset[str]
    limit: int
    offset: int
    count: bool

    def admits(self, entity: PublishedEntity) -> bool:
        """Tell whether the entity has one of the types and one of the ids asked for."""
        typed = not self.types or entity.type in self.types
        return typed and (not self.ids or entity.entity_id in self.ids)


def read_projection(query: Mapping[str, str]) -> Projection:
    """Return which attributes are asked for.

    Raises:
        UnknownParameterError: `options` or `format` hold a word that is not known.
        InvalidInputError: a name is not a name.
    """
    names = frozenset(_short(name, "attrs") for name in _parts(query, "attrs"))
    return Projection(names, _style(query))


def read_selection(query: Mapping[str, str]) -> Selection:
    """Return which entities are asked for.

    Raises:
        OperationNotSupportedError: `type` combines types in another way than "one of".
        TooManyResultsError: the page is longer than this interface sends.
        InvalidInputError: nothing narrows the query down, or a value is malformed.
    """
    if not {"type", "id", "attrs"} & query.keys() and query.get("local") != "true":
        raise InvalidInputError("give at least one of type, id and attrs")
    if set("();") & set(query.get("type", "")):
        raise OperationNotSupportedError("type: only a list of alternatives is served")
    types = _parts({"type": query.get("type", "").replace("|", ",")}, "type")
    count = query.get("count", "false")
    if count not in {"true", "false"}:
        raise InvalidInputError("count must be true or false", field="count")
    return Selection(
        types=frozenset(_short(name, "type") for name in types),
        ids=frozenset(map(entity_id, _parts(query, "id"))),
        limit=_limit(query, counting=count == "true"),
        offset=_number(query, "offset", 0),
        count=count == "true",
    )


def check_names(query: Mapping[str, str], known: frozenset[str]) -> None:
    """Accept parameters that the interface knows.

    Raises:
        OperationNotSupportedError: one is of the standard, and not served.
        UnknownParameterError: one is not of the standard.
    """
    for name in query.keys() - known:
        if name in NOT_SERVED:
            raise OperationNotSupportedError(f"the parameter {name} is not served")
        served = ", ".join(sorted(known))
        raise UnknownParameterError(f"an unknown parameter; served are {served}")


def entity_id(text: str) -> str:
    """Return an entity's id.

    Raises:
        InvalidInputError: it is not a URI.
    """
    if not _URI.fullmatch(text):
        raise InvalidInputError("an entity's id must be a URI", field="id")
    return text


def _style(query: Mapping[str, str]) -> Style:
    words = [*_parts(query, "options"), *_parts(query, "format")]
    if not words:
        return Style.NORMALIZED
    if "sysAttrs" in words:
        raise OperationNotSupportedError("sysAttrs is not served: entities never change")
    styles = {STYLES[word] for word in words if word in STYLES}
    if len(styles) != 1 or not set(words) <= STYLES.keys():
        known = ", ".join(STYLES)
        raise UnknownParameterError(f"options and format name one of {known}")
    return styles.pop()


def _parts(query: Mapping[str, str], name: str) -> list[str]:
    if name not in query or (name == "type" and not query[name]):
        return []
    return query[name].split(",")


def _short(name: str, place: str) -> str:
    """Return a term's short name, whichever way it was written.

    Terms are short in the bank's own @context, or whole: no other context is read.
    """
    found = _WHOLE.get(name, name)
    if not (_NAME.fullmatch(found) or _URI.fullmatch(found)):
        raise InvalidInputError(f"{place} must be names or URIs", field=place)
    return found


_WHOLE: Mapping[str, str] = {
    (str(term["@id"]) if isinstance(term, dict) else str(term)): short
    for short, term in SDMX_TERMS.items()
}


def _limit(query: Mapping[str, str], *, counting: bool) -> int:
    limit = _number(query, "limit", USUAL_PAGE)
    if limit > LONGEST_PAGE:
        raise TooManyResultsError(f"limit is at most {LONGEST_PAGE}")
    if limit == 0 and not counting:
        raise InvalidInputError("limit=0 makes sense with count=true only", field="limit")
    return limit


def _number(query: Mapping[str, str], name: str, usual: int) -> int:
    text = query.get(name, str(usual))
    if not _NUMBER.fullmatch(text):
        raise InvalidInputError(f"{name} must be a whole number", field=name)
    return int(text)
