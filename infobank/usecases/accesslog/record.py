"""Record what happens, in the transaction in which it happens."""

from dataclasses import dataclass

from infobank.accesslog.entry import Entry
from infobank.db import accesslog
from infobank.db.unit import Unit
from infobank.entropy import Entropy
from infobank.usecases.vault.keyservice import KeyService


@dataclass(frozen=True)
class Record:
    """Append entries to the access log: they stand or fall with the unit of work."""

    keyservice: KeyService
    entropy: Entropy

    async def __call__(self, unit: Unit, *entries: Entry) -> None:
        """Seal each entry for its resident, or for the bank, and append it.

        Raises:
            KeyMissingError: a resident has no log key.
        """
        residents = {entry.resident for entry in entries if entry.resident is not None}
        log_keys = await self.keyservice.log_keys(sorted(residents))
        prepared = []
        for entry in entries:
            key = (
                log_keys[entry.resident] if entry.resident else self.keyservice.bank.bank_log_key()
            )
            writer, number = unit.next_place()
            blinder, nonce = self.entropy.bytes(32), self.entropy.bytes(12)
            made = writer.prepare(entry, number, key, blinder, nonce)
            prepared.append((writer.writer_id, made, entry.resident))
        await accesslog.append(unit, prepared)
