"""Name residents to auditors: by a pseudonym that holds for a month and leads to nobody."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from infobank.accesslog.leaf import Leaf
from infobank.clock import day_in
from infobank.db.accesslog import KeptEntry
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.period import Period

INDEX: Final = "auditors"
"""The keyed index of pseudonyms: over the month and the resident."""

_LENGTH: Final = 16
"""Hexadecimal digits: two of a million people share them in a month once in 10**7 months."""

_PERSON: Final = re.compile(rf"(2[0-9]{{3}})-(0[1-9]|1[0-2])-[0-9a-f]{{{_LENGTH}}}")


@dataclass(frozen=True)
class Persons:
    """Make pseudonyms as they are asked for; none is kept anywhere.

    INVARIANT: who holds the database alone finds neither the resident of a pseudonym nor the
    pseudonyms of one resident in two months: the key is the key service's.
    """

    keyservice: KeyService
    zone: str

    async def of(self, entries: Sequence[KeptEntry]) -> Mapping[int, str]:
        """Return the pseudonym of whom each entry is about, by the entry's index."""
        about = [
            (each.index or 0, self._month(each), each.resident)
            for each in entries
            if each.resident is not None
        ]
        named = await self._names([(month, resident) for _, month, resident in about])
        return {index: name for (index, *_), name in zip(about, named, strict=True)}

    async def find(self, person: str, residents: Sequence[ResidentId]) -> ResidentId | None:
        """Return which of some residents a pseudonym means; None where it means none of them."""
        month = person.rpartition("-")[0]
        named = await self._names([(month, resident) for resident in residents])
        known = zip(named, residents, strict=True)
        return next((resident for name, resident in known if name == person), None)

    async def _names(self, wanted: Sequence[tuple[str, ResidentId]]) -> list[str]:
        if not wanted:
            return []
        found = await self.keyservice.index(INDEX, [(month, str(each)) for month, each in wanted])
        return [
            f"{month}-{index.hex()[:_LENGTH]}"
            for (month, _), index in zip(wanted, found, strict=True)
        ]

    def _month(self, entry: KeptEntry) -> str:
        at = datetime.fromtimestamp(Leaf.parse(entry.leaf).second, UTC)
        return f"{day_in(self.zone, at):%Y-%m}"


def month_of(person: str) -> Period | None:
    """Return the month in which a pseudonym holds; None where it is none."""
    found = _PERSON.fullmatch(person)
    return Period.month(int(found[1]), int(found[2])) if found else None
