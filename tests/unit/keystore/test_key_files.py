"""A key file is made once, read only while nobody else can, and never shown."""

import errno
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from infobank.entropy import SystemEntropy
from infobank.errors import ConfigurationError
from infobank.keystore.errors import KeyFileError
from infobank.keystore.privatefile import create_private_file, read_private_file
from infobank.keystore.roots.keyfile import create_root_file, read_root_file
from infobank.keystore.signing import create_signing_file, read_signing_file


@dataclass(frozen=True)
class CountedEntropy:
    """Supply known bytes, so that a test can look for them."""

    def bytes(self, count: int) -> bytes:
        """Return the letters from A on."""
        return bytes(range(65, 65 + count))


MATERIAL = CountedEntropy().bytes(32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bank" / "root.json"


@pytest.fixture
def root_file(path: Path) -> Path:
    create_root_file(path, CountedEntropy(), epoch=3)
    return path


def test_a_root_key_reads_back(root_file: Path):
    root = read_root_file(root_file)
    assert (root.epoch, root.reveal()) == (3, MATERIAL)


def test_a_root_key_is_drawn_anew_each_time(tmp_path: Path):
    made = [create_root_file(tmp_path / f"{n}", SystemEntropy()) for n in range(3)]
    assert len({bytes(each.reveal()) for each in made}) == 3


def test_a_signing_key_reads_back(path: Path):
    made = create_signing_file(path, SystemEntropy())
    read_signing_file(path).public_key().verify(made.sign(b"note"), b"note")


def test_files_and_folders_are_for_their_owner_alone(path: Path):
    previous = os.umask(0)
    try:
        create_root_file(path, SystemEntropy())
    finally:
        os.umask(previous)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("create", [create_root_file, create_signing_file])
def test_a_key_is_never_overwritten(root_file: Path, create):
    before = root_file.read_bytes()
    with pytest.raises(KeyFileError, match="never overwritten"):
        create(root_file, SystemEntropy())
    assert root_file.read_bytes() == before


def test_a_link_in_the_place_of_a_new_key_is_refused(tmp_path: Path):
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyFileError):
        create_root_file(tmp_path / "link", SystemEntropy())
    assert not (tmp_path / "elsewhere").exists()


def test_a_place_that_is_no_folder_is_refused(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileError, match="cannot be made"):
        create_root_file(tmp_path / "file" / "root.json", SystemEntropy())


def test_a_half_written_key_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyFileError, match="No space left"):
        create_private_file(tmp_path / "key", b"half")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o666])
@pytest.mark.parametrize("read", [read_root_file, read_signing_file])
def test_a_key_open_to_others_is_refused_and_says_what_to_do(root_file: Path, mode: int, read):
    root_file.chmod(mode)
    with pytest.raises(KeyFileError, match=f"chmod 600 {root_file}"):
        read(root_file)


def test_a_linked_key_is_refused(root_file: Path, tmp_path: Path):
    (tmp_path / "link").symlink_to(root_file)
    with pytest.raises(KeyFileError, match="not a link"):
        read_root_file(tmp_path / "link")


def test_a_missing_key_says_how_to_make_it(tmp_path: Path):
    with pytest.raises(KeyFileError, match=r"keys/README\.md"):
        read_root_file(tmp_path / "none")


def test_a_folder_and_a_pipe_are_no_keys(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("pipe", "."):
        with pytest.raises(KeyFileError, match="plain file"):
            read_root_file(tmp_path / name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_another_users_key_is_refused(root_file: Path):
    os.chown(root_file, 12_345, -1)
    with pytest.raises(KeyFileError, match="another user"):
        read_root_file(root_file)


def test_a_long_file_is_no_key(tmp_path: Path):
    create_private_file(tmp_path / "long", bytes(5000))
    with pytest.raises(KeyFileError, match="too long"):
        read_private_file(tmp_path / "long")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "another"},
        {"version": 2},
        {"epoch": 4},
        {"epoch": "3"},
        {"epoch": True},
        {"epoch": 0},
        {"epoch": None},
        {"key": "QUJD"},
        {"key": "not base64!"},
        {"key": "あ"},
        {"key": 5},
        {"check": "0000000000000000"},
        {"check": None},
    ],
    ids=str,
)
def test_a_damaged_root_file_is_refused_without_showing_it(root_file: Path, change: dict):
    document = json.loads(root_file.read_text()) | change
    root_file.write_text(json.dumps(document))
    with pytest.raises(KeyFileError, match="restore it from its backup") as caught:
        read_root_file(root_file)
    for shown in (str(caught.value), repr(caught.value), caught.value.detail):
        assert "QUJD" not in shown
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("text", ["", "{}", "[]", "3", "null", "{", "\xff", "[" * 3000])
def test_what_is_no_root_file_is_refused(path: Path, text: str):
    create_private_file(path, text.encode("latin-1"))
    with pytest.raises(KeyFileError):
        read_root_file(path)


def test_every_letter_of_the_key_counts(root_file: Path):
    text = root_file.read_text()
    start = text.index('"key": "') + len('"key": "')
    for place in range(start, start + 43):
        other = "A" if text[place] != "A" else "B"
        root_file.write_text(text[:place] + other + text[place + 1 :])
        with pytest.raises(KeyFileError):
            read_root_file(root_file)


def test_only_an_ed25519_key_signs_the_log(path: Path):
    pem = X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    create_private_file(path, pem)
    with pytest.raises(KeyFileError, match="Ed25519"):
        read_signing_file(path)


def test_rubbish_is_no_signing_key(path: Path):
    create_private_file(path, b"rubbish")
    with pytest.raises(KeyFileError, match="Ed25519"):
        read_signing_file(path)


def test_a_refused_key_stops_the_start():
    assert issubclass(KeyFileError, ConfigurationError)
    assert KeyFileError.code == "key_file"
