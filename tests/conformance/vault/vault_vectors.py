"""Make the vectors of keys in `docs/spec/vectors/`.

Run `python tests/conformance/vault/vault_vectors.py FOLDER` from the checkout; it writes the
document there.  Sealing is randomised, so a second run gives other sealed bytes that open
to the same contents: the stored files are made once and then never change.
"""

import json
import sys
from pathlib import Path
from uuid import UUID

from infobank.vault.bankkeys import BankKeys, BankUse, RowKind
from infobank.vault.envelope import expand, new_key, wrap
from infobank.vault.keyring import (
    ResidentKeys,
    RootKey,
    ShardKey,
    bank_context,
    new_resident_keys,
    open_resident_keys,
    shard_context,
)
from infobank.vault.secret import Secret

TENANT = UUID("11111111-1111-4111-8111-111111111111")
RESIDENT = UUID("a7222222-2222-4222-8222-222222222222")
SHARD = RESIDENT.bytes[0]
DATA_KEY = bytes(range(32))
LOG_KEY = bytes(range(32, 64))
ROOT = RootKey(3, bytes(range(64, 96)))
BANK = {use: bytes(range(128 + place, 160 + place)) for place, use in enumerate(BankUse)}
PREFIX = bytes(range(8))


def key_vectors() -> dict[str, object]:
    """Return the derived keys of fixed data and bank keys, and wrapped keys to be opened."""
    wrapping, shard_key = expand(ROOT.reveal(), b"wrap"), new_key()
    fixed = ShardKey(TENANT, SHARD, ROOT.epoch, bytes(range(96, 128)))
    _, wrapped = new_resident_keys(fixed, RESIDENT, version=5)
    opened = open_resident_keys(fixed, RESIDENT, wrapped)
    resident = ResidentKeys(1, Secret(DATA_KEY), Secret(LOG_KEY))
    return {
        "tenant": str(TENANT),
        "resident": str(RESIDENT),
        "root": {"epoch": ROOT.epoch, "key": ROOT.reveal().hex()},
        "shard": {
            "number": SHARD,
            "wrapped": wrap(wrapping, shard_key, shard_context(TENANT, SHARD, ROOT.epoch)).hex(),
            "key": shard_key.hex(),
        },
        "resident_keys": {
            "shard_key": fixed.reveal().hex(),
            "version": wrapped.version,
            "wrapped_data": (wrapped.data or b"").hex(),
            "wrapped_log": (wrapped.log or b"").hex(),
            "category_key_7": opened.category_key(7).hex(),
            "log_key": opened.log_key().hex(),
        },
        "derived": {
            "data_key": DATA_KEY.hex(),
            "data/7": resident.category_key(7).hex(),
            "data/65535": resident.category_key(65_535).hex(),
            "manifest": resident.manifest_key().hex(),
            "manifest-tag": resident.manifest_tag_key().hex(),
            "export": resident.export_key().hex(),
        },
        "bank": {
            use.value: {
                "key": key.hex(),
                "wrapped": wrap(wrapping, key, bank_context(TENANT, use, ROOT.epoch)).hex(),
            }
            for use, key in BANK.items()
        },
        "made_by_the_bank": made_by_the_bank(),
    }


def made_by_the_bank() -> dict[str, object]:
    """Return what the fixed keys of a bank derive, index, mark and authenticate."""
    bank = BankKeys(TENANT, {use: Secret(key) for use, key in BANK.items()})
    writer, other = bank.writer_keys(PREFIX), PREFIX + bytes(range(8, 16))
    identifiers = [("fitbit", "1503960366"), ("fitbit", "１５０３９６０３６６"), ("住民", "ｶﾞ")]
    return {
        "pairwise": bank.pairwise_key().hex(),
        "receipt": bank.receipt_key().private_bytes_raw().hex(),
        "decoy_marker": bank.decoy_marker(RESIDENT).hex(),
        "writer": {
            "prefix": PREFIX.hex(),
            "seal": writer.seal_key().hex(),
            "id": other.hex(),
            "mac_key": writer.mac_key(other).hex(),
        },
        "row_macs": {kind.value: bank.row_mac(kind, b"a row").hex() for kind in RowKind},
        "blind_index": [
            [*named, index.hex()]
            for named, index in zip(identifiers, bank.indexes("source", identifiers), strict=True)
        ],
    }


def main() -> None:
    """Write the document into the folder named on the command line."""
    folder = Path(sys.argv[1])
    for name, document in (("keys", key_vectors()),):
        text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
