"""The fixed-size record of an entry that goes into the tree: it says nothing about anybody."""

import struct
from dataclasses import dataclass
from typing import Self

from infobank.accesslog.errors import MalformedProofError

FORMAT = 1
"""The first byte of every leaf of this format."""
LEAF_BYTES = 102
WRITER_BYTES = 16

_LAYOUT = struct.Struct(">BBI16sQQ32s32s")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A commitment to one entry, numbered by its writer.

    `in_effect` is false when the consent changed before the entry was stored: nothing
    was disclosed under it, and it stays in the log so that its writer's numbers have no
    gap.  `second` counts from 1970-01-01T00:00:00Z.  `commitment` hides and binds the
    fields; `sealed_hash` is SHA-256 of the sealed entry.
    """

    in_effect: bool
    epoch: int
    writer_id: bytes
    seq: int
    second: int
    commitment: bytes
    sealed_hash: bytes

    def encode(self) -> bytes:
        """Return the 102 bytes of the leaf."""
        return _LAYOUT.pack(
            FORMAT,
            self.in_effect,
            self.epoch,
            self.writer_id,
            self.seq,
            self.second,
            self.commitment,
            self.sealed_hash,
        )

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the 102 bytes of a leaf.

        Raises:
            MalformedProofError: another length, format or effect byte.
        """
        if len(raw) != LEAF_BYTES or raw[0] != FORMAT or raw[1] > 1:
            raise MalformedProofError("not a leaf of format 1")
        _, effect, *rest = _LAYOUT.unpack(raw)
        return cls(bool(effect), *rest)


def voided(leaf: bytes) -> bytes:
    """Return the bytes of the same leaf, not in effect."""
    return leaf[:1] + b"\x00" + leaf[2:]
