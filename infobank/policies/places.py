"""From the file of places to the municipality in which each lies."""

import re
from collections.abc import Mapping

from infobank.vocabulary.text.table import Table

FILE = "places.toml"

MUNICIPALITY = re.compile(r"(0[1-9]|[1-3][0-9]|4[0-7])[1-7][0-9]{2}")
"""JIS X 0402 behind JIS X 0401, without the check digit."""

MESH = re.compile(r"[3-6][0-9][2-5][0-9][0-7]{2}[0-9]{2}")
"""A third-order mesh of JIS X 0410 in Japan."""

DISTRICT = re.compile(r"[a-z]+(-[a-z0-9]+)+")
"""A district code of the bank's own, such as `syn-01`: never to be taken for a mesh."""


def parse_places(table: Table) -> Mapping[str, str]:
    """Return the municipality of each mesh and each district.

    Raises:
        ConfigurationError: a key is unknown or missing, a code has the wrong shape, or a place
            lies in two municipalities.
    """
    found: dict[str, str] = {}
    seen: set[str] = set()
    for one in table.tables("municipality"):
        code = one.text("code")
        if not MUNICIPALITY.fullmatch(code) or code in seen:
            raise one.wrong("code", "must be five digits of JIS X 0402, each municipality once")
        seen.add(code)
        one.words("label")
        for key, shape in (("meshes", MESH), ("districts", DISTRICT)):
            _place(found, one, key, shape, code)
        one.close()
    table.close()
    return found


def _place(
    found: dict[str, str], table: Table, key: str, shape: re.Pattern[str], municipality: str
) -> None:
    for place in table.texts(key) if key in table else ():
        if not shape.fullmatch(place):
            raise table.wrong(key, f"each must look like {shape.pattern}")
        if found.setdefault(place, municipality) != municipality:
            raise table.wrong(key, f"{place} lies in {found[place]} already")
