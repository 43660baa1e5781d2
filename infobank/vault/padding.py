"""Hide exact lengths: stored sizes fall into few classes."""

from infobank.vault.errors import SealBrokenError

SMALLEST = 256
"""The lowest size class in bytes: a profile and a short month look alike."""

_LENGTH = 4


def padded_length(length: int) -> int:
    """Return the size class of a length: Padmé, and never below 256 bytes.

    Padmé keeps as many leading bits of a length as the number of bits of its
    exponent, so an L-byte length shows O(log log L) bits; from 256 bytes on it grows by
    at most a sixteenth (Nikitin and others, "Reducing Metadata Leakage from Encrypted Files and
    Communication with PURBs", PoPETs 2019, section 4).
    """
    if length <= SMALLEST:
        return SMALLEST
    exponent = length.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (length + mask) & ~mask


def pad(content: bytes) -> bytes:
    """Return the content behind its 4-byte length, filled with zeros up to its size class."""
    framed = len(content).to_bytes(_LENGTH, "big") + content
    return framed.ljust(padded_length(len(framed)), b"\0")


def unpad(padded: bytes) -> bytes:
    """Return the content.

    Raises:
        SealBrokenError: the length does not fit, or the filling is not zeros.
    """
    end = _LENGTH + int.from_bytes(padded[:_LENGTH], "big")
    filling = len(padded) - end
    if len(padded) < _LENGTH or filling < 0 or padded.count(0, end) < filling:
        raise SealBrokenError
    return padded[_LENGTH:end]
