"""Record what happens, in the transaction in which it happens."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import repeat

from infobank.accesslog.entry import Entry, EntryRef
from infobank.accesslog.writer import FRESH_BYTES
from infobank.db import accesslog
from infobank.db.unit import Unit
from infobank.entropy import Entropy
from infobank.usecases.vault.keyservice import KeyService, OpenedResident
from infobank.vocabulary.identifiers import ResidentId


@dataclass(frozen=True)
class Record:
    """Append entries to the access log: they stand or fall with the unit of work."""

    keyservice: KeyService
    entropy: Entropy

    async def __call__(
        self,
        unit: Unit,
        *entries: Entry,
        opened: Mapping[ResidentId, OpenedResident] | None = None,
    ) -> list[EntryRef]:
        """Seal each entry for its resident, or for the bank, and append it.

        Returns what names each entry once the unit is committed.  Residents in `opened`
        need not be opened again.

        Raises:
            KeyMissingError: a resident has no log key.
        """
        known = opened or {}
        residents = {entry.resident for entry in entries if entry.resident is not None}
        missing = sorted(residents - known.keys())
        found = {**known, **(await self.keyservice.open(missing) if missing else {})}
        keyed = [
            (entry, found[entry.resident].log_key() if entry.resident else unit.seal_key())
            for entry in entries
        ]
        writer, first = unit.next_places(len(entries))
        made = writer.prepare_many(keyed, first, self.entropy.bytes(FRESH_BYTES * len(entries)))
        about = [entry.resident for entry in entries]
        await accesslog.append(unit, list(zip(repeat(writer.writer_id), made, about, strict=False)))
        return [EntryRef(writer.writer_id, each.seq) for each in made]
