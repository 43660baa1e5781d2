"""A database comes back from its archive as it was, or not at all."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from archive_drill import IDENTITY, NOW, fill, opening, read, rows, write
from pyrage import x25519

from infobank.archives.age import decrypting
from infobank.archives.files import archives_in, opened
from infobank.db.embedded import EmbeddedDatabases, EmbeddedServer
from infobank.db.postgres.migrate import current, downgrade, newest, upgrade
from infobank.db.postgres.roles import Which
from infobank.db.recovery.restorations import STANDING
from infobank.errors import ConflictError
from infobank.recovery.errors import ArchiveError
from infobank.usecases.recovery.restore import Opened, restore_into
from infobank.usecases.recovery.verify import restored_elsewhere

MakeDatabase = Callable[[Which], str]

BLOCKS = 300
OWNER = "infobank_owner"
COUNTS = "SELECT (SELECT count(*) FROM blocks), (SELECT count(*) FROM residents)"


@pytest.fixture(scope="module")
def filled(databases: EmbeddedDatabases) -> EmbeddedDatabases:
    """Return databases with residents and blocks in them."""
    asyncio.run(fill(databases, BLOCKS))
    return databases


@pytest.fixture(scope="module")
def archive(filled: EmbeddedDatabases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive of the records, written by the role that may read them."""
    path = tmp_path_factory.mktemp("archives") / "records"
    asyncio.run(write(filled.url("infobank_backup"), path))
    return path


@pytest.fixture
def empty(server: EmbeddedServer, make_database: MakeDatabase) -> tuple[str, str]:
    """Return an empty records database, as its owner reaches it: two forms of its address."""
    name = make_database("records")
    return server.url(OWNER, name), server.libpq(OWNER, name)


def everything(libpq: str) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table but the mark."""

    async def fetch() -> dict[str, list[tuple[object, ...]]]:
        tables = await rows(
            libpq, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        names = [str(name) for (name,) in tables if name != "restorations"]
        return {name: await rows(libpq, f"SELECT t::text FROM {name} t") for name in names}

    return asyncio.run(fetch())


def test_every_row_of_every_table_comes_back(
    filled: EmbeddedDatabases, archive: Path, empty: tuple[str, str], migrations: Path
):
    url, libpq = empty
    summaries = asyncio.run(read(archive, url, migrations))
    before, after = everything(filled.libpq(OWNER)), everything(libpq)
    assert len(before["blocks"]) == BLOCKS
    assert after == before
    stated = {summary.table: summary.rows for summary in summaries}
    assert stated == {
        name: len(found) for name, found in before.items() if name != "alembic_version"
    } | {"restorations": 0}


def test_a_restored_database_bears_its_mark_from_the_first_row_on(
    archive: Path, empty: tuple[str, str], migrations: Path
):
    url, libpq = empty
    asyncio.run(read(archive, url, migrations))
    assert asyncio.run(rows(libpq, STANDING)) == [(NOW, NOW, 0)]


def test_the_keys_come_back_too(
    databases: EmbeddedDatabases,
    server: EmbeddedServer,
    make_database: MakeDatabase,
    migrations: Path,
    tmp_path: Path,
):
    async def add() -> None:
        connection = await asyncpg.connect(databases.libpq("infobank_keys_owner"))
        await connection.execute(
            "INSERT INTO resident_keys (resident_id, version, epoch, wrapped_data, wrapped_log) "
            "VALUES ($1, 1, 1, $2, NULL)",
            uuid4(),
            os.urandom(60),
        )
        await connection.close()

    asyncio.run(add())
    asyncio.run(write(databases.url("infobank_keys_backup"), tmp_path / "keys", "keys"))
    name = make_database("keys")
    asyncio.run(read(tmp_path / "keys", server.url("infobank_keys_owner", name), migrations))
    before = everything(databases.libpq("infobank_keys_owner"))
    assert before["resident_keys"]
    assert everything(server.libpq("infobank_keys_owner", name)) == before


def test_an_archive_is_of_one_instant_whatever_is_written_meanwhile(
    filled: EmbeddedDatabases, empty: tuple[str, str], migrations: Path, tmp_path: Path
):
    """Each transaction adds a resident and a block: a backup must never see one alone."""

    async def keep_writing(stop: asyncio.Event) -> None:
        connection = await asyncpg.connect(filled.libpq(OWNER))
        while not stop.is_set():
            resident = uuid4()
            async with connection.transaction():
                await connection.execute("INSERT INTO residents VALUES ($1, now(), true)", resident)
                await connection.execute(
                    "INSERT INTO blocks VALUES ($1, $2, 1, $3)", resident, bytes(16), bytes(2000)
                )
        await connection.close()

    async def drill() -> None:
        stop = asyncio.Event()
        writing = asyncio.create_task(keep_writing(stop))
        await write(filled.url("infobank_backup"), tmp_path / "a")
        stop.set()
        await writing

    asyncio.run(drill())
    url, libpq = empty
    asyncio.run(read(tmp_path / "a", url, migrations))
    ((blocks, residents),) = asyncio.run(rows(libpq, COUNTS))
    assert blocks == residents
    assert blocks >= BLOCKS


def refused(archive: Path, empty: tuple[str, str], migrations: Path) -> str:
    """Return why an archive is refused, after making sure that nothing of it was written."""
    url, libpq = empty
    with pytest.raises(ArchiveError) as error:
        asyncio.run(read(archive, url, migrations))
    written = everything(libpq)
    assert {name for name, found in written.items() if found} <= {"alembic_version"}
    if written:
        assert asyncio.run(rows(libpq, "SELECT * FROM restorations")) == []
    return error.value.message


def changed(archive: Path, place: int, folder: Path) -> Path:
    raw = bytearray(archive.read_bytes())
    raw[place] ^= 1
    copy = folder / "changed"
    copy.write_bytes(raw)
    return copy


def test_a_flipped_bit_anywhere_writes_nothing(
    archive: Path, empty: tuple[str, str], migrations: Path, tmp_path: Path
):
    size, body = archive.stat().st_size, archive.read_bytes().index(b"\n") + 1
    for place in [body, body + 60, *range(body + 200, size, size // 6), size - 1]:
        assert refused(changed(archive, place, tmp_path), empty, migrations)


def test_a_changed_head_writes_nothing(
    archive: Path, empty: tuple[str, str], migrations: Path, tmp_path: Path
):
    raw = archive.read_bytes()
    later = tmp_path / "later"
    later.write_bytes(raw.replace(b'"expires":"2026-12-05', b'"expires":"2036-12-05', 1))
    assert refused(later, empty, migrations) == "the head of the archive was changed"


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.999])
def test_a_cut_archive_writes_nothing(
    archive: Path, empty: tuple[str, str], migrations: Path, tmp_path: Path, share: float
):
    raw = archive.read_bytes()
    (tmp_path / "cut").write_bytes(raw[: int(len(raw) * share)])
    assert "cut short" in refused(tmp_path / "cut", empty, migrations)


def test_the_wrong_identity_writes_nothing(archive: Path, empty: tuple[str, str], migrations: Path):
    async def restore() -> None:
        with opened(archive) as (head, file):
            async with decrypting(file, [x25519.Identity.generate()]) as parts:
                await restore_into(empty[0], Opened(head, parts), migrations, NOW, lambda _: None)

    with pytest.raises(ArchiveError, match="not for this identity"):
        asyncio.run(restore())
    assert asyncio.run(rows(empty[1], "SELECT * FROM blocks")) == []


def test_a_schema_of_a_later_release_names_the_release(
    archive: Path, empty: tuple[str, str], migrations: Path
):
    async def restore() -> None:
        with opened(archive) as (head, _):
            later = replace(head, revision="9999", release="7.2.0")
        async with opening(archive, later) as found:
            await restore_into(empty[0], found, migrations, NOW, lambda _: None)

    with pytest.raises(ArchiveError, match=r"release 7\.2\.0.*9999"):
        asyncio.run(restore())


def test_a_database_that_is_not_empty_is_left_alone(
    archive: Path, empty: tuple[str, str], migrations: Path
):
    url, libpq = empty
    asyncio.run(read(archive, url, migrations))
    before = everything(libpq)
    with pytest.raises(ConflictError, match="not empty"):
        asyncio.run(read(archive, url, migrations))
    assert everything(libpq) == before


def test_a_database_that_somebody_uses_is_left_alone(
    archive: Path, empty: tuple[str, str], migrations: Path
):
    url, libpq = empty
    web = libpq.replace(OWNER, "infobank_web")

    async def restore_beside() -> None:
        await upgrade(url, "records", migrations)
        connection = await asyncpg.connect(web)
        try:
            await read(archive, url, migrations)
        finally:
            await connection.close()

    with pytest.raises(ConflictError, match="somebody is connected"):
        asyncio.run(restore_beside())
    assert asyncio.run(rows(libpq, COUNTS)) == [(0, 0)]


def test_an_older_schema_is_loaded_as_it_was_and_brought_up_afterwards(
    server: EmbeddedServer, make_database: MakeDatabase, migrations: Path, tmp_path: Path
):
    """A release of the future: the present migrations and one more."""
    future = tmp_path / "migrations"
    shutil.copytree(migrations, future)
    (future / "keys/versions/later.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision, down_revision = 'later', {newest('keys', migrations)!r}\n"
        "def upgrade():\n"
        "    op.add_column('epochs', sa.Column('told', sa.Integer(), server_default='1'))\n"
        "def downgrade():\n    op.drop_column('epochs', 'told')\n"
    )
    old, new = (server.url("infobank_keys_owner", make_database("keys")) for _ in range(2))
    asyncio.run(upgrade(old, "keys", migrations))
    asyncio.run(write(old, tmp_path / "a", "keys"))
    asyncio.run(read(tmp_path / "a", new, future))
    assert asyncio.run(current(new)) == newest("keys", migrations)
    asyncio.run(upgrade(new, "keys", future))
    assert asyncio.run(current(new)) == "later"
    asyncio.run(downgrade(new, "keys", future))
    asyncio.run(upgrade(new, "keys", future))
    with pytest.raises(ConflictError, match="schema later"):
        asyncio.run(read(tmp_path / "a", new, future))


def test_a_verified_archive_was_restored_and_compared(archive: Path, migrations: Path):
    async def verify() -> list[tuple[object, ...]]:
        async with (
            opening(archive) as found,
            restored_elsewhere(found, migrations, NOW, lambda _: None) as server,
        ):
            return await rows(server.libpq(OWNER, "infobank_records"), COUNTS)

    assert asyncio.run(verify()) == [(BLOCKS, BLOCKS)]


def test_a_damaged_archive_is_not_verified(archive: Path, migrations: Path, tmp_path: Path):
    damaged = changed(archive, archive.stat().st_size // 2, tmp_path)

    async def verify() -> None:
        async with (
            opening(damaged) as found,
            restored_elsewhere(found, migrations, NOW, lambda _: None),
        ):
            pass

    with pytest.raises(ArchiveError):
        asyncio.run(verify())


PROGRAM = """
import asyncio, os, signal, sys
from pathlib import Path
import archive_drill
from infobank.db.recovery import loading, snapshot

what, url, path, migrations = sys.argv[1:]
part = {"write": (snapshot.Snapshot, "copy"), "read": (loading.Loading, "load")}[what]
real = getattr(*part)

async def dying(self, shape, moved):
    answer = await real(self, shape, moved)
    if shape.table == "consents":
        os.kill(os.getpid(), signal.SIGKILL)
    return answer

setattr(*part, dying)
work = {"write": lambda: archive_drill.write(url, Path(path)),
        "read": lambda: archive_drill.read(Path(path), url, Path(migrations))}[what]
asyncio.run(work())
"""
"""Dies by SIGKILL in the middle: some tables are through, others not begun."""


def die(what: str, url: str, path: Path, migrations: Path, **environment: str) -> None:
    program = [sys.executable, "-c", PROGRAM, what, url, str(path), str(migrations)]
    drills = Path(__file__).parents[2] / "drills"
    ended = subprocess.run(
        program,
        env={**os.environ, "PYTHONPATH": str(drills), **environment},
        capture_output=True,
        check=False,
        text=True,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def test_a_killed_backup_leaves_nothing_that_looks_like_one(
    filled: EmbeddedDatabases, migrations: Path, tmp_path: Path
):
    die("write", filled.url("infobank_backup"), tmp_path / "monday", migrations)
    assert archives_in(tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["monday.partial"]
    asyncio.run(write(filled.url("infobank_backup"), tmp_path / "tuesday"))
    assert [path.name for path in tmp_path.iterdir()] == ["tuesday"]


def test_a_killed_restore_leaves_an_empty_database_that_the_next_one_fills(
    archive: Path, empty: tuple[str, str], migrations: Path
):
    url, libpq = empty
    asyncio.run(upgrade(url, "records", migrations))
    die("read", url, archive, migrations, DRILL_IDENTITY=str(IDENTITY))
    assert asyncio.run(rows(libpq, COUNTS)) == [(0, 0)]
    assert asyncio.run(rows(libpq, "SELECT * FROM restorations")) == []
    asyncio.run(read(archive, url, migrations))
    assert asyncio.run(rows(libpq, COUNTS)) != [(0, 0)]


def test_memory_does_not_grow_with_the_database(
    server: EmbeddedServer, make_database: MakeDatabase, migrations: Path, tmp_path: Path
):
    name = make_database("records")
    url = server.url(OWNER, name)
    asyncio.run(upgrade(url, "records", migrations))

    def peak(blocks: int, target: Path) -> int:
        asyncio.run(fill(EmbeddedDatabases(server, records=name), blocks))
        tracemalloc.start()
        asyncio.run(write(url, target))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    small, large = peak(2_000, tmp_path / "small"), peak(14_000, tmp_path / "large")
    assert (tmp_path / "large").stat().st_size > 6 * (tmp_path / "small").stat().st_size
    assert large < small + (1 << 20)
