"""Checkpoints (C2SP tlog-checkpoint v1.0.0): the size and root of the log, signed."""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from infobank.accesslog.errors import MalformedProofError
from infobank.accesslog.merkle import HASH_BYTES, LARGEST_SIZE
from infobank.accesslog.note import Signer, VerifierKey, decode_base64, open_note, sign_note

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_FIXED_LINES = 3


@dataclass(frozen=True)
class Checkpoint:
    """What a log says it is: its name, its size in leaves and its root.

    `extensions` are further lines, each not empty; this bank writes none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, body: str) -> Self:
        """Read the text of a checkpoint.

        Raises:
            MalformedProofError: it is something else.
        """
        lines = body.split("\n")
        if len(lines) <= _FIXED_LINES or lines.pop() or not all(lines):
            raise MalformedProofError("a checkpoint has an origin, a size and a root, a line each")
        origin, size, root, *extensions = lines
        if not _SIZE.fullmatch(size) or int(size) > LARGEST_SIZE:
            raise MalformedProofError("a checkpoint's size is a decimal number")
        raw = decode_base64(root)
        if len(raw) != HASH_BYTES:
            raise MalformedProofError("a checkpoint's root has 32 bytes")
        return cls(origin, int(size), raw, tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, signers: Sequence[Signer]) -> bytes:
    """Return the signed note of a checkpoint; the first signer is the log itself.

    Raises:
        MalformedProofError: the log's key is not named as the checkpoint's origin.
    """
    if not signers or signers[0].name != checkpoint.origin:
        raise MalformedProofError("a log signs under the name of its origin")
    return sign_note(checkpoint.body, signers)


def open_checkpoint(note: bytes, key: VerifierKey) -> Checkpoint:
    """Check that the log with this key signed a checkpoint, and return it.

    Raises:
        MalformedProofError: it is no signed checkpoint.
        UntrustedSignatureError: the key did not sign it, or another log's checkpoint.
    """
    checkpoint = Checkpoint.parse(open_note(note, [key]).text)
    if checkpoint.origin != key.name:
        raise MalformedProofError("the checkpoint is of another log than its key")
    return checkpoint
