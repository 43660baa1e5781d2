"""What must outlive an erasure is opened by two holders together, until its time is over."""

import asyncio
import json
import shutil
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess
from uuid import UUID, uuid4

import asyncpg
import pytest
from bank_processes import infobank
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from running_bank import settings_for

from infobank.accesslog.entry import Entry, EntryKind
from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.app.keyservice import serve_keys
from infobank.app.processes import open_sequencer
from infobank.cli.custody.retention import open_daily
from infobank.clock import ShiftedClock
from infobank.config import Settings
from infobank.db.embedded import EmbeddedDatabases, EmbeddedServer
from infobank.db.postgres.migrate import upgrade
from infobank.db.postgres.roles import DATABASES, Which
from infobank.errors import InvalidInputError, NotFoundError
from infobank.keystore.privatefile import create_private_file
from infobank.usecases.bank import Bank
from infobank.usecases.custody.provision import OpenProvision, ProvisionRecord
from infobank.vault.ending.receipt import LogKey, SignedReceipt
from infobank.vault.errors import KeyMissingError
from infobank.vocabulary.identifiers import ResidentId

THREE_YEARS = timedelta(days=3 * 365 + 3)


@dataclass(frozen=True)
class HeldBank:
    """A bank whose escrow has holders, with their keys' files."""

    settings: Settings
    databases: EmbeddedDatabases
    keys: tuple[Path, ...]

    async def row(self, statement: str, *arguments: object) -> asyncpg.Record | None:
        """Return a row of the keys' database."""
        connection = await asyncpg.connect(self.databases.libpq("infobank_keys_owner"))
        try:
            return await connection.fetchrow(statement, *arguments)
        finally:
            await connection.close()

    async def log_key(self, resident: ResidentId) -> bytes | None:
        """Return the bank's own copy of a resident's log key, wrapped."""
        found = await self.row(
            "SELECT wrapped_log FROM resident_keys WHERE resident_id = $1", resident
        )
        return found["wrapped_log"] if found else None

    async def daily(self, shift: timedelta = timedelta(0)) -> None:
        """Do a day's work."""
        found = Databases(self.settings, None)
        async with open_daily(self.settings, found, ShiftedClock(shift)) as daily:
            await daily()


@pytest.fixture
def own_databases(
    server: EmbeddedServer, make_database: Callable[[Which], str], migrations: Path
) -> EmbeddedDatabases:
    """Databases of the one test, which has root keys of its own."""
    names = {which: make_database(which) for which in DATABASES}
    for which, roles in DATABASES.items():
        asyncio.run(upgrade(server.url(roles.owner, names[which]), which, migrations))
    return EmbeddedDatabases(server, records=names["records"], keys=names["keys"])


@pytest.fixture
def without_holders(own_databases: EmbeddedDatabases, tmp_path: Path) -> HeldBank:
    """A bank that has no holders yet."""
    databases = own_databases
    settings = settings_for(databases, tmp_path / "bank", "http://localhost:1")
    folder = Path(shutil.copytree(settings.policies, tmp_path / "policies"))
    keys = tuple(tmp_path / f"holder-{number}.pem" for number in range(3))
    return HeldBank(replace(settings, policies=folder), databases, keys)


@pytest.fixture
def bank_of_holders(without_holders: HeldBank) -> HeldBank:
    name_holders(without_holders)
    return without_holders


def name_holders(held: HeldBank) -> None:
    """Make three holders' keys, and name the holders in the policies."""
    lines = []
    for path in held.keys:
        public = b64encode(new_key(path).public_key().public_bytes_raw()).decode()
        lines += ["[[holder]]", f'name = "{path.stem}"', f'key = "{public}"']
    (held.settings.policies / "holders.toml").write_text("\n".join(lines))


def new_key(path: Path) -> X25519PrivateKey:
    """Make a holder's key in a file."""
    key = X25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    create_private_file(path, pem)
    return key


def key_in(path: Path) -> X25519PrivateKey:
    """Return the key in a holder's file."""
    key = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, X25519PrivateKey)
    return key


async def opened(bank: Bank, receipt: UUID, *keys: Path) -> list[ProvisionRecord]:
    """Open provision records with two holders' keys."""
    erase = bank.erase
    opening = OpenProvision(erase.units, erase.keyservice, erase.record, erase.clock, erase.tenant)
    one, other = map(key_in, keys)
    return await opening(receipt, (one, other))


@asynccontextmanager
async def running(held: HeldBank) -> AsyncIterator[Bank]:
    found = Databases(held.settings, None)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serve_keys(held.settings, found))
        yield await stack.enter_async_context(open_bank(held.settings, found))


async def provided(bank: Bank) -> ResidentId:
    """Return a resident of whom something went to a provider."""
    home = (await bank.enrol("town", [str(uuid4())], create=True)).popitem()[1]
    shown = {"provider": str(uuid4()), "purpose": "health_promotion", "mode": "records"}
    permit = Entry(EntryKind.PERMIT, bank.clock.now(), home, shown, {"fields": "steps"})
    own = Entry(EntryKind.OWN_READ, bank.clock.now(), home, {"category": "profile"}, {})
    async with bank.erase.units() as unit:
        await bank.erase.record(unit, permit, own)
        await unit.commit()
    return home


async def sequence(held: HeldBank) -> None:
    async with open_sequencer(held.settings, Databases(held.settings, None)) as (_, step):
        await step()


async def test_two_holders_open_provision_records_and_nobody_else(bank_of_holders: HeldBank):
    held = bank_of_holders
    async with running(held) as bank:
        home = await provided(bank)
        await sequence(held)
        receipt = (await bank.erase(home)).receipt
        assert (receipt.log_key, receipt.holders) == (LogKey.ESCROWED, 3)
        assert receipt.provision_until is not None
        # The bank itself has no copy left.
        assert await held.log_key(home) is None
        with pytest.raises(KeyMissingError):
            await bank.history(home)
        one, two, three = held.keys
        for pair in ((one, two), (three, one)):
            (record,) = await opened(bank, receipt.receipt_id, *pair)
            assert record.kind is EntryKind.PERMIT
            assert (record.fields["fields"], record.fields["mode"]) == ("steps", "records")
        stranger = one.with_name("stranger.pem")
        new_key(stranger)
        for wrong in ((one, one), (stranger, one)):
            with pytest.raises(InvalidInputError, match="two different holders"):
                await opened(bank, receipt.receipt_id, *wrong)
        with pytest.raises(NotFoundError):
            await opened(bank, uuid4(), one, two)
        await sequence(held)
        acts = [each for each in await bank.inspect() if each.kind is EntryKind.STAFF_ACT]
        assert [each.fields["what"] for each in acts] == ["provision_opened"] * 2
        assert {each.fields["receipt"] for each in acts} == {str(receipt.receipt_id)}


async def test_holders_make_their_keys_and_open_by_command(without_holders: HeldBank):
    held = without_holders
    policies = {"INFOBANK_POLICIES": str(held.settings.policies)}
    lines = []
    for path in held.keys[:2]:
        made = infobank(held.settings, "keys", "escrow", "make", path)
        assert made.returncode == 0, made.stderr
        assert path.stat().st_mode & 0o777 == 0o600
        lines += ["[[holder]]", f'name = "{path.stem}"', made.stdout.splitlines()[0]]
    (held.settings.policies / "holders.toml").write_text("\n".join(lines))
    assert "holder-1" in infobank(held.settings, "keys", "escrow", "holders", **policies).stdout
    async with running(held) as bank:
        number = str((await bank.erase(await provided(bank))).receipt.receipt_id)

    def by(*keys: Path) -> CompletedProcess[str]:
        words = [word for key in keys for word in ("--holder-key", str(key))]
        return infobank(held.settings, "keys", "escrow", "open", number, *words, **policies)

    printed = [json.loads(line) for line in by(*held.keys[:2]).stdout.splitlines()]
    assert [each["kind"] for each in printed] == ["permit"]
    alone = by(held.keys[0])
    assert (alone.returncode, alone.stdout) == (1, "")
    assert "two holders open it together" in alone.stderr


async def test_provision_records_die_when_their_time_is_over(bank_of_holders: HeldBank):
    held = bank_of_holders
    async with running(held) as bank:
        home = await provided(bank)
        until = (await bank.erase(home)).receipt.provision_until
        assert until is not None
        escrow = "SELECT keep_until FROM escrows WHERE resident_id = $1"
        await held.daily()
        found = await held.row(escrow, home)
        assert found is not None
        assert found["keep_until"] == until
    found_late = Databases(held.settings, None)
    async with serve_keys(held.settings, found_late, ShiftedClock(THREE_YEARS)):
        await held.daily(THREE_YEARS)
        assert await held.row(escrow, home) is None
        async with open_bank(held.settings, found_late) as bank:
            assert await bank.erase.keyservice.escrow(home) is None


async def test_log_keys_wait_for_holders_and_are_given_to_them(without_holders: HeldBank):
    held = without_holders
    async with running(held) as bank:
        home = await provided(bank)
        receipt = (await bank.erase(home)).receipt
        assert (receipt.log_key, receipt.holders) == (LogKey.KEPT, 0)
        assert await held.log_key(home) is not None
        # Kept is not given out: to the bank's own processes she is erased.
        with pytest.raises(KeyMissingError):
            await bank.history(home)
        assert await bank.erase.keyservice.escrow(home) is None
    name_holders(held)
    async with running(held) as bank:
        await held.daily()
        assert await held.log_key(home) is None
        assert len(await opened(bank, receipt.receipt_id, *held.keys[:2])) == 1


async def test_a_kept_log_key_dies_too_when_its_time_is_over(without_holders: HeldBank):
    held = without_holders
    async with running(held) as bank:
        home = await provided(bank)
        await bank.erase(home)
        await held.daily()
        assert await held.log_key(home) is not None
    async with serve_keys(held.settings, Databases(held.settings, None), ShiftedClock(THREE_YEARS)):
        await held.daily(THREE_YEARS)
        assert await held.log_key(home) is None


async def test_a_receipt_that_nobody_wrote_is_not_found(without_holders: HeldBank):
    async with running(without_holders) as bank:
        with pytest.raises(NotFoundError):
            await bank.erase.receipt(uuid4())
        signed = await bank.erase(await provided(bank))
        assert isinstance(signed, SignedReceipt)
        assert (await bank.erase.receipt(signed.receipt.receipt_id))[0] == signed
