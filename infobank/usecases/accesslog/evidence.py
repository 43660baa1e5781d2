"""Put an answer of the log into one archive that anybody can check without the bank."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from infobank.accesslog.checkpoint import Checkpoint
from infobank.accesslog.entry import Entry, EntryKind, instant_text
from infobank.accounts.account import Account
from infobank.clock import Clock
from infobank.db import logsearch
from infobank.db.accesslog import KeptCheckpoint, KeptEntry
from infobank.db.unit import Units
from infobank.errors import NotFoundError
from infobank.usecases.accesslog.history import shown_event
from infobank.usecases.accesslog.prove import Prove
from infobank.usecases.accesslog.record import Record
from infobank.usecases.accesslog.search import LogQuestion, SearchLog
from infobank.usecases.rights.copies.archive import ArchiveWriter

MOST_ENTRIES: Final = 500
"""Entries in one archive; a wider question is asked in parts."""


@dataclass(frozen=True)
class GatherEvidence:
    """Gather what a question finds with all that proves it."""

    units: Units
    record: Record
    clock: Clock
    prove: Prove
    search: SearchLog

    async def __call__(
        self, question: LogQuestion, by: Account, besides: Mapping[str, bytes]
    ) -> bytes:
        """Return the archive; who took it, and what was asked, is logged before.

        It holds `entries.jsonl`, a proof file for each entry, the signed checkpoint of the tree
        they are proven in, an older one with what proves that this tree grew from it, and the
        files that the caller adds (`besides`, by name).

        Raises:
            NotFoundError: nothing was found, or nothing of it is in a signed tree yet.
            LogTamperedError: an entry is not the one that was logged.
        """
        now = self.clock.now()
        newest = await self.prove.checkpoint()
        found = await self.search.far(question, newest.size, MOST_ENTRIES)
        if not found.entries:
            raise NotFoundError("nothing of what was asked for is in the signed log")
        await self._log(question, len(found.entries), by)
        archive = ArchiveWriter(now, {"question": _said(question), "made_at": instant_text(now)})
        parts = [archive.add(name, content) for name, content in besides.items()]
        parts.append(archive.add("entries.jsonl", _lines(found.entries)))
        for name, content in await self._tree(newest, found.entries):
            parts.append(archive.add(name, content))
        return b"".join([*parts, archive.end()])

    async def _tree(
        self, newest: KeptCheckpoint, entries: Sequence[KeptEntry]
    ) -> list[tuple[str, bytes]]:
        """Return the checkpoints, the consistency proof and every entry's proof file, by name."""
        highest = max(entry.index or 0 for entry in entries)
        async with self.units() as unit:
            older = await logsearch.checkpoint_over(unit, highest)
        files = [("checkpoint", newest.note)]
        if older is not None:
            grown = await self.prove.consistency_of(_size(older), newest)
            lines = "".join(b64encode(each).decode() + "\n" for each in grown)
            files += [("checkpoint.older", older), ("consistency", lines.encode())]
        proofs = await self.prove.inclusions(newest, [(entry, entry.shown) for entry in entries])
        return files + [(f"proofs/{index}.tlog-proof", proof) for index, proof in proofs]

    async def _log(self, question: LogQuestion, found: int, by: Account) -> None:
        shown = {
            "what": "evidence_taken",
            "role": by.role.value,
            "staff": str(by.account_id),
            "question": _said(question)[:2000],
            "entries": found,
        }
        async with self.units() as unit:
            entry = Entry(EntryKind.AUDIT_READ, self.clock.now(), None, shown, {})
            await self.record(unit, entry)
            await unit.commit()


def _size(note: bytes) -> int:
    return Checkpoint.parse(note.decode().partition("\n\n")[0] + "\n").size


def _said(question: LogQuestion) -> str:
    """Return a question in one line of names and values."""
    said: dict[str, str] = dict(question.fields)
    for name, value in (
        ("outcome", question.ending),
        ("first", question.first),
        ("last", question.last),
        ("person", question.person),
    ):
        if value is not None:
            said[name] = str(value)
    return " ".join(f"{name}={value}" for name, value in sorted(said.items()))


def _lines(entries: Sequence[KeptEntry]) -> str:
    """Return what auditors may see of each entry, one JSON document a line."""
    documents = (
        {
            "index": event.index,
            "in_effect": event.in_effect,
            "kind": event.kind.value,
            "at": instant_text(event.at),
            **event.fields,
        }
        for event in map(shown_event, entries)
    )
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in documents)
