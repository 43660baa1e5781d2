"""Look at the log as a whole: is it growing, signed, and without a gap?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from infobank.accesslog.checkpoint import open_checkpoint
from infobank.accesslog.entry import EntryKind
from infobank.accesslog.errors import (
    LogTamperedError,
    MalformedProofError,
    UntrustedSignatureError,
)
from infobank.accesslog.note import VerifierKey
from infobank.accesslog.proof import verify_proof
from infobank.clock import Clock
from infobank.db import accesslog, logsearch
from infobank.db.accesslog import KeptCheckpoint
from infobank.db.logsearch import WriterGap
from infobank.db.unit import Units
from infobank.errors import NotFoundError
from infobank.usecases.accesslog.history import Event
from infobank.usecases.accesslog.prove import Prove
from infobank.usecases.accesslog.search import LogQuestion, SearchLog

MOST_GAPS: Final = 20
MOST_ALARMS: Final = 10

BROKEN: Final = (LogTamperedError, MalformedProofError, UntrustedSignatureError, NotFoundError)
"""What says that the log is not what it was signed to be."""


@dataclass(frozen=True)
class LogHealth:
    """How the log stands at an instant.

    `signed` says that the newest checkpoint bears the log's own signature, `proven` that its
    newest entry is in the tree that was signed.  `waiting_since` is when the oldest entry that
    has no place yet was made.
    """

    at: datetime
    checkpoint: KeptCheckpoint | None
    waiting: int
    waiting_since: datetime | None
    gaps: Sequence[WriterGap]
    alarms: Sequence[Event]
    signed: bool
    proven: bool


@dataclass(frozen=True)
class ExamineLog:
    """Examine the log with its public key alone, as anybody could, but for what waits."""

    units: Units
    clock: Clock
    prove: Prove
    search: SearchLog

    async def __call__(self, key: VerifierKey) -> LogHealth:
        """Return how the log stands now; whatever is not as it should be is told, not raised."""
        async with self.units() as unit:
            newest = await accesslog.newest_checkpoint(unit)
            _, waiting = await accesslog.counted(unit)
            oldest = await logsearch.oldest_waiting(unit)
            missing = await logsearch.gaps(unit, MOST_GAPS)
        alarms = await self.search(LogQuestion({"kind": EntryKind.ALARM.value}), limit=MOST_ALARMS)
        return LogHealth(
            at=self.clock.now(),
            checkpoint=newest,
            waiting=waiting,
            waiting_since=None if oldest is None else datetime.fromtimestamp(oldest, UTC),
            gaps=missing,
            alarms=alarms.events,
            signed=_signed(newest, key),
            proven=await self._proven(newest, key),
        )

    async def _proven(self, newest: KeptCheckpoint | None, key: VerifierKey) -> bool:
        if newest is None or newest.size == 0:
            return False
        try:
            verify_proof(await self.prove.inclusion(newest.size - 1), key)
        except BROKEN:
            return False
        return True


def _signed(newest: KeptCheckpoint | None, key: VerifierKey) -> bool:
    if newest is None:
        return False
    try:
        return open_checkpoint(newest.note, key).size == newest.size
    except BROKEN:
        return False
