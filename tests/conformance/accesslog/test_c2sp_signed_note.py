"""C2SP signed-note v1.0.0 and tlog-checkpoint v1.0.0."""

import json
import os
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infobank.accesslog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from infobank.accesslog.errors import MalformedProofError, UntrustedSignatureError
from infobank.accesslog.note import MOST_SIGNATURES, Signer, VerifierKey, open_note, sign_note

inputs = os.environ.get("INFOBANK_TEST_INPUTS")
published = pytest.mark.skipif(inputs is None, reason="INFOBANK_TEST_INPUTS is not set")

LOG = Signer("log.example/a", Ed25519PrivateKey.from_private_bytes(b"a" * 32))
OTHER = Signer("other.example", Ed25519PrivateKey.from_private_bytes(b"b" * 32))
TEXT = "first\n\nsecond\n"
CHECKPOINT = Checkpoint(LOG.name, 20852163, bytes(range(32)))


def examples() -> dict[str, Any]:
    path = Path(inputs or "") / "vectors" / "c2sp" / "c2sp_examples.json"
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


@published
def test_the_published_note_verifies():
    """signed-note, "Format": the example and its verifier key."""
    (vector,) = examples()["signed_note"]
    key = VerifierKey.parse(vector["vkey"])
    assert key.text == vector["vkey"]
    assert open_note(vector["note"].encode(), [key]).text == "This is an example message.\n"


@published
def test_the_published_checkpoints_parse():
    """tlog-checkpoint, "Note text": origin, size, root."""
    for name in ("checkpoint_example_format", "cosignature_example_format"):
        text, _, _ = examples()[name].rpartition("\n\n")
        checkpoint = Checkpoint.parse(text + "\n")
        assert checkpoint.origin == "example.com/behind-the-sofa"
        assert checkpoint.size == 20852163
        assert checkpoint.body == text + "\n"


def test_a_note_with_blank_lines_in_its_text_verifies():
    """signed-note, "Format": the signatures start after the last blank line."""
    note = open_note(sign_note(TEXT, [LOG]), [LOG.key])
    assert (note.text, note.signers) == (TEXT, (LOG.name,))


def test_signatures_of_unknown_keys_are_ignored():
    """signed-note, "Signatures": verifiers ignore unknown keys, whatever their kind."""
    note = sign_note(TEXT, [OTHER, LOG])
    note += f"— {LOG.name} {b64encode(b'????' + bytes(99)).decode()}\n".encode()
    assert open_note(note, [LOG.key]).signers == (LOG.name,)


def test_a_known_key_with_a_wrong_signature_refuses_the_whole_note():
    """signed-note, "Signatures"."""
    good = sign_note(TEXT, [LOG, OTHER])
    for length in (63, 64, 65):
        wrong = b64encode(OTHER.key.key_id + bytes(length)).decode()
        forged = good + f"— {OTHER.name} {wrong}\n".encode()
        assert open_note(forged, [LOG.key]).signers == (LOG.name,)
        with pytest.raises(UntrustedSignatureError):
            open_note(forged, [LOG.key, OTHER.key])


def test_a_note_that_no_trusted_key_signed_is_refused():
    """signed-note, "Signatures": at least one known key."""
    for keys in ([], [OTHER.key], [VerifierKey("log.example/b", LOG.key.public)]):
        with pytest.raises(UntrustedSignatureError):
            open_note(sign_note(TEXT, [LOG]), keys)


def test_every_changed_bit_of_a_note_is_found():
    """signed-note: no bit of text, name or signature is without meaning."""
    note = sign_note("text\n", [LOG])
    for at in range(len(note) * 8):
        changed = bytearray(note)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises((UntrustedSignatureError, MalformedProofError)):
            open_note(bytes(changed), [LOG.key])


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nsignature\n",
        "text\n\n— name\n".encode(),
        "text\n\n—  AAAAAAAA\n".encode(),
        "text\n\n— na+me AAAAAAAA\n".encode(),
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— name AAAAAAA\n".encode(),
        "text\n\n— name AAAAAAAA".encode(),
        "te\x00xt\n\n— name AAAAAAAA\n".encode(),
        "te\rxt\n\n— name AAAAAAAA\n".encode(),
        b"\xff\n\n\xe2\x80\x94 name AAAAAAAA\n",
        b"x" * (1 << 16) + "\n\n— name AAAAAAAA\n".encode(),
        ("text\n\n" + "— name AAAAAAAA\n" * (MOST_SIGNATURES + 1)).encode(),
    ],
)
def test_a_malformed_note_is_refused(note: bytes):
    """signed-note, "Format", with limits on size and number of signatures."""
    with pytest.raises(MalformedProofError):
        open_note(note, [LOG.key])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000",
        f"{LOG.name}+00000000+{LOG.key.text.rpartition('+')[2]}",
        f"log.example/b+{LOG.key.text.partition('+')[2]}",
        LOG.key.text[:-4],
        LOG.key.text + "=",
        "na me+00000000+AQ==",
        f"{LOG.name}+{LOG.key.key_id.hex()}+Bg==",
    ],
)
def test_a_malformed_verifier_key_is_refused(text: str):
    """signed-note, "Verifier keys": name+hash+key, where the hash fits name and key."""
    with pytest.raises(MalformedProofError):
        VerifierKey.parse(text)


def test_a_text_that_cannot_be_signed_is_refused():
    """signed-note, "Format": text ends in a newline, no control characters."""
    for text in ("", "no newline", "tab\there\n"):
        with pytest.raises(MalformedProofError):
            sign_note(text, [LOG])


def test_a_checkpoint_survives_signing():
    """tlog-checkpoint: with extension lines."""
    extended = Checkpoint(LOG.name, 0, bytes(32), ("more", "and more"))
    for checkpoint in (CHECKPOINT, extended):
        assert open_checkpoint(sign_checkpoint(checkpoint, [LOG, OTHER]), LOG.key) == checkpoint


def test_a_checkpoint_of_another_origin_is_refused():
    """tlog-checkpoint: the log's key is named as the origin."""
    with pytest.raises(MalformedProofError):
        sign_checkpoint(CHECKPOINT, [OTHER])
    with pytest.raises(MalformedProofError):
        open_checkpoint(sign_note(CHECKPOINT.body, [OTHER]), OTHER.key)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "origin\n1\n",
        "\n1\n" + "A" * 43 + "=\n",
        "origin\n01\n" + "A" * 43 + "=\n",
        "origin\n-1\n" + "A" * 43 + "=\n",
        "origin\n٣\n" + "A" * 43 + "=\n",
        f"origin\n{1 << 63}\n" + "A" * 43 + "=\n",
        "origin\n1\n" + "A" * 43 + "\n",
        "origin\n1\nAAAA\n",
        "origin\n1\n" + "A" * 43 + "=\n\nafter\n",
        "origin\n1\n" + "A" * 43 + "=",
    ],
)
def test_a_malformed_checkpoint_is_refused(body: str):
    """tlog-checkpoint, "Note text"."""
    with pytest.raises(MalformedProofError):
        Checkpoint.parse(body)
