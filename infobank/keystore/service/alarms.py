"""Sound alarms: into the access log, by the key service itself, and to the operator."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import structlog

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db import keys
from infobank.db.unit import Units
from infobank.keystore.service.journal import Journal
from infobank.vault.bankkeys import BankKeys
from infobank.vocabulary.identifiers import ResidentId

LOG = structlog.get_logger()

FRESH = 1.0
"""Seconds for which the list of decoys is believed without asking."""


@dataclass
class Alarms:
    """Note what should never happen.

    A decoy is a resident who does not exist: nothing the bank does opens one, so whoever
    does is looking around.  The asker gets the answer anybody would get.
    """

    units: Units
    journal: Journal
    bank: BankKeys
    clock: Clock
    _decoys: frozenset[bytes] = frozenset()
    _asked: float = field(default=-FRESH)

    async def look_for_decoys(self, residents: Iterable[ResidentId]) -> None:
        """Sound an alarm when one of the residents does not exist."""
        if time.monotonic() - self._asked >= FRESH:
            self._decoys = await keys.all_decoys(self.units.direct)
            self._asked = time.monotonic()
        if self._decoys and not self._decoys.isdisjoint(self.bank.decoy_markers(residents)):
            await self.sound("decoy_opened")

    async def sound(self, what: str) -> None:
        """Log an alarm, durably; `what` names it, and says nothing about anybody.

        Raises:
            UnavailableError: the log cannot take it: the answer it belongs to is not given.
        """
        LOG.critical("alarm", what=what)
        shown = {"what": what}
        await self.journal.note(Entry(EntryKind.ALARM, self.clock.now(), None, shown, {}))
