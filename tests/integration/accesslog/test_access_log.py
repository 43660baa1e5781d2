"""The access log from outside: sequenced by one, signed, and checked without the bank's help."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import cffi
import cryptography
import pytest
from bank_processes import command, environment_for, infobank, started, until
from running_bank import BankServer

from infobank.accesslog.errors import LogTamperedError

ENTRIES = 300
"""More than a bundle holds, so that the tree has an upper level."""


@pytest.fixture(scope="module", autouse=True)
def sequenced(bank_server: BankServer) -> None:
    """A log with entries, all of them signed for."""
    write_entries(bank_server, ENTRIES)
    bank_server.sequence()


def write_entries(server: BankServer, count: int) -> None:
    """Let things happen that are logged."""

    async def work() -> None:
        for _ in range(count):
            await server.bank.upkeep.announce_policies()

    server.run(work())


def signed_size(server: BankServer) -> int:
    """Return the size of the newest signed tree."""
    size: int = server.rows("SELECT coalesce(max(size), 0) AS size FROM log_checkpoints")[0]["size"]
    return size


def waiting(server: BankServer) -> int:
    """Return how many entries wait for their index."""
    return len(server.rows("SELECT FROM log_pending"))


def verify(server: BankServer, *more: str | Path) -> subprocess.CompletedProcess[str]:
    """Check the log over HTTP by the command, with its public key alone."""
    key = server.settings.log_key.with_suffix(".vkey")
    return infobank(server.settings, "log", "verify", f"{server.url}/log", "--key", key, *more)


def assert_sound(done: subprocess.CompletedProcess[str]) -> None:
    """Check that nothing was found."""
    assert "\nSOUND\n" in done.stdout, done.stdout + done.stderr
    assert "NOT SOUND" not in done.stdout
    assert done.returncode == 0


def assert_found(done: subprocess.CompletedProcess[str], what: str) -> None:
    """Check that something was found, and said."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "NOT SOUND" in done.stdout
    assert what in done.stdout


def test_the_log_is_sound(bank_server: BankServer):
    done = verify(bank_server)
    assert_sound(done)
    assert f"{signed_size(bank_server)} entries" in done.stdout


@contextmanager
def tampered(server: BankServer, tables: Sequence[str], *statements: str) -> Iterator[None]:
    """Change the log as the owner of its database can; put everything back afterwards."""
    with server.put_back(tables):
        for statement in statements:
            server.rows(statement)
        yield


FLIP = "set_byte({column}, {place}, get_byte({column}, {place}) # 1)"


def test_a_changed_entry_is_found_and_named(bank_server: BankServer):
    flip = FLIP.format(column="leaf", place=45)
    change = f"UPDATE log_entries SET leaf = {flip} WHERE log_index = 137"
    with tampered(bank_server, ["log_entries"], change):
        assert_found(
            verify(bank_server), "entry 137: the entry or its hash in the tile was changed"
        )
    assert_sound(verify(bank_server))


def test_a_removed_entry_is_found_and_named(bank_server: BankServer):
    remove = "DELETE FROM log_entries WHERE log_index = 140"
    # Whoever removes one tries to close the gap.
    close = "UPDATE log_entries SET log_index = -log_index WHERE log_index > 140"
    shift = "UPDATE log_entries SET log_index = -log_index - 1 WHERE log_index < 0"
    with tampered(bank_server, ["log_entries"], remove, close, shift):
        done = verify(bank_server)
    assert_found(done, "entry 140")
    assert "is missing" in done.stdout


def test_a_removed_entry_whose_gap_is_left_is_found(bank_server: BankServer):
    with tampered(bank_server, ["log_entries"], "DELETE FROM log_entries WHERE log_index = 140"):
        assert_found(verify(bank_server), "entry 0")


def test_reordered_entries_are_found_and_named(bank_server: BankServer):
    swap = (
        "UPDATE log_entries SET log_index = -1 WHERE log_index = 20",
        "UPDATE log_entries SET log_index = 20 WHERE log_index = 21",
        "UPDATE log_entries SET log_index = 21 WHERE log_index = -1",
    )
    with tampered(bank_server, ["log_entries"], *swap):
        done = verify(bank_server)
    assert_found(done, "entry 20: the entry was moved")
    assert "entry 21: the entry was moved" in done.stdout


def test_a_changed_tile_is_found_and_its_entry_named(bank_server: BankServer):
    flip = FLIP.format(column="hashes", place=32 * 17 + 3)
    change = f"UPDATE log_tiles SET hashes = {flip} WHERE level = 0 AND place = 0"
    with tampered(bank_server, ["log_tiles"], change):
        assert_found(verify(bank_server), "entry 17")


def test_an_entry_changed_together_with_its_tile_is_not_what_was_signed(bank_server: BankServer):
    flip = FLIP.format(column="leaf", place=45)
    rehash = """
        UPDATE log_tiles t SET hashes = overlay(
            t.hashes placing sha256('\\x00'::bytea || e.leaf) from 32 * 17 + 1 for 32)
        FROM log_entries e WHERE e.log_index = 17 AND t.level = 0 AND t.place = 0
    """
    change = f"UPDATE log_entries SET leaf = {flip} WHERE log_index = 17"
    with tampered(bank_server, ["log_entries", "log_tiles"], change, rehash):
        assert_found(verify(bank_server), "does not fit entries 0 to 255")


PLANT = """
    INSERT INTO log_pending (writer_id, writer_seq, effect, leaf, mac, sealed, shown)
    SELECT {writer}, writer_seq + 1000000, effect, leaf, {mac}, sealed, shown
    FROM log_entries WHERE log_index = 5
"""


@pytest.mark.parametrize(
    "plant",
    [
        PLANT.format(writer="writer_id", mac="decode(repeat('00', 32), 'hex')"),
        PLANT.format(writer="writer_id", mac="mac"),
        PLANT.format(writer="'\\x00'::bytea", mac="mac"),
        PLANT.format(writer="decode(repeat('ab', 16), 'hex')", mac="mac"),
        PLANT.format(writer="writer_id", mac="mac").replace(" + 1000000", ""),
    ],
    ids=["forged MAC", "another number", "no writer", "another writer", "again"],
)
def test_a_row_planted_by_sql_stops_the_sequencing_and_is_never_signed(
    bank_server: BankServer, plant: str
):
    bank_server.sequence()
    before = signed_size(bank_server)
    write_entries(bank_server, 3)
    bank_server.rows(plant)
    with pytest.raises(LogTamperedError):
        bank_server.sequence()
    assert signed_size(bank_server) == before
    assert waiting(bank_server) == 4
    bank_server.rows(
        "DELETE FROM log_pending WHERE writer_seq IN (SELECT writer_seq + 1000000"
        " FROM log_entries WHERE log_index = 5) OR (writer_id, writer_seq) IN"
        " (SELECT writer_id, writer_seq FROM log_entries)"
    )
    assert bank_server.sequence() == 3
    assert_sound(verify(bank_server))


def test_the_sequencer_process_raises_the_alarm_and_goes_on_once_somebody_looked(
    bank_server: BankServer, tmp_path: Path
):
    bank_server.sequence()
    before = signed_size(bank_server)
    bank_server.rows(PLANT.format(writer="writer_id", mac="decode(repeat('00', 32), 'hex')"))
    with sequencer(bank_server, tmp_path / "said.txt") as running:
        until(lambda: "log_tampered" in running.said(), running.said)
        assert signed_size(bank_server) == before
        bank_server.rows("DELETE FROM log_pending WHERE writer_seq >= 1000000")
        write_entries(bank_server, 1)
        until(lambda: signed_size(bank_server) > before, running.said)


def sequencer(server: BankServer, output: Path):
    """Run a candidate for sequencing in a process of its own."""
    return started(command("sequencer"), environment_for(server.settings), output)


HOLDER = """
    SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database
    WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted
      AND d.datname = current_database()
"""
CANDIDATES = """
    SELECT DISTINCT pid FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'infobank_sequencer'
"""


def test_of_two_candidates_one_sequences_and_the_other_takes_over(
    bank_server: BankServer, tmp_path: Path
):
    with sequencer(bank_server, tmp_path / "first.txt") as first:
        write_entries(bank_server, 2)
        until(lambda: waiting(bank_server) == 0, first.said)
        elected = bank_server.rows(HOLDER)
        assert len(elected) == 1
        known = len(bank_server.rows(CANDIDATES))
        with sequencer(bank_server, tmp_path / "second.txt") as second:
            until(lambda: len(bank_server.rows(CANDIDATES)) > known, second.said)
            assert bank_server.rows(HOLDER) == elected
            first.process.kill()
            first.process.wait()
            write_entries(bank_server, 2)
            until(lambda: waiting(bank_server) == 0, second.said)
            assert bank_server.rows(HOLDER) != elected
            check_that_it_lets_go_with_its_connection(bank_server)
            assert second.process.poll() is None
    assert_sound(verify(bank_server))


def check_that_it_lets_go_with_its_connection(server: BankServer) -> None:
    """Break the connection that holds the election: it is held anew, by another one."""
    before = server.rows(HOLDER)
    server.rows(f"SELECT pg_terminate_backend(pid) FROM ({HOLDER}) AS holder")
    write_entries(server, 1)
    until(lambda: waiting(server) == 0 and server.rows(HOLDER) not in ([], before))


@pytest.mark.parametrize("table", ["log_entries", "log_tiles", "log_checkpoints", "log_pending"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}", "TRUNCATE {table}"],
)
def test_the_web_role_may_not_change_or_remove_a_row_of_the_log(
    bank_server: BankServer, table: str, statement: str
):
    columns = {"log_tiles": "hashes", "log_checkpoints": "note"}
    text = statement.format(table=table, column=columns.get(table, "leaf"))

    async def attempt() -> None:
        connection = await asyncpg.connect(bank_server.databases.libpq("infobank_web"))
        try:
            await connection.execute(text)
        finally:
            await connection.close()

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        bank_server.run(attempt())


@pytest.fixture(scope="module")
def kept(bank_server: BankServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the log as somebody kept it from an earlier check."""
    folder = tmp_path_factory.mktemp("kept")
    assert_sound(verify(bank_server, "--keep", folder))
    return folder


def test_a_log_that_grew_is_consistent_with_an_older_checkpoint(
    bank_server: BankServer, kept: Path
):
    write_entries(bank_server, 5)
    bank_server.sequence()
    assert_sound(verify(bank_server, "--since", kept / "checkpoint"))


def test_a_log_that_was_rolled_back_is_found(bank_server: BankServer, tmp_path: Path):
    older = signed_size(bank_server)
    write_entries(bank_server, 5)
    bank_server.sequence()
    size = signed_size(bank_server)
    assert_sound(verify(bank_server, "--keep", tmp_path))
    roll_back = f"DELETE FROM log_checkpoints WHERE size > {older}"
    with tampered(bank_server, ["log_checkpoints"], roll_back):
        done = verify(bank_server, "--since", tmp_path / "checkpoint")
    assert_found(done, f"the log had {size} entries and now has {older}")


def test_the_one_file_verifier_checks_a_kept_log_with_cryptography_alone(
    bank_server: BankServer, kept: Path, tmp_path: Path
):
    verifier = tmp_path / "verifier.pyz"
    done = infobank(bank_server.settings, "log", "verifier", verifier)
    assert done.returncode == 0, done.stderr
    key = bank_server.settings.log_key.with_suffix(".vkey")
    words = [verifier, "verify-log", kept, "--key", key]
    assert_sound(alone(tmp_path, *words))
    bundle = min(kept.glob("tile/entries/000*"))
    changed = bytearray(bundle.read_bytes())
    changed[100] ^= 1
    copied = tmp_path / "copied"
    shutil.copytree(kept, copied)
    (copied / bundle.relative_to(kept)).write_bytes(changed)
    assert_found(alone(tmp_path, verifier, "verify-log", copied, "--key", key), "entry 0")


def alone(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run Python where only `cryptography` and what it needs can be imported."""
    packages = folder / "packages"
    if not packages.exists():
        packages.mkdir()
        site = Path(cryptography.__file__).parent.parent
        needed = [Path(cryptography.__file__).parent, Path(cffi.__file__).parent]
        for path in [*needed, *site.glob("_cffi_backend*")]:
            (packages / path.name).symlink_to(path)
    return subprocess.run(
        [sys.executable, "-S", *map(str, words)],
        env={"PYTHONPATH": str(packages)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_row_removed_before_it_was_sequenced_shows_as_a_gap(bank_server: BankServer):
    # The last test: the writer whose entry is gone shows it for ever.
    write_entries(bank_server, 12)  # more than connections, so that one wrote at least two
    first = bank_server.rows(
        "SELECT writer_id, min(writer_seq) AS seq FROM log_pending"
        " GROUP BY writer_id HAVING count(*) > 1"
    )[0]
    bank_server.rows(
        "DELETE FROM log_pending WHERE writer_id = $1 AND writer_seq = $2",
        first["writer_id"],
        first["seq"],
    )
    bank_server.sequence()
    assert_found(
        verify(bank_server),
        f"writer {first['writer_id'].hex()}: before its number {first['seq'] + 1}, "
        f"{first['seq']} is missing",
    )
