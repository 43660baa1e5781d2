"""The stored unit: one resident's records of one category over one span, sealed once."""

import hmac
from collections.abc import Sequence

from infobank.vault.columns.decode import decode_columns
from infobank.vault.columns.encode import encode_columns
from infobank.vault.columns.layout import LONGEST_BODY
from infobank.vault.compression import deflate, inflate
from infobank.vault.envelope import Material, open_sealed, seal
from infobank.vault.errors import SealBrokenError
from infobank.vault.header import BlockHeader
from infobank.vault.padding import pad, padded_length, unpad
from infobank.vocabulary.category import Category
from infobank.vocabulary.columns import Columns

_LONGEST = padded_length(2 * LONGEST_BODY)


def seal_columns(
    category_key: Material, header: BlockHeader, category: Category, columns: Columns
) -> bytes:
    """Return the block to store: header, then columns encoded, compressed, padded and sealed.

    Raises:
        InvalidInputError: the columns cannot be a block of this category.
    """
    body = pad(deflate(encode_columns(category, columns)))
    return header.encode() + seal(category_key, header.context(category.number), body)


def open_columns(
    category_key: Material,
    expected: BlockHeader,
    category: Category,
    stored: bytes,
    places: Sequence[int] | None = None,
) -> Columns:
    """Return the columns of a stored block, in order of time.

    `places` chooses fields of the category, in that order; None means all.

    The caller says which block it expects; another resident's, category's or place's
    block, or another generation of this one, is as broken as a changed bit.

    Raises:
        SealBrokenError: this is not exactly the expected block.
        UnknownSchemaError: the block is authentic, but nobody knows its fields.
    """
    header, context = stored[: BlockHeader.LENGTH], expected.context(category.number)
    if not hmac.compare_digest(header, context[: BlockHeader.LENGTH]):
        raise SealBrokenError
    sealed = stored[BlockHeader.LENGTH :]
    body = open_sealed(category_key, context, sealed, longest=_LONGEST)
    return decode_columns(category, inflate(unpad(body), longest=LONGEST_BODY), places)


def reseal(
    keys: tuple[Material, Material],
    headers: tuple[BlockHeader, BlockHeader],
    category_number: int,
    stored: bytes,
) -> bytes:
    """Return a block sealed under another key and header; what is in it is not looked at.

    `keys` and `headers` are those the block has, and those it gets.

    Raises:
        SealBrokenError: this is not exactly the block of the first header.
    """
    expected, following = headers
    if not hmac.compare_digest(stored[: BlockHeader.LENGTH], expected.encode()):
        raise SealBrokenError
    sealed = stored[BlockHeader.LENGTH :]
    body = open_sealed(keys[0], expected.context(category_number), sealed, longest=_LONGEST)
    return following.encode() + seal(keys[1], following.context(category_number), body)
