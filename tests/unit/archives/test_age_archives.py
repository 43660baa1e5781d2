"""Encrypted streams: only for their recipients, and refused at the first wrong byte."""

import asyncio
import gzip
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

import pyrage
import pytest
from pyrage import x25519

from infobank.archives.age import decrypting, encrypting, identity_of, recipients_of
from infobank.errors import ConfigurationError, UnavailableError
from infobank.recovery.errors import ArchiveError

CANARY = b"canary-4711-of-nobody"
PARTS = [CANARY * 50, b"x", bytes(range(256)) * 4000, CANARY]

ALICE, BOB, EVE = (x25519.Identity.generate() for _ in range(3))


def _unbuffered(path: Path) -> BinaryIO:
    return path.open("wb", buffering=0)  # type: ignore[return-value]


async def _write(file: io.BytesIO, *people: x25519.Identity) -> None:
    async with encrypting(file, [each.to_public() for each in people]) as write:
        for part in PARTS:
            await write(part)


async def _read(raw: bytes, identity: x25519.Identity) -> bytes:
    async with decrypting(io.BytesIO(raw), [identity]) as parts:
        return b"".join([part async for part in parts])


@pytest.fixture(scope="module")
def sealed() -> bytes:
    """Return one archive for Alice and Bob."""
    file = io.BytesIO()
    asyncio.run(_write(file, ALICE, BOB))
    return file.getvalue()


@pytest.mark.parametrize("who", [ALICE, BOB], ids=["one", "other"])
async def test_each_recipient_reads_what_was_written(sealed: bytes, who: x25519.Identity):
    assert await _read(sealed, who) == b"".join(PARTS)


def test_nothing_of_it_is_there_in_the_clear(sealed: bytes):
    assert CANARY not in sealed


def test_the_usual_tools_read_it_too(sealed: bytes):
    assert gzip.decompress(pyrage.decrypt(sealed, [ALICE])) == b"".join(PARTS)


async def test_somebody_else_is_refused(sealed: bytes):
    with pytest.raises(ArchiveError, match="not for this identity"):
        await _read(sealed, EVE)


async def test_every_flipped_bit_is_found(sealed: bytes):
    step = max(1, len(sealed) // 150)
    for place in [*range(0, len(sealed), step), len(sealed) - 1]:
        changed = bytearray(sealed)
        changed[place] ^= 1 << (place % 8)
        with pytest.raises(ArchiveError):
            await _read(bytes(changed), ALICE)


async def test_every_cut_is_found(sealed: bytes):
    for length in [*range(0, len(sealed), max(1, len(sealed) // 150)), len(sealed) - 1]:
        with pytest.raises(ArchiveError):
            await _read(sealed[:length], ALICE)


async def test_what_comes_after_the_end_is_refused(sealed: bytes):
    with pytest.raises(ArchiveError):
        await _read(sealed + b"\0", ALICE)
    twice = pyrage.encrypt(gzip.compress(b"one") + b"two", [ALICE.to_public()])
    with pytest.raises(ArchiveError, match="after its end"):
        await _read(twice, ALICE)


async def test_a_full_disk_is_an_error_and_not_a_hang():
    async def fill() -> None:
        async with encrypting(full, [ALICE.to_public()]) as write:
            for _ in range(200):
                await write(bytes(range(256)) * 4096)

    full = _unbuffered(Path("/dev/full"))
    with pytest.raises(UnavailableError):
        await fill()
    full.close()


async def test_who_fails_while_writing_leaves_what_age_refuses():
    file = io.BytesIO()

    async def fail() -> None:
        async with encrypting(file, [ALICE.to_public()]) as write:
            await write(bytes(range(256)) * 4000)
            raise KeyError("the database went away")

    with pytest.raises(KeyError):
        await fail()
    with pytest.raises(ArchiveError):
        await _read(file.getvalue(), ALICE)


async def test_who_stops_reading_early_ends_the_rest():
    large = io.BytesIO()
    async with encrypting(large, [ALICE.to_public()]) as write:
        for _ in range(40):
            await write(bytes(1 << 20))
    large.seek(0)
    async with decrypting(large, [ALICE]) as parts:
        first = await anext(parts)
    assert first == bytes(len(first))
    assert large.tell() < len(large.getvalue())


async def test_a_small_file_that_grows_without_end_is_read_in_small_parts():
    bomb = pyrage.encrypt(gzip.compress(bytes(50 << 20)), [ALICE.to_public()])
    assert len(bomb) < 1 << 20

    async def largest(parts: AsyncIterator[bytes]) -> int:
        return max([len(part) async for part in parts])

    async with decrypting(io.BytesIO(bomb), [ALICE]) as parts:
        assert await largest(parts) < 1 << 20


@pytest.mark.parametrize("texts", [[], [""], ["age1"], [str(ALICE.to_public())[:-1]]])
def test_a_recipient_that_is_none_is_refused(texts: list[str]):
    with pytest.raises(ConfigurationError):
        recipients_of(texts)


def test_an_identity_file_may_hold_comments_and_one_secret():
    assert str(identity_of(f"# of Alice\n{ALICE}\n\n").to_public()) == str(ALICE.to_public())


@pytest.mark.parametrize("text", ["", "# nobody", f"{ALICE}\n{BOB}", "AGE-SECRET-KEY-1X"])
def test_anything_else_is_no_identity_and_is_not_repeated(text: str):
    with pytest.raises(ConfigurationError) as refused:
        identity_of(text)
    assert "SECRET" not in str(refused.value)
