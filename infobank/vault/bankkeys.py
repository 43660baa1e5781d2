"""Keys of the bank itself: what they index, name, number, mark and sign."""

import hmac
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infobank.vault.envelope import Material, expand
from infobank.vault.secret import Guarded, Secret
from infobank.vocabulary.text.canonical import joined

PREFIX_LENGTH = 8
"""Bytes of a log writer's identity that name the process it belongs to."""

MOST_KEPT = 256
"""Derived keys that are kept at hand: those of a bank's processes, and room for more."""


class BankUse(StrEnum):
    """What a key of the bank is for; each is random, and wrapped under the root key."""

    INDEX = "index"
    """Blind indexes of outside identifiers and sign-in names."""
    PAIRWISE = "pairwise"
    """The name each provider gets for a resident."""
    LOG = "log"
    """Log entries that concern no resident."""
    WRITER = "writer"
    """MACs of the log's writers."""
    ROW = "row"
    """MACs of rows that authorise."""
    RECEIPT = "receipt"
    """Signatures under receipts."""
    DECOY = "decoy"
    """Marks of residents who do not exist."""


class RowKind(StrEnum):
    """Kinds of rows that authorise something, and so carry a MAC."""

    CONSENT = "consent"
    MANDATE = "mandate"
    CLIENT_KEY = "client-key"
    CERTIFICATE = "certificate"
    NOTICE = "notice"
    ENDPOINT = "endpoint"
    COUNTER_OFFER = "counter-offer"
    APPROVAL = "approval"
    SESSION = "session"
    PASSKEY = "passkey"
    ENROLMENT = "enrolment"
    CITY_LINK = "city-link"
    MAJORITY = "majority"
    HOMES = "homes"
    ROSTER = "roster"
    AGREEMENT = "agreement"


class WriterKeys(Guarded):
    """What one process needs to write to the log: a name, and keys that are its alone.

    The process may make any number of writers below its `prefix` (8 bytes); it cannot
    pass for another process, nor read what another sealed for the bank.
    """

    __slots__ = ("_mac", "_seal", "prefix")

    def __init__(self, prefix: bytes, mac: Material, seal: Material) -> None:
        self.prefix = prefix
        self._mac = Secret(mac)
        self._seal = Secret(seal)

    def mac_key(self, writer_id: bytes) -> bytes:
        """Return the key with which one writer of this process authenticates its entries.

        Raises:
            ValueError: the writer belongs to another process.
        """
        if writer_id[:PREFIX_LENGTH] != self.prefix:
            raise ValueError("this writer belongs to another process")
        return expand(self._mac.reveal(), b"writer" + writer_id)

    def seal_key(self) -> bytes:
        """Return the key that seals this process's entries which concern no resident."""
        return bytes(self._seal.reveal())

    def material(self) -> tuple[bytes, bytes, bytes]:
        """Return prefix, MAC key and sealing key, to be handed to the process over its socket."""
        return self.prefix, bytes(self._mac.reveal()), bytes(self._seal.reveal())


class BankKeys(Guarded):
    """Keys that belong to no resident, by use.

    They are random and survive every epoch: only their wrapping is renewed.  So nothing
    that was indexed, named or marked under them is ever made again.
    """

    __slots__ = ("_derived", "_keys", "_tenant")

    def __init__(self, tenant: UUID, keys: Mapping[BankUse, Secret]) -> None:
        self._tenant = tenant
        self._keys = dict(keys)
        self._derived: dict[tuple[BankUse, bytes], Secret] = {}

    def indexes(self, name: str, identifiers: Iterable[tuple[str, str]]) -> list[bytes]:
        """Return the 32 bytes under which each (source, identifier) stands in a named index."""
        key = self._derive(BankUse.INDEX, name.encode())
        return [blind_index(key, source, identifier) for source, identifier in identifiers]

    def pairwise_key(self) -> bytes:
        """Return the key that gives each provider its own name for a resident."""
        return bytes(self._kept(BankUse.PAIRWISE))

    def writer_keys(self, prefix: bytes) -> WriterKeys:
        """Return the keys of the process that has this prefix; the same every time."""
        return WriterKeys(
            prefix,
            self._kept(BankUse.WRITER, prefix),
            self._kept(BankUse.LOG, prefix),
        )

    def row_mac(self, kind: RowKind, row: bytes) -> bytes:
        """Return the mark over a row: HMAC-SHA-256 under a key for this kind alone."""
        return hmac.digest(self._kept(BankUse.ROW, kind.value.encode()), row, "sha256")

    def check_row(self, kind: RowKind, row: bytes, mac: bytes) -> bool:
        """Tell whether a row carries the mark it must; in constant time."""
        return hmac.compare_digest(self.row_mac(kind, row), mac)

    def decoy_marker(self, resident: UUID) -> bytes:
        """Return the mark under which a resident would stand among the decoys."""
        return self.decoy_markers((resident,))[0]

    def decoy_markers(self, residents: Iterable[UUID]) -> list[bytes]:
        """Return the marks of many residents, in their order."""
        key = self._kept(BankUse.DECOY)
        return [hmac.digest(key, resident.bytes, "sha256") for resident in residents]

    def receipt_key(self) -> Ed25519PrivateKey:
        """Return the key that signs receipts."""
        return Ed25519PrivateKey.from_private_bytes(self._derive(BankUse.RECEIPT))

    def _kept(self, use: BankUse, name: bytes = b"") -> Material:
        """Return a derived key, kept once it was made; the oldest goes where too many are.

        Who checks entries meets the same few writers again and again, but may be shown any name.
        """
        kept = self._derived.get((use, name))
        if kept is None:
            if len(self._derived) >= MOST_KEPT:
                del self._derived[next(iter(self._derived))]
            kept = self._derived[use, name] = Secret(self._derive(use, name))
        return kept.reveal()

    def _derive(self, use: BankUse, name: bytes = b"") -> bytes:
        info = joined(b"infobank/bank/v2", use.value.encode(), self._tenant.bytes, name)
        return expand(self._keys[use].reveal(), info)


def blind_index(key: bytes, source: str, identifier: str) -> bytes:
    """Return the 32 bytes under which an outside identifier is looked up.

    HMAC-SHA-256 over source and identifier in Unicode form NFKC, so full-width and
    half-width digits are the same.  Case and spaces count.  Without the key a list of
    all possible identifiers confirms nothing.

    Not promised: hiding that two rows have the same identifier.  Use it for unique
    identifiers only, never for a value that several people share.
    """
    parts = (unicodedata.normalize("NFKC", part).encode() for part in (source, identifier))
    return hmac.digest(key, joined(*parts), "sha256")
