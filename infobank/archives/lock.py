"""A lock that any k of n recipients open together, made of nothing but age files.

An archive for several is encrypted to an identity made for it alone.  Each recipient has a
*share*, another such identity, sealed to her.  The archive's identity is sealed once for
each k of the shares, to the one around the other.  A share opens one archive and no other,
so holders hand on what they opened and never what they hold.  `docs/spec/backup.md` has the
bytes.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, NamedTuple, Self

import pyrage
from pyrage import x25519

from infobank.errors import ConfigurationError
from infobank.recovery.archive import MOST_RECIPIENTS, Head
from infobank.recovery.errors import ArchiveError
from infobank.vocabulary.text.canonical import canonical_json

LONGEST_LOCK: Final = 1 << 16
"""Bytes of a lock's line; six recipients need a third of it."""


class Share(NamedTuple):
    """The public half of a recipient's share, and the share as it is sealed to her."""

    public: str
    sealed: bytes


@dataclass(frozen=True)
class Lock:
    """Shares in the order of the recipients, and a seal for each k of them.

    The seals are in the order of `combinations`, first to last.
    """

    shares: tuple[Share, ...]
    seals: tuple[bytes, ...]

    def encode(self) -> bytes:
        """Return the lock as one line of canonical JSON, its newline included."""
        shares = [[share.public, _text(share.sealed)] for share in self.shares]
        seals = [_text(seal) for seal in self.seals]
        return canonical_json({"seals": seals, "shares": shares}) + b"\n"

    @classmethod
    def parse(cls, line: bytes, head: Head) -> Self:
        """Read the lock of an archive with this head.

        Raises:
            ArchiveError: it is none.
        """
        try:
            read = json.loads(line)
            shares = tuple(Share(public, _bytes(sealed)) for public, sealed in read["shares"])
            lock = cls(shares, tuple(_bytes(seal) for seal in read["seals"]))
            whole = lock.encode() == line
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise _damaged() from None
        several = list(combinations(head.recipients, head.threshold))
        if not whole or (len(shares), len(lock.seals)) != (len(head.recipients), len(several)):
            raise _damaged()
        return lock


@dataclass(frozen=True)
class NewLock:
    """A lock as it was made, with what opens it: it is forgotten when the archive is written."""

    lock: Lock
    identity: x25519.Identity
    shares: tuple[x25519.Identity, ...]

    def check(self, written: Lock, head: Head) -> None:
        """Accept a lock as it was written when each k of the shares opens it.

        Raises:
            ArchiveError: it is not the one that was made.
        """
        for some in combinations(self.shares, head.threshold):
            if str(open_lock(written, head, some)) != str(self.identity):
                raise _damaged()


def check_together(recipients: Sequence[str], threshold: int) -> None:
    """Accept how many recipients there are, and how many of them it takes.

    Raises:
        ConfigurationError: one is named twice, there are too many or too few, or the number
            it takes is none.
    """
    if len(set(recipients)) != len(recipients):
        raise ConfigurationError("a recipient is named twice")
    if threshold < 1:
        raise ConfigurationError("the threshold is how many must come together: 1 or more")
    if threshold > len(recipients):
        raise ConfigurationError(
            f"{threshold} of {len(recipients)} recipients cannot come together; name more of them"
        )
    if threshold > 1 and len(recipients) > MOST_RECIPIENTS:
        raise ConfigurationError(f"at most {MOST_RECIPIENTS} recipients share an archive")


def new_lock(recipients: Sequence[x25519.Recipient], threshold: int) -> NewLock:
    """Make a lock for any `threshold` of the recipients, and the identity behind it."""
    identity = x25519.Identity.generate()
    made = tuple(x25519.Identity.generate() for _ in recipients)
    shares = tuple(
        Share(str(share.to_public()), _sealed(str(share).encode(), recipient))
        for share, recipient in zip(made, recipients, strict=True)
    )
    seals = tuple(_nested(identity, some) for some in combinations(made, threshold))
    return NewLock(Lock(shares, seals), identity, made)


def share_of(lock: Lock, head: Head, identity: x25519.Identity) -> x25519.Identity:
    """Open one recipient's share with her identity.

    Raises:
        ArchiveError: she is no recipient of this archive, or the lock was changed.
    """
    public = str(identity.to_public())
    if public not in head.recipients:
        raise ArchiveError(f"{public} is no recipient of this archive")
    share = lock.shares[head.recipients.index(public)]
    opened = _identity(_opened(share.sealed, identity))
    if str(opened.to_public()) != share.public:
        raise _damaged()
    return opened


def open_lock(lock: Lock, head: Head, brought: Iterable[x25519.Identity]) -> x25519.Identity:
    """Return the archive's identity for shares, or recipients' own identities, in any order.

    Raises:
        ArchiveError: they are too few, one belongs to no recipient of this archive, or the
            lock was changed.
    """
    held = _held(lock, head, brought)
    missing = [
        recipient
        for recipient, share in zip(head.recipients, lock.shares, strict=True)
        if share.public not in held
    ]
    needed = head.threshold - len(held)
    if needed > 0:
        raise ArchiveError(
            f"{head.threshold} of the {len(head.recipients)} recipients open this archive "
            f"together; missing: {needed} of {', '.join(missing)}"
        )
    together = [at for at, share in enumerate(lock.shares) if share.public in held]
    some = tuple(together[: head.threshold])
    place = list(combinations(range(len(lock.shares)), head.threshold)).index(some)
    sealed = lock.seals[place]
    for at in some:
        sealed = _opened(sealed, held[lock.shares[at].public])
    return _identity(sealed)


def _held(lock: Lock, head: Head, brought: Iterable[x25519.Identity]) -> dict[str, x25519.Identity]:
    """Return the shares that are there, by public half; one that comes twice counts once."""
    shares = {share.public for share in lock.shares}
    held = {}
    for identity in brought:
        known = str(identity.to_public()) in shares
        share = identity if known else share_of(lock, head, identity)
        held[str(share.to_public())] = share
    return held


def _nested(identity: x25519.Identity, some: Sequence[x25519.Identity]) -> bytes:
    """Seal an identity to shares so that the first one's seal is outermost."""
    sealed = str(identity).encode()
    for share in reversed(some):
        sealed = _sealed(sealed, share.to_public())
    return sealed


def _sealed(content: bytes, recipient: x25519.Recipient) -> bytes:
    return bytes(pyrage.encrypt(content, [recipient]))


def _opened(sealed: bytes, identity: x25519.Identity) -> bytes:
    try:
        return bytes(pyrage.decrypt(sealed, [identity]))
    except pyrage.DecryptError:
        raise _damaged() from None


def _identity(secret: bytes) -> x25519.Identity:
    try:
        return x25519.Identity.from_str(secret.decode("ascii"))
    except (ValueError, pyrage.IdentityError):
        raise _damaged() from None


def _text(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)


def _damaged() -> ArchiveError:
    return ArchiveError("the lock of the archive was changed or cut short")
