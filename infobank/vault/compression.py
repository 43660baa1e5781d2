"""Make bytes shorter before they are sealed, and bound them when they come back.

INVARIANT: only one resident's own records are ever compressed together, and nothing
is inflated before its seal was checked.  Lengths are padded after compression.
"""

import zlib

from infobank.vault.errors import SealBrokenError

_LEVEL = 6


def deflate(body: bytes) -> bytes:
    """Return the body in zlib format (RFC 1950)."""
    return zlib.compress(body, _LEVEL)


def inflate(compressed: bytes, *, longest: int) -> bytes:
    """Return the body, which may have at most `longest` bytes.

    Raises:
        SealBrokenError: not one whole zlib stream, or longer than allowed.
    """
    decompressor = zlib.decompressobj()
    try:
        body = decompressor.decompress(compressed, longest)
        if not decompressor.eof:  # exactly `longest` bytes, and the check value still to come
            body += decompressor.decompress(decompressor.unconsumed_tail, 1)
    except zlib.error:
        raise SealBrokenError from None
    if len(body) > longest or not decompressor.eof or decompressor.unused_data:
        raise SealBrokenError
    return body
