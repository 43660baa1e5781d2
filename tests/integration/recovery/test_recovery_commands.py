"""The operator's commands, typed one after another, and killed in the middle."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from archive_drill import IDENTITY, fill, rows
from bank_processes import command, environment_for, infobank, started, until
from pyrage import x25519
from running_bank import BankServer

from infobank.accesslog.entry import EntryKind
from infobank.app.identity import verifier_key
from infobank.app.installation import Databases
from infobank.config import Settings
from infobank.db.embedded import EmbeddedDatabases, EmbeddedServer
from infobank.db.postgres.roles import RECORDS, Which
from infobank.recovery.archive import LONGEST_HEAD, Head

RECIPIENT = str(IDENTITY.to_public())
OFFICES = [x25519.Identity.generate() for _ in range(3)]
"""Three who are to open an archive by twos."""


def together(*words: str | Path) -> tuple[str | Path, ...]:
    """Return the words of a backup that any two of three offices open."""
    named = [("--recipient", str(each.to_public())) for each in OFFICES]
    return (*words, *(word for pair in named for word in pair), "--threshold", "2")


def opened_share(settings: Settings, archive: Path, office: int) -> Path:
    """Have an office open its share from the first lines alone, and return what it hands on."""
    own = archive.with_name(f"office-{office}")
    own.write_text(f"{OFFICES[office]}\n")
    lines = archive.with_name("first-lines")
    lines.write_bytes(b"".join(archive.read_bytes().splitlines(keepends=True)[:2]))
    share = archive.with_name(f"share-{office}")
    said = done(settings, "backup", "share", lines, "--identity", own, "--to", share)
    assert "opens this archive with 1 more, and no other" in said
    assert str(OFFICES[office]) not in share.read_text() + said
    return share


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    """Return the identity file of whoever can open the archives."""
    path = tmp_path / "identity.txt"
    path.write_text(f"# kept offline\n{IDENTITY}\n")
    return path


def done(settings: Settings, *words: str | Path, **more: str) -> str:
    """Run a command that must succeed; return what it said."""
    ended = infobank(settings, *words, **more)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def refused(settings: Settings, *words: str | Path, **more: str) -> str:
    """Run a command that must fail; return the one line in which it says why."""
    ended = infobank(settings, *words, **more)
    assert ended.returncode == 1
    lines = [line for line in ended.stderr.splitlines() if line.startswith("infobank: ")]
    assert len(lines) == 1, ended.stderr
    return lines[0]


@pytest.fixture
def elsewhere(bank_server: BankServer, make_database, server: EmbeddedServer) -> Settings:
    """Return the settings of the same bank on two empty databases."""

    def url(which: Which) -> str:
        return server.url("{role}", make_database(which))

    return replace(
        bank_server.settings,
        records_url=url("records"),
        keys_url=url("keys"),
        keyservice=bank_server.settings.keyservice.with_name("elsewhere"),
    )


def count(settings: Settings, statement: str, roles=RECORDS) -> object:
    url = Databases(settings, None).url(roles, roles.owner).replace("+asyncpg", "")
    ((found,),) = asyncio.run(rows(url, statement))
    return found


def test_from_backup_to_replay(
    bank_server: BankServer, elsewhere: Settings, identity: Path, tmp_path: Path
):
    settings, folder = bank_server.settings, tmp_path / "archives"
    folder.mkdir()
    environment = {"INFOBANK_BACKUP_RECIPIENTS": RECIPIENT}
    for which in ("records", "keys"):
        said = done(settings, "backup", which, "--to", folder / which, **environment)
        assert f"{folder / which}: " in said
    assert "sound" in done(settings, "backup", "verify", folder / "keys", "--identity", identity)
    while bank_server.sequence():
        pass
    done(settings, "log", "copy", "--to", folder / "log")
    key = verifier_key(settings).text
    assert "SOUND" in done(settings, "log", "verify", folder / "log", "--key", key)

    for which in ("records", "keys"):
        words = ("restore", which, folder / which, "--identity", identity)
        assert "answers nothing yet" in done(elsewhere, *words)
    assert "answers nothing" in refused(
        elsewhere, "backup", "records", "--to", folder / "x", "--recipient", RECIPIENT
    )
    said = done(elsewhere, "restore", "replay", "--log", folder / "log")
    assert "The bank may be started." in said
    assert "replayed already" in refused(elsewhere, "restore", "replay", "--log", folder / "log")
    assert count(elsewhere, "SELECT count(*) FROM blocks") == count(
        settings, "SELECT count(*) FROM blocks"
    )


def test_a_backup_is_in_the_access_log(bank_server: BankServer, tmp_path: Path):
    done(
        bank_server.settings,
        *("backup", "keys", "--to", tmp_path / "keys", "--recipient", RECIPIENT, "--days", "3"),
    )
    found = bank_server.recorded(EntryKind.BACKUP)[-1]
    assert found.fields["database"] == "keys"
    assert found.fields["recipients"] == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--to", "{}/a"], "needs a recipient"),
        (["--to", "{}/a", "--recipient", "age1no"], "begins with age1"),
        (["--to", "{}/there", "--recipient", RECIPIENT], "never overwritten"),
        (["--to", "{}/a", "--recipient", RECIPIENT, "--threshold", "2"], "2 of 1 recipients"),
    ],
)
def test_a_backup_that_cannot_be_made_says_why(
    bank_server: BankServer, tmp_path: Path, words: list[str], why: str
):
    (tmp_path / "there").write_bytes(b"")
    typed = [word.format(tmp_path) for word in words]
    assert why in refused(bank_server.settings, "backup", "keys", *typed)
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_an_archive_for_two_of_three_comes_back_when_two_hand_on_their_shares(
    bank_server: BankServer, elsewhere: Settings, identity: Path, tmp_path: Path
):
    settings, archive = bank_server.settings, tmp_path / "records"
    done(settings, "backup", "records", *together("--to", archive))
    assert bank_server.recorded(EntryKind.BACKUP)[-1].fields["threshold"] == 2
    assert "2 of 3 together" in done(settings, "backup", "list", tmp_path)
    first, third = (opened_share(settings, archive, office) for office in (0, 2))

    words = ("restore", "records", archive, "--identity")
    said = refused(elsewhere, *words, first)
    assert "missing: 1 of " in said
    assert all(str(each.to_public()) in said for each in OFFICES[1:])
    assert "is no recipient" in refused(elsewhere, *words, first, "--identity", identity)
    done(elsewhere, *words, first, "--identity", third)
    for table in ("blocks", "consents"):
        statement = f"SELECT count(*) FROM {table}"
        assert count(elsewhere, statement) == count(settings, statement)
    # The bank went on and logged; the archive holds the log as it was.
    with archive.open("rb") as file:
        size = Head.parse(file.readline(LONGEST_HEAD)).log_size
    assert count(elsewhere, "SELECT count(*) FROM log_entries") == size


def test_an_archive_for_one_has_no_shares(bank_server: BankServer, identity: Path, tmp_path: Path):
    settings, archive = bank_server.settings, tmp_path / "keys"
    done(settings, "backup", "keys", "--to", archive, "--recipient", RECIPIENT)
    share = ("backup", "share", archive, "--identity", identity, "--to", tmp_path / "share")
    assert "opens it alone" in refused(settings, *share)
    assert not (tmp_path / "share").exists()


@contextmanager
def killed(settings: Settings, *words: str | Path, when, folder: Path) -> Iterator[None]:
    """Start a command, and kill it as soon as something is true."""
    with started(command(*words), environment_for(settings), folder / "said") as running:
        until(lambda: when() or running.process.poll() is not None, running.said)
        os.kill(running.pid, signal.SIGKILL)
        assert running.process.wait(20) == -signal.SIGKILL, running.said()
    yield


def test_kill_9_during_backup(bank_server: BankServer, elsewhere: Settings, tmp_path: Path):
    """Large enough that the command is in the middle of it when it dies."""
    name = elsewhere.records_url.partition("@/")[2].partition("?")[0]
    done(elsewhere, "db", "upgrade")
    asyncio.run(fill(EmbeddedDatabases(bank_server.databases.server, records=name), 20_000))
    folder = tmp_path / "archives"
    folder.mkdir()
    partial, words = folder / "one.partial", ("backup", "records", "--recipient", RECIPIENT, "--to")

    def begun() -> bool:
        return partial.exists() and partial.stat().st_size > 1_000_000

    with killed(elsewhere, *words, folder / "one", when=begun, folder=tmp_path):
        assert partial.exists()
    assert done(elsewhere, "backup", "list", folder) == ""
    done(elsewhere, *words, folder / "two")
    assert [path.name for path in folder.iterdir()] == ["two"]


def test_the_log_is_followed_until_told_to_stop(bank_server: BankServer, tmp_path: Path):
    words = ("log", "copy", "--to", tmp_path / "log", "--follow")
    with started(
        command(*words), environment_for(bank_server.settings), tmp_path / "said"
    ) as following:
        seen = set()
        for _ in range(2):
            bank_server.run(bank_server.bank.upkeep.announce_policies())
            while bank_server.sequence():
                pass
            size = bank_server.rows("SELECT max(size) FROM log_checkpoints")[0][0]
            until(lambda size=size: _size(tmp_path / "log") == size, following.said)
            seen.add(size)
        second = infobank(bank_server.settings, "log", "copy", "--to", tmp_path / "log")
        assert "another process" in second.stderr
        following.process.send_signal(signal.SIGTERM)
        assert following.process.wait(20) == 0
    assert len(seen) == 2


def _size(folder: Path) -> int:
    try:
        return int((folder / "checkpoint").read_text().splitlines()[1])
    except FileNotFoundError:
        return -1
