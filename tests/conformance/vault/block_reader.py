"""A second reader of stored blocks, written from `docs/spec/` alone.

It shares no code with the bank: it needs Python and the AES-GCM and HKDF of
`cryptography`.  Numbers in brackets are the rules of `docs/spec/block.md`.
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
    kind = b"IBBK" + bytes((0, 2, 0, 1))
    return kind + tenant + resident + tag + struct.pack(">IQ", key_version, generation)


def unseal(key: bytes, context: bytes, sealed: bytes) -> bytes:
    """Open C2SP chunked-encryption with SHA-512 and AES-256-GCM (3)."""
    need(len(sealed) >= 72)
    salt, commitment, chunks = sealed[:24], sealed[24:56], sealed[56:]
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context
    derived = expand(key, info, 32 + 12 + 32)
    need(hmac.compare_digest(derived[44:], commitment))
    base, cipher, opened = int.from_bytes(derived[32:44], "big"), AESGCM(derived[:32]), []
    for number in range(len(chunks) // CHUNK + 1):
        chunk = chunks[number * CHUNK : (number + 1) * CHUNK]
        need(len(chunk) >= 16)
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

    def integers(self, count: int) -> list[int]:
        """Take an integer list (7)."""
        width = self.number(1)
        need(width in {1, 2, 4, 8})
        planes = self.take(count * width)
        numbers = (planes[place::count] for place in range(count))
        return [int.from_bytes(number, "big", signed=True) for number in numbers]

    def texts(self, count: int) -> list[str]:
        """Take a text list (10)."""
        lengths = self.integers(self.number(4))
        known = [self.take(length).decode() for length in lengths]
        places = self.integers(count)
        need(all(0 <= place < len(known) for place in places))
        return [known[place] for place in places]

    def column(self, count: int) -> list[int | str | None]:
        """Take one column (8) (9)."""
        kind, sparse = self.number(1), self.number(1)
        need(kind in {1, 2} and sparse in {0, 1})
        present = [True] * count
        if sparse:
            bits = self.number((count + 7) // 8)
            need(bits >> count == 0)
            present = [bool(bits >> (count - 1 - place) & 1) for place in range(count)]
        values = iter((self.integers if kind == 1 else self.texts)(sum(present)))
        return [next(values) if there else None for there in present]


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
    held = [rest.column(count) for _ in range(columns)]
    need(not rest.rest)
    days = [date(1970, 1, 1) + timedelta(days=moment // length) for moment in moments]
    minutes = [moment % length for moment in moments]
    return schema, list(zip(days, zip(*held, strict=True), minutes, strict=True))


def read_block(
    key: bytes, expected: bytes, category: int, stored: bytes
) -> tuple[int, list[tuple]]:
    """Return (schema, records) of the stored block with the expected header (2)."""
    need(stored[:HEADER] == expected)
    context = expected + category.to_bytes(2, "big")
    return read_body(unpack(unseal(key, context, stored[HEADER:])))
