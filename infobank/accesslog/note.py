"""Signed notes (C2SP signed-note v1.0.0): a text, a blank line, and signatures of named keys.

Only Ed25519 (algorithm byte 0x01) is known; signatures of other kinds are ignored like
those of unknown keys.
"""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from infobank.accesslog.errors import MalformedProofError, UntrustedSignatureError

LARGEST_NOTE = 1 << 16
"""Bytes of a whole note; checkpoints are a few hundred."""
MOST_SIGNATURES = 100
_ED25519 = b"\x01"
_PUBLIC_BYTES = 32
_SIGNATURE_BYTES = 64
_ID_BYTES = 4
_LONGEST_NAME = 256
_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")
_DASH = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True)
class VerifierKey:
    """A named public key: what somebody must have to check notes.

    Raises:
        MalformedProofError: the name is empty, too long, or holds a space or a plus
            sign; or the key does not have 32 bytes.
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if len(self.name) > _LONGEST_NAME or not _NAME.fullmatch(self.name):
            raise MalformedProofError("a key's name has no space and no plus sign")
        if len(self.public) != _PUBLIC_BYTES:
            raise MalformedProofError("an Ed25519 public key has 32 bytes")

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, algorithm and key."""
        named = self.name.encode() + b"\n" + _ED25519 + self.public
        return sha256(named).digest()[:_ID_BYTES]

    @property
    def text(self) -> str:
        """The key in its usual form: name, identifier and key, joined by plus signs."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the usual form of a key.

        Raises:
            MalformedProofError: it is something else, or its identifier does not fit.
        """
        match text.strip().split("+", 2):
            case [name, key_id, encoded]:
                raw = decode_base64(encoded)
            case _:
                raise MalformedProofError("a verifier key is name+identifier+key")
        if raw[:1] != _ED25519:
            raise MalformedProofError("the key is not of the Ed25519 kind")
        key = cls(name, raw[1:])
        if key.key_id.hex() != key_id:
            raise MalformedProofError("the key does not fit its identifier")
        return key


@dataclass(frozen=True)
class Signer:
    """A named private key."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())


@dataclass(frozen=True)
class Note:
    """A checked text, and the names of the trusted keys that signed it."""

    text: str
    signers: tuple[str, ...]


def sign_note(text: str, signers: Sequence[Signer]) -> bytes:
    """Return a note of a text that ends in a newline, signed by each key in turn.

    Raises:
        MalformedProofError: the text does not end in a newline or holds control characters.
    """
    _check_text(text)
    lines = []
    for signer in signers:
        signature = signer.key.key_id + signer.private.sign(text.encode())
        lines.append(f"{_DASH}{signer.name} {b64encode(signature).decode()}\n")
    return f"{text}\n{''.join(lines)}".encode()


def open_note(note: bytes, keys: Iterable[VerifierKey]) -> Note:
    """Check a note against trusted keys and return its text.

    Signatures of unknown keys are ignored.

    Raises:
        MalformedProofError: it is not a signed note, or is too large.
        UntrustedSignatureError: no trusted key signed it, or one did so wrongly.
    """
    trusted = {(key.name, key.key_id): key for key in keys}
    text, lines = _parse(note)
    signed: dict[str, None] = {}
    for name, raw in map(_parse_signature, lines):
        key = trusted.get((name, raw[:_ID_BYTES]))
        if key is not None:
            _check_signature(key, text, raw[_ID_BYTES:])
            signed[name] = None
    if not signed:
        raise UntrustedSignatureError("no trusted key signed this note")
    return Note(text, tuple(signed))


def decode_base64(text: str) -> bytes:
    """Read standard base64 with padding, and nothing looser.

    Raises:
        MalformedProofError: it is something else.
    """
    try:
        raw = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedProofError("not base64") from None
    if b64encode(raw).decode() != text:
        raise MalformedProofError("not base64 in its one canonical form")
    return raw


def _check_signature(key: VerifierKey, text: str, signature: bytes) -> None:
    try:
        if len(signature) == _SIGNATURE_BYTES:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
            return
    except (InvalidSignature, ValueError):
        pass
    raise UntrustedSignatureError(f"the signature of {key.name} is wrong")


def _parse(note: bytes) -> tuple[str, list[str]]:
    if len(note) > LARGEST_NOTE:
        raise MalformedProofError(f"a note has at most {LARGEST_NOTE} bytes")
    try:
        whole = note.decode()
    except UnicodeDecodeError:
        raise MalformedProofError("a note is UTF-8 text") from None
    text, blank, signatures = whole.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise MalformedProofError("a note ends in a blank line and signatures")
    text += "\n"
    _check_text(text)
    lines = signatures[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise MalformedProofError(f"a note has at most {MOST_SIGNATURES} signatures")
    return text, lines


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise MalformedProofError("a note's text is lines without control characters")


def _parse_signature(line: str) -> tuple[str, bytes]:
    if not line.startswith(_DASH):
        raise MalformedProofError("a signature line starts with an em dash")
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    raw = decode_base64(encoded)
    if not space or not _NAME.fullmatch(name) or len(raw) <= _ID_BYTES:
        raise MalformedProofError("a signature line is a name and a signature")
    return name, raw
