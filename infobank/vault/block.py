"""The stored unit: one resident's records of one category over one span, sealed once."""

import hmac
from collections.abc import Sequence

from infobank.vault.columns import LONGEST_BODY, decode_records, encode_records
from infobank.vault.compression import deflate, inflate
from infobank.vault.envelope import open_sealed, seal
from infobank.vault.errors import SealBrokenError
from infobank.vault.header import BlockHeader
from infobank.vault.padding import pad, padded_length, unpad
from infobank.vocabulary.category import Category, Record

_LONGEST = padded_length(2 * LONGEST_BODY)


def seal_block(
    category_key: bytes, header: BlockHeader, category: Category, records: Sequence[Record]
) -> bytes:
    """Return the block to store: header, then records encoded, compressed, padded and sealed.

    Records stand in rising order of day, each day once.

    Raises:
        InvalidInputError: the records cannot be a block of this category.
    """
    body = pad(deflate(encode_records(category, records)))
    return header.encode() + seal(category_key, header.context(category.number), body)


def open_block(
    category_key: bytes, expected: BlockHeader, category: Category, stored: bytes
) -> list[Record]:
    """Return the records of a stored block, in order of day.

    The caller says which block it expects; another resident's, category's or place's
    block, or another generation of this one, is as broken as a changed bit.

    Raises:
        SealBrokenError: this is not exactly the expected block.
        UnknownSchemaError: the block is authentic, but the category had other fields then.
    """
    header, sealed = stored[: BlockHeader.LENGTH], stored[BlockHeader.LENGTH :]
    if not hmac.compare_digest(header, expected.encode()):
        raise SealBrokenError
    body = open_sealed(category_key, expected.context(category.number), sealed, longest=_LONGEST)
    return decode_records(category, inflate(unpad(body), longest=LONGEST_BODY))
