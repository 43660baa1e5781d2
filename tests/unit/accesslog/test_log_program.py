"""The offline program: what it says, and its exit codes."""

import shutil
import subprocess
import sys
import zipapp
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

import infobank
from infobank.accesslog.commitment import commit
from infobank.accesslog.entry import Entry, EntryKind
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.merkle import inclusion_proof, leaf_hash
from infobank.accesslog.note import Signer
from infobank.accesslog.paper import to_paper
from infobank.accesslog.proof import build_proof
from infobank.accesslog.verifier.program import main
from infobank.accesslog.writer import Prepared, open_sealed
from infobank.vocabulary.text.canonical import canonical_json


class Log(Protocol):
    """What the fixture makes."""

    prepared: list[Prepared]
    leaves: list[bytes]
    files: dict[str, bytes]
    signer: Signer

    def checkpoint_at(self, size: int) -> bytes:
        """Sign an older checkpoint."""
        ...


MakeLog = Callable[[int], Log]
SEAL_KEY = bytes(range(32))


@pytest.fixture
def log(make_log: MakeLog, tmp_path: Path) -> Log:
    log = make_log(300)
    for path, data in log.files.items():
        target = tmp_path / "log" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return log


def proof_file(log: Log, index: int, folder: Path, document: bytes | None = None) -> str:
    hashes = [leaf_hash(leaf) for leaf in log.leaves]
    shown = log.prepared[index].shown_document if document is None else document
    path = folder / "entry.proof"
    path.write_bytes(
        build_proof(
            index,
            log.leaves[index],
            shown,
            inclusion_proof(index, hashes),
            log.files["checkpoint"],
        )
    )
    return str(path)


def test_a_sound_log_exits_0(log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    old = tmp_path / "old"
    old.write_bytes(log.checkpoint_at(200))
    command = ["verify-log", str(tmp_path / "log"), "--key", log.signer.key.text]
    assert main([*command, "--since", str(old)]) == 0
    said = capsys.readouterr().out
    assert "300 entries: 258 in effect, 42 void, of 3 writers; 300 documents checked" in said
    assert said.endswith("\nSOUND\n")


def test_a_changed_log_exits_1_and_names_the_entry(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "log" / "tile/entries/000"
    data = bytearray(path.read_bytes())
    data[7 * 104 + 60] ^= 1
    path.write_bytes(bytes(data))
    assert main(["verify-log", str(tmp_path / "log"), "--key", log.signer.key.text]) == 1
    said = capsys.readouterr().out
    assert "tile/entries/000 entry 7: " in said
    assert "NOT SOUND" in said


def test_the_key_may_be_typed_from_paper(log: Log, tmp_path: Path):
    typed = tmp_path / "key.txt"
    typed.write_text(to_paper(log.signer.key.text))
    assert main(["verify-log", str(tmp_path / "log"), "--key", str(typed)]) == 0


def test_a_missing_log_exits_2(log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["verify-log", str(tmp_path / "none"), "--key", log.signer.key.text]) == 2
    assert "cannot be read" in capsys.readouterr().out


def test_a_proof_shows_its_fields(log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    command = ["verify-proof", proof_file(log, 6, tmp_path), "--key", log.signer.key.text]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "purpose: research\n" in said
    assert "2 fields are not shown" in said
    assert "SOUND: entry 6 of log.example/access/2026h2, void" in said


def test_a_proof_under_another_key_exits_1(log: Log, tmp_path: Path):
    other = log.signer.key.text.replace("a", "b", 1)
    assert main(["verify-proof", proof_file(log, 6, tmp_path), "--key", other]) == 1


def test_a_hidden_field_is_opened_and_a_false_one_refused(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    entry, blinder = open_sealed(SEAL_KEY, log.prepared[9].sealed, Leaf.parse(log.leaves[9]))
    row = next(each for each in commit(entry, blinder).openings if each.name == "block_tag").row()
    opening = tmp_path / "opening"
    opening.write_bytes(canonical_json(row) + b"\n")
    proof, key = proof_file(log, 9, tmp_path), log.signer.key.text
    assert main(["open-field", proof, str(opening), "--key", key]) == 0
    assert "block_tag = tag-9" in capsys.readouterr().out
    opening.write_bytes(canonical_json([row[0], "tag-8", row[2]]))
    assert main(["open-field", proof, str(opening), "--key", key]) == 1
    assert main(["open-field", proof_file(log, 9, tmp_path, b""), str(opening), "--key", key]) == 1


def test_the_program_runs_as_one_file_and_says_so_in_its_exit_code(log: Log, tmp_path: Path):
    house, source = Path(infobank.__file__).parent, tmp_path / "source" / "infobank"
    for part in ("accesslog", "vocabulary"):
        shutil.copytree(house / part, source / part)
    for part in ("__init__.py", "errors.py"):
        shutil.copy(house / part, source / part)
    program = tmp_path / "verify.pyz"
    zipapp.create_archive(source.parent, program, main="infobank.accesslog.verifier.program:run")
    codes = []
    for folder in (tmp_path / "log", tmp_path / "none"):
        command = [sys.executable, "-I", program, "verify-log", folder]
        said = subprocess.run(
            [*command, "--key", log.signer.key.text], capture_output=True, check=False
        )
        assert said.stderr == b""
        codes.append(said.returncode)
    assert codes == [0, 2]


def test_nothing_that_steers_a_terminal_is_printed(
    make_log: MakeLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    log = make_log(1)
    path = tmp_path / "\x1b[2J"
    assert main(["verify-log", str(path), "--key", log.signer.key.text]) == 2
    assert "\x1b" not in capsys.readouterr().out


def test_every_kind_of_entry_has_a_lasting_name():
    assert {kind.value for kind in EntryKind} >= {"deposit", "permit", "refusal", "audit_read"}
    assert all(kind.value == kind.name.lower() for kind in EntryKind)
    assert Entry.__dataclass_params__.frozen  # type: ignore[attr-defined]
