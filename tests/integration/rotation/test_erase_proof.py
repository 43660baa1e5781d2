"""An erasure is final in backups, too, once the epoch has ended: on restored archives."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from archive_drill import IDENTITY
from bank_processes import command, environment_for
from custody import Custody, custody_of
from running_bank import BankServer

from infobank.accesslog.entry import Entry, EntryKind
from infobank.cli.custody.epochs import ending
from infobank.cli.recovery.archiving import open_archive
from infobank.clock import SystemClock
from infobank.db.embedded import EmbeddedServer
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.roles import DATABASES, Which
from infobank.db.unit import Units
from infobank.errors import ConflictError
from infobank.keystore.rotation.copies import Copy
from infobank.keystore.rotation.proof import EraseProof, Fate, Proven
from infobank.keystore.service.core import KeyCore
from infobank.usecases.recovery.restore import restore_into
from infobank.vocabulary.identifiers import ResidentId

RECIPIENT = str(IDENTITY.to_public())

PATIENCE = 240
"""Seconds: a proof starts two PostgreSQL servers of its own."""


@pytest.fixture
def custody(bank_server: BankServer) -> Iterator[Custody]:
    """The keys of the running bank."""
    with custody_of(bank_server) as found:
        yield found


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    """The identity file of whoever can open the archives."""
    path = tmp_path / "identity.txt"
    path.write_text(f"{IDENTITY}\n")
    return path


def done(custody: Custody, *words: str | Path, status: int = 0) -> str:
    """Run a command that must end with a status; return what it said."""
    ended = subprocess.run(
        command(*words),
        env=environment_for(custody.server.settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == status, ended.stderr
    return ended.stdout + ended.stderr


def backup(custody: Custody, which: str, path: Path) -> Path:
    """Back a database up."""
    done(custody, "backup", which, "--to", path, "--recipient", RECIPIENT)
    return path


def destroy(custody: Custody, resident: ResidentId) -> None:
    """Destroy a resident's data key, against an entry that says so."""
    server = custody.server
    erase = server.bank.erase

    async def work() -> None:
        entry = Entry(EntryKind.ERASURE, server.bank.clock.now(), resident, {}, {})
        async with erase.units() as unit:
            (ref,) = await erase.record(unit, entry)
            await unit.commit()
        await custody.keyservice.destroy(resident, ref)

    server.run(work())


@dataclass(frozen=True)
class Drill:
    """Where archives are restored to: databases of the run's own server."""

    custody: Custody
    server: EmbeddedServer
    make_database: Callable[[Which], str]
    identity: Path

    def restored(self, which: Which, archive: Path) -> str:
        """Restore an archive; return the address of its database, for its owner."""
        settings, roles = self.custody.server.settings, DATABASES[which]
        url = self.server.url(roles.owner, self.make_database(which))

        async def work() -> None:
            async with open_archive(archive, [self.identity], which, settings) as opened:
                now = SystemClock().now()
                await restore_into(url, opened, settings.migrations, now, lambda _: None)

        self.custody.server.run(work())
        return url

    def prove(self, keys: str, records: str, erased: ResidentId) -> Proven:
        """Prove an erasure on restored databases, with the root keys of today."""

        async def work(core: KeyCore) -> Proven:
            both = [Units(create_engine(url, application="drill")) for url in (keys, records)]
            copy = Copy(both[0], core.shards.roots, core.tenant)
            try:
                return await EraseProof(copy, both[1], core.rules.policies, core.entropy)(
                    [erased], 3
                )
            finally:
                copy.wipe()
                for each in both:
                    await each.close()

        return self.custody.with_core(work)

    def verify(self, keys: str) -> int:
        """Show a restored backup to the end of the epoch."""

        async def work(core: KeyCore) -> int:
            units = Units(create_engine(keys, application="drill"))
            try:
                return await ending(core).verify(units)
            finally:
                await units.close()

        return self.custody.with_core(work)


@pytest.fixture
def drill(
    custody: Custody,
    server: EmbeddedServer,
    make_database: Callable[[Which], str],
    identity: Path,
) -> Drill:
    """Where archives are restored to."""
    return Drill(custody, server, make_database, identity)


def test_c2_yesterdays_backups_open_nobody_who_was_erased_once_the_epoch_has_ended(
    custody: Custody, drill: Drill, identity: Path, tmp_path: Path
):
    home = custody.server.residents["hanako"]
    yesterday = drill.restored("keys", backup(custody, "keys", tmp_path / "keys-yesterday"))
    archive = backup(custody, "records", tmp_path / "records-yesterday")
    records = drill.restored("records", archive)
    destroy(custody, home)
    # Until the epoch ends, whoever has yesterday's backup and the root key can read her.
    before = drill.prove(yesterday, records, home)
    assert (before.holds, before.erased) == (False, {home: Fate.ALIVE})
    assert before.living
    assert not before.lost

    done(custody, "keys", "rotate")
    with pytest.raises(ConflictError, match="before the rotation ended"):
        drill.verify(yesterday)
    fresh = backup(custody, "keys", tmp_path / "keys-fresh")
    said = done(custody, "keys", "end-epoch", "--backup", fresh, "--identity", identity)
    assert "is destroyed" in said

    dead = drill.prove(yesterday, records, home)
    assert dead.erased == {home: Fate.EPOCH_DESTROYED}
    assert dead.living == {}
    proven = drill.prove(drill.restored("keys", fresh), records, home)
    assert proven.erased == {home: Fate.ROW_ERASED}
    assert proven.living
    assert not proven.lost
    assert proven.holds


def test_the_proof_is_one_command(custody: Custody, identity: Path, tmp_path: Path):
    erased = custody.server.residents["taro"]
    destroy(custody, erased)
    keys = backup(custody, "keys", tmp_path / "keys")
    data = backup(custody, "records", tmp_path / "records")
    said = done(
        custody,
        *("keys", "erase-proof", "--keys-backup", keys, "--data-backup", data),
        *("--identity", identity, "--resident", str(erased), "--sample", "2"),
    )
    assert f"erased {erased}: dead: the data key is not in the backup" in said
    assert "others: 2 live" in said
    assert said.endswith("proven\n")
