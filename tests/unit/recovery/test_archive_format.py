"""An archive's bytes: read back whole, and refused when they are anything else."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.recovery.archive import (
    LARGEST_FRAME,
    Frame,
    FrameKind,
    Frames,
    Head,
    Summary,
    TableShape,
    encode_manifest,
    parse_manifest,
)
from infobank.recovery.errors import ArchiveError
from infobank.recovery.sealed import Sealed, encode_sealed, parse_sealed

MADE = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
HEAD = Head("keys", UUID(int=7), "0.1.0", "0003", 42, MADE, MADE + timedelta(days=14))

frames = st.lists(
    st.builds(Frame, st.sampled_from(FrameKind), st.binary(max_size=300)), max_size=12
)


def test_a_head_is_one_readable_line():
    line = HEAD.encode()
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert b'"database":"keys"' in line
    assert b'"expires":"2026-12-05T03:04:05Z"' in line
    assert Head.parse(line) == HEAD


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"{}\n",
        b"[]\n",
        b"\xff\xfe\n",
        HEAD.encode()[:-1],
        HEAD.encode() + b"\n",
        HEAD.encode().replace(b":42,", b":42.0,"),
        HEAD.encode().replace(b":42,", b": 42,"),
        HEAD.encode().replace(b"archive/v1", b"archive/v2"),
        HEAD.encode().replace(b"2026-12-05T03:04:05Z", b"soon"),
        b"[" * 4000 + b"\n",
    ],
)
def test_anything_but_the_one_form_of_a_head_is_refused(line: bytes):
    with pytest.raises(ArchiveError):
        Head.parse(line)


@given(frames, st.integers(1, 40))
def test_frames_come_back_however_the_bytes_are_cut(sent: list[Frame], width: int):
    stream = b"".join(frame.encode() for frame in sent)
    reading, found = Frames(), []
    for start in range(0, len(stream), width):
        found += reading.feed(stream[start : start + width])
    reading.end()
    assert found == sent


@given(frames.filter(bool), st.data())
def test_a_stream_that_ends_early_is_noticed(sent: list[Frame], data: st.DataObject):
    stream = b"".join(frame.encode() for frame in sent)
    cut = data.draw(st.integers(0, len(stream) - 1))
    reading = Frames()
    found = list(reading.feed(stream[:cut]))
    if found == sent[: len(found)] and cut == sum(len(frame.encode()) for frame in found):
        reading.end()  # a cut between two frames: the missing manifest tells
        assert len(found) < len(sent)
    else:
        with pytest.raises(ArchiveError, match="cut short"):
            reading.end()


@pytest.mark.parametrize(
    "lead", [b"X" + bytes(4), b"\x00" + bytes(4), b"D" + (LARGEST_FRAME + 1).to_bytes(4, "big")]
)
def test_no_memory_is_taken_for_a_frame_that_cannot_be(lead: bytes):
    with pytest.raises(ArchiveError):
        list(Frames().feed(lead))


@pytest.mark.parametrize(
    "payload",
    [
        b'{"columns":["a"],"table":"t; DROP TABLE x"}',
        b'{"columns":["a\\" b"],"table":"t"}',
        b'{"columns":[1],"table":"t"}',
        b'{"columns":"a","table":"t"}',
        b'{"table":"t"}',
        b"{",
        b"null",
    ],
)
def test_a_name_that_could_be_a_statement_is_refused(payload: bytes):
    with pytest.raises(ArchiveError):
        TableShape.parse(payload)


def test_shapes_summaries_and_manifests_come_back():
    shape = TableShape("blocks", ("resident_id", "tag"))
    summaries = (Summary("blocks", 3, 200, "ab" * 32), Summary("codes", 0, 21, "cd" * 32))
    assert TableShape.parse(shape.encode()) == shape
    assert parse_manifest(encode_manifest(summaries)) == summaries
    with pytest.raises(ArchiveError):
        Summary.parse(b'{"rows":1,"sha256":"x","size":1,"table":7}')


sealed_entries = st.lists(
    st.builds(
        Sealed,
        st.none() | st.uuids().filter(lambda it: it.int > 0),
        st.binary(min_size=32, max_size=32),
        st.binary(max_size=80),
    ),
    max_size=6,
)


@given(sealed_entries, sealed_entries)
def test_sealed_entries_come_back_and_more_are_put_on_at_the_end(
    some: list[Sealed], more: list[Sealed]
):
    assert parse_sealed(encode_sealed(some) + encode_sealed(more)) == [*some, *more]


@given(sealed_entries.filter(bool), st.data())
def test_a_sealed_entry_that_is_cut_short_is_refused(some: list[Sealed], data: st.DataObject):
    raw = encode_sealed(some)
    whole = {len(encode_sealed(some[:count])) for count in range(len(some) + 1)}
    cut = data.draw(st.integers(0, len(raw)).filter(lambda it: it not in whole))
    with pytest.raises(ArchiveError):
        parse_sealed(raw[:cut])
