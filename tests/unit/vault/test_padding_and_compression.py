"""Sizes fall into classes; what comes back is bounded."""

import zlib

import pytest

from infobank.vault.compression import deflate, inflate
from infobank.vault.errors import SealBrokenError
from infobank.vault.padding import SMALLEST, pad, padded_length, unpad


def test_padding_costs_at_most_a_sixteenth_and_never_shrinks():
    for length in [*range(SMALLEST, 5000), 10**5, 10**6 + 1, 2**25 - 1]:
        assert length <= padded_length(length) <= length * 17 / 16


def test_size_classes_are_few_and_stable():
    classes = {padded_length(length) for length in range(2**16)}
    assert len(classes) == 1 + 8 * 16  # sixteen classes between a power of two and the next
    assert all(padded_length(size) == size for size in classes)


def test_padded_content_comes_back():
    for length in (0, 1, 252, 253, 1000, 70_000):
        padded = pad(b"\xff" * length)
        assert len(padded) == padded_length(length + 4)
        assert unpad(padded) == b"\xff" * length


@pytest.mark.parametrize(
    "padded", [b"", b"\0\0\0", b"\0\0\0\1", b"\xff\xff\xff\xffx", b"\0\0\0\1x\0\0y"]
)
def test_wrong_padding_is_broken(padded: bytes):
    with pytest.raises(SealBrokenError):
        unpad(padded)


def test_compressed_bytes_come_back_up_to_the_longest():
    for length in (0, 1, 1000, 100_000):
        body = b"ab" * length
        assert inflate(deflate(body), longest=max(len(body), 1)) == body


def test_h4_a_stream_longer_than_the_longest_is_broken_without_being_held():
    bomb = zlib.compress(bytes(50_000_000))
    with pytest.raises(SealBrokenError):
        inflate(bomb, longest=1000)
    with pytest.raises(SealBrokenError):
        inflate(deflate(bytes(1001)), longest=1000)


@pytest.mark.parametrize(
    "stream",
    [b"", b"rubbish", deflate(b"abc")[:-1], deflate(b"abc") + b"x", deflate(b"abc")[:-1] + b"x"],
    ids=["empty", "rubbish", "cut", "extended", "check value"],
)
def test_what_is_not_one_whole_stream_is_broken(stream: bytes):
    with pytest.raises(SealBrokenError):
        inflate(stream, longest=1000)
