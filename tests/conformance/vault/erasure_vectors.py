"""Make the vectors of erasure in `docs/spec/vectors/`.

Run `python tests/conformance/vault/erasure_vectors.py FOLDER` from the checkout; it writes the
document there.  Sealing is randomised, so a second run gives another escrow that opens to
the same key: the stored file is made once and then never changes.
"""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from infobank.vault.ending.escrow import Escrowed, Holder, seal_escrow
from infobank.vault.ending.receipt import ErasureReceipt, LogKey

TENANT = UUID("11111111-1111-4111-8111-111111111111")
RESIDENT = UUID("a7222222-2222-4222-8222-222222222222")
LOG_KEY = bytes(range(32, 64))
UNTIL = date(2029, 11, 21)
PRIVATE = [bytes(range(place, place + 32)) for place in (1, 2, 3)]
RECEIPT_KEY = bytes(range(64, 96))
RECEIPT = ErasureReceipt(
    receipt_id=UUID("33333333-3333-4333-8333-333333333333"),
    tenant=TENANT,
    erased_at=datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC),
    epoch=3,
    backups_until=date(2026, 12, 15),
    log_key=LogKey.ESCROWED,
    holders=3,
    provision_until=UNTIL,
)


def erasure_vectors() -> dict[str, object]:
    """Return an escrow to be opened by any two of three holders, and a signed receipt."""
    publics = [
        X25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw() for key in PRIVATE
    ]
    holders = [Holder(str(place), key) for place, key in enumerate(publics)]
    whose = Escrowed(TENANT, RESIDENT, 5, UNTIL)
    signing, document = Ed25519PrivateKey.from_private_bytes(RECEIPT_KEY), RECEIPT.encode()
    return {
        "escrow": {
            "tenant": str(TENANT),
            "resident": str(RESIDENT),
            "version": whose.version,
            "until": UNTIL.isoformat(),
            "private_keys": [key.hex() for key in PRIVATE],
            "public_keys": [key.hex() for key in publics],
            "log_key": LOG_KEY.hex(),
            "sealed": seal_escrow(holders, whose, LOG_KEY).hex(),
        },
        "receipt": {
            "public_key": signing.public_key().public_bytes_raw().hex(),
            "document": document.decode(),
            "signature": signing.sign(document).hex(),
        },
    }


def main() -> None:
    """Write the document into the folder named on the command line."""
    text = json.dumps(erasure_vectors(), indent=1, ensure_ascii=False) + "\n"
    Path(sys.argv[1], "erasure.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
