"""Keys of the bank itself, and the index they make over outside identifiers."""

import hmac
import unicodedata
from uuid import UUID

from infobank.vault.envelope import expand
from infobank.vault.keyring import RootKey
from infobank.vault.secret import Guarded, Secret
from infobank.vocabulary.canonical import joined


class BankKeys(Guarded):
    """Keys that belong to no resident, named by use.

    They are derived from the root key, so they follow it: when the root is replaced,
    what was indexed or sealed under them is indexed and sealed again.  Like the rest
    of the keyring this moves into the key-service process one day.
    """

    __slots__ = ("_root", "_tenant")

    def __init__(self, root: RootKey, tenant: UUID) -> None:
        self._root: Secret = root
        self._tenant = tenant

    def index_key(self, name: str) -> bytes:
        """Return the key of one blind index, such as `source` or `sign-in`."""
        return self._derive(b"index", name)

    def pairwise_key(self) -> bytes:
        """Return the key that gives each provider its own name for a resident."""
        return self._derive(b"pairwise")

    def bank_log_key(self) -> bytes:
        """Return the key that seals log entries which concern no resident."""
        return self._derive(b"log")

    def writer_mac_key(self, writer_id: UUID) -> bytes:
        """Return the key with which one writer of the log authenticates its entries."""
        return self._derive(b"writer", str(writer_id))

    def _derive(self, use: bytes, name: str = "") -> bytes:
        info = joined(b"infobank/bank/v1", use, self._tenant.bytes, name.encode())
        return expand(self._root.reveal(), info)


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
