"""What the access log says about what a recipient answers, and fails to."""

from datetime import datetime

from infobank.accesslog.entry import Entry, EntryKind
from infobank.consent.ending.notice import Notice
from infobank.db.ending import erasures
from infobank.db.notices import outbox
from infobank.db.unit import Unit
from infobank.usecases.accesslog.record import Record


async def enter(unit: Unit, record: Record, kind: EntryKind, notice: Notice, now: datetime) -> None:
    """Log what became of a notice, in its resident's history while she has one.

    Once she is erased nothing can be sealed for her: then the entry is about nobody.
    """
    shown = {"provider": str(notice.provider), "notice": str(notice.notice_id)}
    if await erasures.of_resident(unit, notice.resident) is not None:
        await record(unit, Entry(kind, now, None, shown, {}))
        return
    hidden = {"consent": str(notice.consent)}
    await record(unit, Entry(kind, now, notice.resident, shown, hidden))


async def acknowledge(unit: Unit, record: Record, notice: Notice, now: datetime) -> None:
    """Note and log that a recipient knows of a notice, unless that was noted before."""
    if await outbox.acknowledge(unit, notice, now):
        await enter(unit, record, EntryKind.NOTICE_ACKNOWLEDGED, notice, now)
