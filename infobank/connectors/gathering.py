"""Join a reader's small chunks into ones that are worth a transaction each.

Sealing, logging and storing cost once for each person in a chunk, however many records
she has there.  So a chunk grows until its people have enough records each, or until it
is as large as memory should have to hold.
"""

from collections.abc import Iterable, Iterator

from infobank.connectors.rows import Chunk, Rows

FEWEST_ROWS = 20_000
"""Rows of a chunk that costs are spread over well enough, when its people are few."""

ENOUGH = 100
"""Rows a person that are worth sealing her block for."""

MOST_ROWS = 250_000
"""Rows held in memory: 50 MB of nine fields."""


def gathered(
    chunks: Iterable[Chunk],
    fewest: int = FEWEST_ROWS,
    enough: int = ENOUGH,
    most: int = MOST_ROWS,
) -> Iterator[Chunk]:
    """Yield the same rows and rejects in fewer chunks.

    A chunk has at least `fewest` rows, and either `enough` of them for each person or
    more than `most`; only the last may have less.
    """
    waiting: list[Chunk] = []
    people: set[str] = set()
    rows = 0
    for chunk in chunks:
        waiting.append(chunk)
        people.update(chunk.rows.people)
        rows += len(chunk.rows)
        if rows >= max(fewest, min(most, enough * len(people))):
            yield _joined(waiting)
            waiting, people, rows = [], set(), 0
    if waiting:
        yield _joined(waiting)


def _joined(chunks: list[Chunk]) -> Chunk:
    rejects = [reject for chunk in chunks for reject in chunk.rejects]
    rows = Rows.joined([chunk.rows for chunk in chunks])
    return Chunk(rows, rejects, chunks[-1].bytes_read, chunks[-1].bytes_total)
