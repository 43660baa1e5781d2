"""A second reader of stored blocks, written from `docs/spec/` alone.

It shares no code with the bank, and knows no category: its caller compares unit and columns.
Whatever it raises is a refusal.  Numbers in brackets are the rules of `docs/spec/block.md`.
"""

import hmac
import struct
import zlib
from datetime import date, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

HEADER = 68
CHUNK = 16_384 + 16
LONGEST = 32 * 1024 * 1024
DAY_OF_MINUTES = 1_500
ABSENT = 128


class RefusedError(Exception):
    """The stored bytes are not the block that was asked for."""


def need(condition: object) -> None:
    """Stop unless the rule holds."""
    if not condition:
        raise RefusedError


def expand(key: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand with SHA-512."""
    return HKDFExpand(algorithm=SHA512(), length=length, info=info).derive(key)


def category_key(data_key: bytes, category: int) -> bytes:
    """Derive the key of a category from the resident's data key (keys.md)."""
    return expand(data_key, f"data/{category}".encode(), 32)


def header(tenant: bytes, resident: bytes, tag: bytes, key_version: int, generation: int) -> bytes:
    """Build the header a caller expects (1)."""
    kind = b"IBBK\0\3\0\1"
    return kind + tenant + resident + tag + struct.pack(">IQ", key_version, generation)


def unseal(key: bytes, context: bytes, sealed: bytes) -> bytes:
    """Open C2SP chunked-encryption with SHA-512 and AES-256-GCM (3)."""
    salt, commitment, chunks = sealed[:24], sealed[24:56], sealed[56:]
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context
    derived = expand(key, info, 32 + 12 + 32)
    need(hmac.compare_digest(derived[44:], commitment))
    base, cipher, opened = int.from_bytes(derived[32:44], "big"), AESGCM(derived[:32]), []
    for number in range(len(chunks) // CHUNK + 1):
        chunk = chunks[number * CHUNK : (number + 1) * CHUNK]
        try:
            opened.append(cipher.decrypt((base ^ number).to_bytes(12, "big"), chunk, None))
        except InvalidTag:
            raise RefusedError from None
    return b"".join(opened)


def unpack(padded: bytes) -> bytes:
    """Remove padding (4) and compression (5)."""
    length = int.from_bytes(padded[:4], "big")
    need(4 + length <= len(padded) and not any(padded[4 + length :]))
    inflater = zlib.decompressobj()
    body = inflater.decompress(padded[4 : 4 + length], LONGEST + 1)
    need(len(body) <= LONGEST and inflater.eof and not inflater.unused_data)
    return body


class Body:
    """The columns of a block, taken from the front."""

    def __init__(self, body: bytes) -> None:
        self.rest = body

    def take(self, length: int) -> bytes:
        """Take some bytes."""
        need(0 <= length <= len(self.rest))
        taken, self.rest = self.rest[:length], self.rest[length:]
        return taken

    def number(self, length: int) -> int:
        """Take one unsigned number."""
        return int.from_bytes(self.take(length), "big")

    def integers(self, count: int, known_width: int = 0) -> list[int]:
        """Take an integer list (7), or what follows its width where that is known (10)."""
        width = known_width or self.number(1)
        need(width in {1, 2, 4, 8})
        planes = self.take(count * width)
        return [int.from_bytes(planes[n::count], "big", signed=True) for n in range(count)]

    def texts(self, count: int) -> list[str]:
        """Take a text list (11)."""
        lengths = self.integers(self.number(4))
        known = [self.take(length).decode() for length in lengths]
        places = self.integers(count)
        need(len(known) <= count and all(0 <= place < len(known) for place in places))
        return [known[place] for place in places]

    def present(self, shape: int, count: int) -> list[bool]:
        """Take a column's flags, if it has some (9)."""
        bits = self.number((count + 7) // 8) if shape >= ABSENT else (1 << count) - 1
        need(bits >> count == 0)
        return [bool(bits >> (count - 1 - place) & 1) for place in range(count)]

    def columns(self, columns: int, count: int) -> list[list[int | str | None]]:
        """Take all columns (8) (10) (11)."""
        shapes = self.take(columns)
        need({shape % ABSENT for shape in shapes} <= {0, 1, 2, 4, 8})
        present = [self.present(shape, count) for shape in shapes]
        values = {}
        for width in (1, 2, 4, 8):
            alike = {n: sum(present[n]) for n, each in enumerate(shapes) if each % ABSENT == width}
            values |= dict.fromkeys(alike, iter(self.integers(sum(alike.values()), width)))
        for place in (n for n, shape in enumerate(shapes) if shape % ABSENT == 0):
            values[place] = iter(self.texts(sum(present[place])))
        every = range(columns)
        return [[next(values[n]) if there else None for there in present[n]] for n in every]


def read_body(body: bytes) -> tuple[int, list[tuple]]:
    """Return the schema and the records of a body: day, values, minute (6)."""
    rest = Body(body)
    schema, count, columns, unit = (rest.number(length) for length in (2, 4, 2, 1))
    need(unit in {1, 2} and 1 <= count <= 100_000 and 1 <= columns <= 64)
    day = int.from_bytes(rest.take(4), "big", signed=True)
    minute, length = (rest.number(2), DAY_OF_MINUTES) if unit == 2 else (0, 1)
    need(minute < length)
    moments = [day * length + minute]
    for gap in rest.integers(count - 1):
        need(gap >= 1)
        moments.append(moments[-1] + gap)
    held = rest.columns(columns, count)
    need(not rest.rest)
    days = [date(1970, 1, 1) + timedelta(days=moment // length) for moment in moments]
    minutes = [moment % length for moment in moments]
    return schema, list(zip(days, zip(*held, strict=True), minutes, strict=True))


def read_block(key: bytes, expected: bytes, category: int, stored: bytes) -> tuple[int, list]:
    """Return (schema, records) of the stored block with the expected header (2)."""
    need(stored[:HEADER] == expected)
    return read_body(unpack(unseal(key, expected + category.to_bytes(2, "big"), stored[HEADER:])))
