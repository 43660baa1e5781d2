"""Root keys in a folder: private, whole whenever the program dies, and gone when destroyed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from keystores import Folder, using

from infobank.entropy import SystemEntropy
from infobank.keystore.errors import EpochMissingError, KeyFileError
from infobank.keystore.making import make_keys
from infobank.keystore.roots.folder import RootFolder
from infobank.vault.envelope import WRAPPED_LENGTH

INNER = bytes(range(32))
CONTEXT = b"context"

BUSY = """
import sys
from pathlib import Path
from infobank.entropy import SystemEntropy
from infobank.keystore.roots.folder import RootFolder

folder = RootFolder(Path(sys.argv[1]))
while True:
    made = folder.create(SystemEntropy())
    print(made, flush=True)
    if made > 2:
        folder.destroy(made - 2)
"""


async def test_a_wrapped_key_has_the_92_bytes_of_the_specification(folder: Folder):
    async with using(folder) as roots:
        await roots.create_epoch()
        assert len(await roots.wrap(1, INNER, CONTEXT)) == WRAPPED_LENGTH == 92


async def test_files_and_folder_are_for_the_owner_alone(folder: Folder):
    previous = os.umask(0)
    try:
        async with using(folder) as roots:
            await roots.create_epoch()
    finally:
        os.umask(previous)
    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.path.iterdir()} == {
        "1.json": 0o600
    }


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o711, 0o720])
async def test_a_folder_open_to_others_is_refused_and_says_what_to_do(folder: Folder, mode: int):
    async with using(folder) as roots:
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        folder.path.chmod(mode)
        for call in (
            roots.unwrap(1, wrapped, CONTEXT),
            roots.wrap(1, INNER, CONTEXT),
            roots.create_epoch(),
            roots.describe(),
        ):
            with pytest.raises(KeyFileError, match=f"chmod 700 {folder.path}"):
                await call


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
async def test_another_users_folder_is_refused(folder: Folder):
    folder.path.mkdir(mode=0o700)
    os.chown(folder.path, 12_345, -1)
    async with using(folder) as roots:
        with pytest.raises(KeyFileError, match="another user"):
            await roots.create_epoch()


async def test_a_link_to_a_folder_is_refused(folder: Folder, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.path.symlink_to(tmp_path / "elsewhere")
    async with using(folder) as roots:
        with pytest.raises(KeyFileError, match="link"):
            await roots.create_epoch()


@pytest.mark.parametrize("marker", ["folder", "file"])
async def test_a_git_checkout_is_no_place_for_a_key(tmp_path: Path, marker: str):
    """A linked work tree marks itself with a file, any other checkout with a folder."""
    root = tmp_path / "checkout" / "state" / "keys" / "root"
    root.mkdir(parents=True, mode=0o700)
    git = tmp_path / "checkout" / ".git"
    git.mkdir() if marker == "folder" else git.write_text("gitdir: elsewhere")
    async with using(Folder(root)) as roots:
        for call in (roots.create_epoch(), roots.describe(), roots.wrap(1, INNER, CONTEXT)):
            with pytest.raises(KeyFileError, match="git checkout"):
                await call
    assert list(root.iterdir()) == []


async def test_a_file_of_another_epoch_in_its_place_is_refused(folder: Folder):
    async with using(folder) as roots:
        await roots.create_epoch()
        await roots.create_epoch()
        wrapped = await roots.wrap(1, INNER, CONTEXT)
        (folder.path / "2.json").replace(folder.path / "1.json")
        with pytest.raises(KeyFileError, match="another epoch"):
            await roots.unwrap(1, wrapped, CONTEXT)


async def test_other_files_in_the_folder_count_for_nothing(folder: Folder):
    async with using(folder) as roots:
        await roots.create_epoch()
        for name in ("0.json", "01.json", "2.json.bak", ".2.json.new", "x.json", "2"):
            (folder.path / name).write_text("")
        assert (await roots.describe()).live == (1,)
        assert await roots.create_epoch() == 2


async def test_a_destroyed_key_is_overwritten_under_every_name_its_file_has(
    folder: Folder, tmp_path: Path
):
    async with using(folder) as roots:
        await roots.create_epoch()
        await roots.create_epoch()
        key = json.loads((folder.path / "1.json").read_text())["key"].encode()
        second_name = tmp_path / "kept"
        second_name.hardlink_to(folder.path / "1.json")
        await roots.destroy_epoch(1)
        with pytest.raises(EpochMissingError):
            await roots.wrap(1, INNER, CONTEXT)
    assert not (folder.path / "1.json").exists()
    assert key not in second_name.read_bytes()
    assert not any(second_name.read_bytes())


async def test_a_destruction_that_was_cut_off_is_finished_by_the_next(folder: Folder):
    async with using(folder) as roots:
        await roots.create_epoch()
        await roots.create_epoch()
        content = (folder.path / "1.json").read_bytes()
        (folder.path / "1.json").write_bytes(bytes(len(content)))
        with pytest.raises(KeyFileError):
            await roots.wrap(1, INNER, CONTEXT)
        await roots.destroy_epoch(1)
        assert (await roots.describe()).live == (2,)


@pytest.mark.parametrize("count", [1, 4, 9, 16])
def test_a_program_killed_at_any_moment_leaves_whole_keys_only(folder: Folder, count: int):
    with subprocess.Popen(
        [sys.executable, "-c", BUSY, folder.path], stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        for _ in range(count):
            made = int(program.stdout.readline())
        program.kill()
    found = RootFolder(folder.path)
    newest = found.state().newest
    assert newest >= made
    for epoch in (newest - 1, newest) if newest > 1 else (newest,):
        with found.read(epoch) as root:
            assert root.epoch == epoch
    for epoch in found.state().live[:-1]:
        found.destroy(epoch)
    assert found.create(SystemEntropy()) == newest + 1


def test_a_new_bank_gets_its_keys_once(tmp_path: Path):
    root, log = tmp_path / "keys" / "root", tmp_path / "keys" / "log.pem"
    make_keys(root, log, "bank.example/log", SystemEntropy())
    before = {path: path.read_bytes() for path in (root / "1.json", log, log.with_suffix(".vkey"))}
    with pytest.raises(KeyFileError, match="epoch 1 exists"):
        make_keys(root, log, "bank.example/log", SystemEntropy())
    assert {path: path.read_bytes() for path in before} == before


def test_a_bank_whose_first_epoch_is_long_over_gets_no_new_first_key(tmp_path: Path):
    folder = RootFolder(tmp_path / "root")
    folder.create(SystemEntropy())
    folder.create(SystemEntropy())
    folder.destroy(1)
    with pytest.raises(KeyFileError, match="epoch 2 exists"):
        make_keys(folder.path, tmp_path / "log.pem", "bank.example/log", SystemEntropy())
    assert folder.state().live == (2,)
