"""The clear bytes in front of a sealed object: what it is and whose, never what it says.

The header is bound into the seal as (the start of) its context, so a change of any
bit of it breaks the seal.
"""

import struct
from dataclasses import dataclass
from typing import ClassVar, Self
from uuid import UUID

from infobank.vault.errors import SealBrokenError

ALGORITHM = 1
"""Cobblestone-256; blocks are compressed by zlib; padded to Padmé size classes."""

_BLOCK = struct.Struct(">4sHH16s16s16sIQ")
_MANIFEST = struct.Struct(">4sHH16s16sIQ")
_CATEGORY = struct.Struct(">H")


@dataclass(frozen=True)
class BlockHeader:
    """Name one stored block.

    `tag` is the block's place (`vault.manifest.block_tag`), `key_version` the version
    of the resident's data key, `generation` grows by one with each write of the block.

    INVARIANT: the stored bytes do not hold the category or its schema: a stolen
    database must not show who has which kind of data.
    """

    LENGTH: ClassVar[int] = _BLOCK.size
    MAGIC: ClassVar[bytes] = b"IBBK"
    FORMAT: ClassVar[int] = 3
    """The layout of header and body."""

    tenant: UUID
    resident: UUID
    tag: bytes
    key_version: int
    generation: int

    def encode(self) -> bytes:
        """Return the 68 stored bytes."""
        return _BLOCK.pack(
            self.MAGIC,
            self.FORMAT,
            ALGORITHM,
            self.tenant.bytes,
            self.resident.bytes,
            self.tag,
            self.key_version,
            self.generation,
        )

    def context(self, category_number: int) -> bytes:
        """Return what the seal is bound to: the stored bytes, then the category's number."""
        return self.encode() + _CATEGORY.pack(category_number)

    @classmethod
    def parse(cls, stored: bytes) -> Self:
        """Read the header of a stored block; proves nothing until the block is opened.

        Raises:
            SealBrokenError: too short, or not a block of the known format and algorithm.
        """
        if len(stored) < _BLOCK.size:
            raise SealBrokenError
        *kind, tenant, resident, tag, key_version, generation = _BLOCK.unpack_from(stored)
        # INVARIANT: no downgrade: exactly one format and one algorithm are read.
        if kind != [cls.MAGIC, cls.FORMAT, ALGORITHM]:
            raise SealBrokenError
        return cls(UUID(bytes=tenant), UUID(bytes=resident), tag, key_version, generation)


@dataclass(frozen=True)
class ManifestHeader:
    """Name one stored manifest; `version` grows by one with each write."""

    LENGTH: ClassVar[int] = _MANIFEST.size
    MAGIC: ClassVar[bytes] = b"IBMF"
    FORMAT: ClassVar[int] = 1

    tenant: UUID
    resident: UUID
    key_version: int
    version: int

    def encode(self) -> bytes:
        """Return the 52 stored bytes, which are also what the seal is bound to."""
        return _MANIFEST.pack(
            self.MAGIC,
            self.FORMAT,
            ALGORITHM,
            self.tenant.bytes,
            self.resident.bytes,
            self.key_version,
            self.version,
        )
