"""The one place that draws secrets and identifiers from the system generator.

`vault/envelope.py` and `publication/mechanism.py` also draw, because their
libraries insist on doing it themselves; nothing else does.
"""

import secrets
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class Entropy(Protocol):
    """Supply unpredictable bytes."""

    def bytes(self, count: int) -> bytes:
        """Return `count` unpredictable bytes."""
        ...


@dataclass(frozen=True)
class SystemEntropy:
    """Supply bytes of the operating system's generator."""

    def bytes(self, count: int) -> bytes:
        """Return `count` bytes of the operating system's generator."""
        return secrets.token_bytes(count)


def new_uuid(entropy: Entropy) -> UUID:
    """Return a random version 4 UUID (RFC 9562 section 5.4): 122 unpredictable bits."""
    return UUID(bytes=entropy.bytes(16), version=4)
