"""Decide and record in one statement, for a whole group of requests at a time.

Requests that are being decided at the same moment share one statement and one
flush to disk.  The statement joins each permit with its consent row, locked for
share: where the consent changed meanwhile, the entry is written as void, nothing
is released, and the request is decided again.  So no consent read earlier can be
stale where it matters, and a withdrawal is an ordinary commit.

Where a consent counts its uses, the statement counts this one too, and only while one is
left: the row of uses is locked, so that however many ask at once, on however many machines,
no more permits are in effect than the resident agreed to.

While something is released under a consent, the group's connection holds a shared
advisory lock on it; `db.consent.drain` waits for that lock.  The statement only
tries the lock, so that a withdrawal that waits already turns permits into voids.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infobank.accesslog.entry import Entry, EntryRef
from infobank.accesslog.writer import FRESH_BYTES, Prepared
from infobank.db.accesslog import APPEND, appended_rows
from infobank.db.consent import IN_FLIGHT
from infobank.db.direct import UNTIL_KEPT, arrays
from infobank.db.unit import ConnectionWriter, Writers
from infobank.entropy import Entropy
from infobank.errors import UnavailableError
from infobank.vocabulary.identifiers import ConsentId

LARGEST_GROUP = 256
"""Entries in one statement at most."""

LONGEST_QUEUE = 4096
"""Requests that may wait; more are refused at once rather than answered too late."""

_KINDS = ("bigint", "uuid", "uuid", "int", "int", *["bytea"] * 6)

RECORD = f"""
WITH asked AS MATERIALIZED (
    SELECT * FROM {arrays(*_KINDS, first=2)} AS a (writer_seq, resident_id, consent_id, version, stretch,
            leaf, leaf_void, mac, mac_void, sealed, shown)
), guarded AS MATERIALIZED (
    SELECT writer_seq, pg_try_advisory_lock_shared({IN_FLIGHT.format(consent="consent_id")}) AS locked
    FROM asked WHERE consent_id IS NOT NULL
), held AS MATERIALIZED (
    SELECT a.writer_seq, a.resident_id, a.consent_id, a.stretch, c.most_uses, c.times
    FROM asked a
    JOIN guarded g ON g.writer_seq = a.writer_seq AND g.locked
    JOIN consents c ON c.resident_id = a.resident_id
        AND c.consent_id = a.consent_id AND c.version = a.version
    WHERE c.withdrawn_at IS NULL
    FOR SHARE OF c
), counted AS MATERIALIZED (
    SELECT resident_id, consent_id, most_uses, times, max(stretch) AS stretch
    FROM held WHERE most_uses IS NOT NULL OR times IS NOT NULL
    GROUP BY resident_id, consent_id, most_uses, times
), unused AS MATERIALIZED (
    SELECT u.resident_id, u.consent_id, n.stretch, least(
        n.most_uses - u.total,
        n.times - CASE WHEN n.stretch = u.stretch THEN u.recent ELSE 0 END
    ) AS uses
    FROM counted n
    JOIN consent_uses u ON u.resident_id = n.resident_id AND u.consent_id = n.consent_id
        AND u.stretch <= n.stretch
    ORDER BY u.resident_id, u.consent_id
    FOR UPDATE OF u
), taken AS MATERIALIZED (
    SELECT t.* FROM (
        SELECT h.writer_seq, h.resident_id, h.consent_id, h.stretch, n.uses,
            row_number() OVER (PARTITION BY h.consent_id ORDER BY h.writer_seq) AS place
        FROM held h
        JOIN unused n ON n.resident_id = h.resident_id AND n.consent_id = h.consent_id
            AND n.stretch = h.stretch
    ) t
    WHERE t.place <= t.uses
), used AS (
    UPDATE consent_uses u SET total = u.total + t.uses, stretch = t.stretch,
        recent = t.uses + CASE WHEN t.stretch = u.stretch THEN u.recent ELSE 0 END
    FROM (
        SELECT resident_id, consent_id, stretch, count(*)::int AS uses
        FROM taken GROUP BY resident_id, consent_id, stretch
    ) t
    WHERE u.resident_id = t.resident_id AND u.consent_id = t.consent_id
), permitted AS MATERIALIZED (
    SELECT writer_seq FROM held WHERE most_uses IS NULL AND times IS NULL
    UNION ALL SELECT writer_seq FROM taken
), written AS (
    INSERT INTO log_pending
        (writer_id, writer_seq, resident_id, effect, leaf, mac, sealed, shown)
    SELECT $1, a.writer_seq, a.resident_id, e.effect,
        CASE e.effect WHEN 1 THEN a.leaf ELSE a.leaf_void END,
        CASE e.effect WHEN 1 THEN a.mac ELSE a.mac_void END, a.sealed, a.shown
    FROM asked a
    LEFT JOIN permitted p ON p.writer_seq = a.writer_seq
    CROSS JOIN LATERAL (
        SELECT CASE WHEN a.consent_id IS NULL OR p.writer_seq IS NOT NULL
               THEN 1 ELSE 0 END::smallint AS effect
    ) e
    RETURNING writer_seq, effect
)
SELECT w.writer_seq, w.effect, coalesce(g.locked, false) AS locked
FROM written w LEFT JOIN guarded g ON g.writer_seq = w.writer_seq
"""  # noqa: E501 - one statement, read as one

RELEASE = f"""
SELECT pg_advisory_unlock_shared({IN_FLIGHT.format(consent="consent_id")})
FROM unnest($1::uuid[]) AS released (consent_id)
"""


@dataclass(frozen=True)
class Draft:
    """An entry that waits for its group.

    `consent` and `version` name the consent row a permit leans on; both are absent
    for an entry that needs none, such as a refusal.  `stretch` is the one of the consent's
    frequency in which it is used.
    """

    entry: Entry
    seal_key: bytes
    consent: ConsentId | None = None
    version: int = 0
    stretch: int = 0


@dataclass
class _Line:
    """One connection's life: what it holds dies with it."""

    connection: AsyncConnection
    driver: Any
    writer: ConnectionWriter
    broken: bool = False
    watchers: set[Callable[[], None]] = field(default_factory=set)

    def lose(self) -> None:
        """Note that the connection, and every consent it held, is gone; tell who releases."""
        self.broken = True
        while self.watchers:
            self.watchers.pop()()


@dataclass(frozen=True)
class _Held:
    """What came of a draft, and the line that holds its consent."""

    effective: bool
    line: _Line
    entry: EntryRef


@dataclass(frozen=True)
class InFlight:
    """A recorded entry whose consent is being held."""

    _held: _Held

    @property
    def effective(self) -> bool:
        """Tell whether the entry stands: its consent neither changed nor was used up meanwhile."""
        return self._held.effective

    @property
    def entry(self) -> EntryRef:
        """Return what names the recorded entry."""
        return self._held.entry

    @property
    def held(self) -> bool:
        """Tell whether the consent is still held: the connection that holds it is alive."""
        return self._held.effective and not self._held.line.broken

    @contextmanager
    def when_lost(self, act: Callable[[], None]) -> Iterator[None]:
        """Do something, at once, should the consent be lost before the block is left."""
        watchers = self._held.line.watchers
        watchers.add(act)
        try:
            yield
        finally:
            watchers.discard(act)


@dataclass
class _Waiting:
    draft: Draft
    answer: asyncio.Future[_Held]


@dataclass
class GroupedLog:
    """Append entries in groups; one instance, and one connection, a worker process."""

    engine: AsyncEngine
    writers: Writers
    entropy: Entropy
    _queue: list[_Waiting] = field(default_factory=list)
    _released: list[UUID] = field(default_factory=list)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _line: _Line | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the group's connection and its loop alive for a worker's life."""
        task = asyncio.create_task(self._run(), name="grouped-log")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self._close()

    async def warm(self) -> None:
        """Connect, and prepare the statement, before the first entry waits for it."""
        line = await self._open()
        for _ in range(UNTIL_KEPT):
            await line.driver.fetch(RECORD, line.writer.writer.writer_id, *[[]] * len(_KINDS))
            await line.driver.fetch(APPEND, *[[]] * 7)

    @asynccontextmanager
    async def recorded(self, drafts: Sequence[Draft]) -> AsyncIterator[list["InFlight"]]:
        """Record entries, durably, and hold their consents until the block is left.

        Yields an `InFlight` for each draft, in order; its `effective` is False when the
        consent changed or was used up meanwhile: then nothing may be released under it,
        and the request is decided again.

        Raises:
            UnavailableError: the log cannot take the entries; nothing may be released.
        """
        if len(self._queue) + len(drafts) > LONGEST_QUEUE:
            raise UnavailableError("the access log is overloaded; try again later")
        waiting = [_Waiting(draft, self._future()) for draft in drafts]
        self._queue += waiting
        self._wake.set()
        try:
            await asyncio.gather(*(asyncio.shield(each.answer) for each in waiting))
            yield [InFlight(each.answer.result()) for each in waiting]
        finally:
            for each in waiting:
                each.answer.add_done_callback(partial(self._let_go, each.draft))

    def _future(self) -> "asyncio.Future[_Held]":
        return asyncio.get_running_loop().create_future()

    def _let_go(self, draft: Draft, answer: "asyncio.Future[_Held]") -> None:
        """Let go of the consent an entry holds, when it holds one."""
        if draft.consent is None or answer.cancelled() or answer.exception():
            return
        held = answer.result()
        if held.effective and held.line is self._line:
            self._released.append(draft.consent)
            self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._release()
            while self._queue:
                group, self._queue = self._queue[:LARGEST_GROUP], self._queue[LARGEST_GROUP:]
                await self._record(group)
                await self._release()

    async def _record(self, group: list[_Waiting]) -> None:
        try:
            line = await self._open()
            written = await self._write(line, [waiting.draft for waiting in group])
        except Exception as error:  # noqa: BLE001 - whatever it was, nobody may be left waiting
            await self._close()
            failure = UnavailableError("the access log is away; try again", detail=_where(error))
            for waiting in group:
                waiting.answer.set_exception(failure)
                waiting.answer.exception()  # the caller may have gone
            return
        for waiting, held in zip(group, written, strict=True):
            waiting.answer.set_result(held)

    async def _write(self, line: _Line, drafts: list[Draft]) -> list[_Held]:
        first = line.writer.next_number
        made = line.writer.writer.prepare_many(
            [(draft.entry, draft.seal_key) for draft in drafts],
            first,
            self.entropy.bytes(FRESH_BYTES * len(drafts)),
        )
        leaning = any(draft.consent is not None for draft in drafts)
        effects = await (self._judge if leaning else self._append)(line, drafts, made)
        line.writer.next_number += len(drafts)
        writer_id = line.writer.writer.writer_id
        return [_Held(effects[each.seq], line, EntryRef(writer_id, each.seq)) for each in made]

    async def _append(
        self, line: _Line, drafts: Sequence[Draft], made: Sequence[Prepared]
    ) -> dict[int, bool]:
        """Write entries that lean on no consent: all of them stand."""
        about = [draft.entry.resident for draft in drafts]
        rows = appended_rows(zip(repeat(line.writer.writer.writer_id), made, about, strict=False))
        await line.driver.fetch(APPEND, *_columns(rows))
        return dict.fromkeys((each.seq for each in made), True)

    async def _judge(
        self, line: _Line, drafts: Sequence[Draft], made: Sequence[Prepared]
    ) -> dict[int, bool]:
        """Write entries, each as effective or void; return which number is which."""
        columns = _columns(map(_row, drafts, made))
        found = await line.driver.fetch(RECORD, line.writer.writer.writer_id, *columns)
        kept = {row["writer_seq"]: row for row in found}
        self._released += [
            draft.consent
            for draft, each in zip(drafts, made, strict=True)
            if draft.consent is not None
            and kept[each.seq]["locked"]
            and kept[each.seq]["effect"] == 0
        ]
        return {number: row["effect"] == 1 for number, row in kept.items()}

    async def _release(self) -> None:
        if not self._released or self._line is None:
            self._released.clear()
            return
        released, self._released = self._released, []
        try:
            await self._line.driver.execute(RELEASE, released)
        except Exception:  # noqa: BLE001 - whatever broke the line, its locks went with it
            await self._close()

    async def _open(self) -> _Line:
        if self._line is None:
            connection = await self.engine.connect()
            raw = await connection.get_raw_connection()
            line = _Line(connection, raw.driver_connection, self.writers.new())
            line.driver.add_termination_listener(lambda _: line.lose())
            self._line = line
        return self._line

    async def _close(self) -> None:
        line, self._line = self._line, None
        self._released.clear()
        if line is not None:
            line.lose()
            with contextlib.suppress(Exception):  # it may be dead already; it is ours no more
                await line.connection.invalidate()
                await line.connection.close()


def _columns(rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _row(draft: Draft, made: Prepared) -> tuple[object, ...]:
    return (
        made.seq,
        draft.entry.resident,
        draft.consent,
        draft.version,
        draft.stretch,
        made.leaf,
        made.leaf_void,
        made.mac,
        made.mac_void,
        made.sealed,
        made.shown_document,
    )


def _where(error: Exception) -> str:
    """Name a failure without its text: the driver's may quote a row."""
    if isinstance(error, UnavailableError):
        return error.detail
    return f"{type(error).__name__} {getattr(error, 'sqlstate', None) or ''}".rstrip()
