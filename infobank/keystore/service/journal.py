"""Write the key service's own entries to the access log."""

from dataclasses import dataclass

from infobank.accesslog.entry import Entry
from infobank.db import accesslog
from infobank.db.unit import Units
from infobank.entropy import Entropy


@dataclass(frozen=True)
class Journal:
    """Append entries that concern no resident, as the writer that this process is."""

    records: Units
    entropy: Entropy

    async def note(self, entry: Entry) -> None:
        """Log an entry, durably.

        Raises:
            UnavailableError: the log cannot take it: what it says must not happen.
        """
        async with self.records() as unit:
            writer, number = unit.next_place()
            made = writer.prepare(
                entry, number, unit.seal_key(), self.entropy.bytes(32), self.entropy.bytes(12)
            )
            await accesslog.append(unit, [(writer.writer_id, made, None)])
            await unit.commit()
