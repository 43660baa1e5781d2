"""The log's copy elsewhere: whole, checked, and never taken over by another log."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from archive_drill import rows
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from log_drill import CANARY, SIGNER, LogDrill

from infobank.accesslog.errors import (
    LogTamperedError,
    MalformedProofError,
    UntrustedSignatureError,
)
from infobank.accesslog.verifier.log import verify_log
from infobank.accesslog.verifier.program import directory_reader
from infobank.archives.logfolder import LogFolder
from infobank.db.embedded import EmbeddedServer
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.migrate import upgrade
from infobank.db.postgres.roles import Which
from infobank.db.unit import Units
from infobank.errors import ConflictError
from infobank.recovery.sealed import parse_sealed
from infobank.usecases.recovery.logcopy import CopyLog, Elsewhere

MakeDatabase = Callable[[Which], str]
OWNER = "infobank_owner"
SIZES = [1, 4, 251, 255, 300, 1, 700]
"""Growth that begins, fills and crosses tiles."""


@pytest.fixture
def name(server: EmbeddedServer, make_database: MakeDatabase, migrations: Path) -> str:
    """Return the name of an empty records database with its tables."""
    made = make_database("records")
    asyncio.run(upgrade(server.url(OWNER, made), "records", migrations))
    return made


@contextmanager
def units(server: EmbeddedServer, name: str, role: str = OWNER) -> Iterator[Units]:
    """Return units of work on a database, for one event loop."""
    found = Units(create_engine(server.url(role, name), application="drill"))
    yield found


def copying(opened: Units, folder: Path, signer=SIGNER) -> CopyLog:
    place = LogFolder(folder)
    return CopyLog(opened, signer.key, Elsewhere(place.fetch, place.keep, place.drop))


async def copy_all(copy: CopyLog) -> int:
    copied = 0
    while more := await copy():
        copied += more
    return copied


def sound(folder: Path, size: int) -> bool:
    result = verify_log(directory_reader(folder), SIGNER.key)
    assert result.findings == ()
    assert result.documents == size
    return result.size == size


def grown(
    server: EmbeddedServer, name: str, sizes: list[int], folder: Path | None = None
) -> LogDrill:
    """Let the log grow in steps; with a folder, copy after each, as the backup role."""

    async def work() -> LogDrill:
        with units(server, name) as owner, units(server, name, "infobank_backup") as backup:
            log = LogDrill(owner)
            for count in sizes:
                await log.grow(count)
                if folder is not None:
                    assert await copy_all(copying(backup, folder)) == count
            await owner.close()
            await backup.close()
        return log

    return asyncio.run(work())


def copied(server: EmbeddedServer, name: str, folder: Path, signer=SIGNER) -> int:
    async def work() -> int:
        with units(server, name, "infobank_backup") as backup:
            try:
                return await copy_all(copying(backup, folder, signer))
            finally:
                await backup.close()

    return asyncio.run(work())


def changed(server: EmbeddedServer, name: str, statement: str) -> None:
    asyncio.run(rows(server.libpq(OWNER, name), statement))


def test_a_copy_that_grew_with_the_log_is_the_log(
    server: EmbeddedServer, name: str, tmp_path: Path
):
    log = grown(server, name, SIZES, tmp_path)
    assert sound(tmp_path, sum(SIZES))
    partial = [path for path in tmp_path.rglob("*") if path.parent.suffix == ".p"]
    assert {path.name for path in partial} == {str(log.size % 256), str(log.size // 256)}
    assert copied(server, name, tmp_path) == 0


def test_a_copy_made_at_once_has_the_same_files_as_one_that_grew(
    server: EmbeddedServer, name: str, tmp_path: Path
):
    grown(server, name, SIZES, tmp_path / "grown")
    copied(server, name, tmp_path / "once")

    def files(folder: Path) -> dict[str, bytes]:
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }

    assert files(tmp_path / "once") == files(tmp_path / "grown")


def test_the_copy_holds_every_entrys_resident_mac_and_seal(
    server: EmbeddedServer, name: str, tmp_path: Path
):
    log = grown(server, name, [300], tmp_path)
    statement = "SELECT resident_id, mac, sealed FROM log_entries ORDER BY log_index"
    kept = asyncio.run(rows(server.libpq(OWNER, name), statement))
    files = [tmp_path / "sealed/000", tmp_path / "sealed/001.p/44"]
    parsed = [entry for path in files for entry in parse_sealed(path.read_bytes())]
    assert [tuple(entry) for entry in parsed] == kept
    assert len(parsed) == log.size


def test_h3_nothing_hidden_stands_in_the_copy(server: EmbeddedServer, name: str, tmp_path: Path):
    grown(server, name, [40], tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(CANARY.encode() in path.read_bytes() for path in files)
    assert all(path.stat().st_mode & 0o077 == 0 for path in files if path.suffix != ".lock")


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE log_entries SET leaf = set_byte(leaf, 60, 7) WHERE log_index = 320", "leaf"),
        ("UPDATE log_entries SET sealed = sealed || 'x' WHERE log_index = 320", "sealed"),
        ("UPDATE log_entries SET shown = 'x' WHERE log_index = 320", "JSON"),
        ("DELETE FROM log_entries WHERE log_index = 320", "continuation"),
        ("UPDATE log_entries SET log_index = -log_index WHERE log_index = 301", "continuation"),
    ],
)
def test_what_was_not_signed_is_not_copied(
    server: EmbeddedServer, name: str, tmp_path: Path, statement: str, why: str
):
    async def work() -> None:
        with units(server, name) as owner:
            log = LogDrill(owner)
            await log.grow(300)
            await copy_all(copying(owner, tmp_path))
            await log.grow(60)
            await owner.close()

    asyncio.run(work())
    before = (tmp_path / "checkpoint").read_bytes()
    changed(server, name, statement)
    with pytest.raises((LogTamperedError, MalformedProofError), match=why):
        copied(server, name, tmp_path)
    assert (tmp_path / "checkpoint").read_bytes() == before
    assert sound(tmp_path, 300)


def test_a_log_that_was_cut_is_not_a_continuation(
    server: EmbeddedServer, name: str, tmp_path: Path
):
    grown(server, name, [10, 10], tmp_path)
    changed(server, name, "DELETE FROM log_checkpoints WHERE size = 20")
    with pytest.raises(LogTamperedError, match="10 entries and its copy 20"):
        copied(server, name, tmp_path)


def test_another_history_of_the_same_length_is_not_a_continuation(
    server: EmbeddedServer, name: str, make_database: MakeDatabase, migrations: Path, tmp_path: Path
):
    grown(server, name, [20], tmp_path)
    other = make_database("records")
    asyncio.run(upgrade(server.url(OWNER, other), "records", migrations))
    grown(server, other, [20])
    with pytest.raises(LogTamperedError, match="not the one that was copied"):
        copied(server, other, tmp_path)


def test_a_longer_history_that_begins_otherwise_is_not_a_continuation(
    server: EmbeddedServer, name: str, make_database: MakeDatabase, migrations: Path, tmp_path: Path
):
    grown(server, name, [20], tmp_path)
    other = make_database("records")
    asyncio.run(upgrade(server.url(OWNER, other), "records", migrations))
    grown(server, other, [25])
    with pytest.raises(LogTamperedError, match="not a continuation"):
        copied(server, other, tmp_path)


def test_a_log_signed_by_another_key_is_refused(server: EmbeddedServer, name: str, tmp_path: Path):
    grown(server, name, [5])
    other = replace(SIGNER, private=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    with pytest.raises(UntrustedSignatureError):
        copied(server, name, tmp_path, other)


def test_a_copy_that_somebody_changed_is_not_continued(
    server: EmbeddedServer, name: str, tmp_path: Path
):
    grown(server, name, [20, 3])
    copied(server, name, tmp_path)
    tile = tmp_path / "tile/0/000.p/23"
    tile.write_bytes(bytes(len(tile.read_bytes())))
    changed(server, name, "SELECT 1")

    async def more() -> None:
        with units(server, name) as owner:
            log = LogDrill(owner)
            log.size = 23
            await log.grow(4)
            await owner.close()

    asyncio.run(more())
    with pytest.raises(LogTamperedError, match="copy's tiles"):
        copied(server, name, tmp_path)


PROGRAM = """
import asyncio, os, signal, sys
from pathlib import Path
from log_drill import SIGNER
from infobank.archives.logfolder import LogFolder
from infobank.db.postgres.engine import create_engine
from infobank.db.unit import Units
from infobank.usecases.recovery.logcopy import CopyLog, Elsewhere

url, folder, alive = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
place, kept = LogFolder(folder), 0

def dying(path, content):
    global kept
    kept += 1
    if kept > alive:
        half = (folder / path).with_name("half.partial")
        half.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(content[:7])
        os.kill(os.getpid(), signal.SIGKILL)
    place.keep(path, content)

async def work():
    units = Units(create_engine(url, application="drill"))
    copy = CopyLog(units, SIGNER.key, Elsewhere(place.fetch, dying, place.drop))
    while await copy():
        pass
    await units.close()

asyncio.run(work())
"""


def test_a_copy_that_is_killed_anywhere_goes_on_where_it_was(
    server: EmbeddedServer, name: str, tmp_path: Path
):
    """Each try dies a few files later than the one before, until one comes through."""
    grown(server, name, [255])
    copied(server, name, tmp_path)

    async def more() -> None:
        with units(server, name) as owner:
            log = LogDrill(owner)
            log.size = 255
            await log.grow(300)
            await log.grow(40)
            await owner.close()

    asyncio.run(more())
    url, deaths = server.url("infobank_backup", name), 0
    for alive in range(0, 60, 3):
        ended = subprocess.run(
            [sys.executable, "-c", PROGRAM, url, str(tmp_path), str(alive)],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "drills")},
            capture_output=True,
            check=False,
            text=True,
        )
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        deaths += 1
        at = verify_log(directory_reader(tmp_path), SIGNER.key)
        assert at.sound
        assert at.size in {255, 595}
    assert deaths
    assert sound(tmp_path, 595)


def test_one_folder_has_one_copier(tmp_path: Path):
    with (
        LogFolder(tmp_path).claimed(),
        pytest.raises(ConflictError, match="another process"),
        LogFolder(tmp_path).claimed(),
    ):
        pass
