"""Small chunks are joined into ones worth a transaction, and nothing is lost on the way."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.connectors.gathering import gathered
from infobank.connectors.rows import Chunk, Reject, Rows

SMALL = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=30)


def chunks_of(parts: list[list[str]]) -> list[Chunk]:
    """Return chunks with these people; each row's line is its place, and each ends in a reject."""
    found, line = [], 2
    for read, people in enumerate(parts):
        lines = range(line, line + len(people))
        rows = Rows(lines, people, list(lines), (list(lines),))
        line += len(people) + 1
        found.append(Chunk(rows, [Reject(line - 1, "", "broken")], read + 1, len(parts)))
    return found


@settings(deadline=None)
@given(SMALL, st.integers(1, 10), st.integers(1, 4), st.integers(1, 40))
def test_gathering_changes_nothing_but_the_size(
    parts: list[list[str]], fewest: int, enough: int, most: int
):
    small = chunks_of(parts)
    large = list(gathered(small, fewest, enough, most))
    for name in ("lines", "people", "moments"):
        before = [item for chunk in small for item in getattr(chunk.rows, name)]
        assert [item for chunk in large for item in getattr(chunk.rows, name)] == before
    rejects = [reject for chunk in small for reject in chunk.rejects]
    assert [reject for chunk in large for reject in chunk.rejects] == rejects
    assert [chunk.bytes_read for chunk in large[-1:]] == [len(parts)][: len(parts)]
    assert all(one.bytes_read < other.bytes_read for one, other in pairwise(large))


@settings(deadline=None)
@given(SMALL, st.integers(1, 10), st.integers(1, 4), st.integers(1, 40))
def test_a_chunk_is_worth_its_people_or_as_large_as_memory_holds(
    parts: list[list[str]], fewest: int, enough: int, most: int
):
    longest = max(map(len, parts), default=0)
    for chunk in list(gathered(chunks_of(parts), fewest, enough, most))[:-1]:
        people = len(set(chunk.rows.people))
        wanted = max(fewest, min(most, enough * people))
        assert wanted <= len(chunk.rows) < max(fewest, most) + longest
