"""Root keys are replaced while the bank runs, and the old one is destroyed for good."""

import asyncio
from collections.abc import Iterator
from hashlib import sha256

import pytest
from bank_processes import until
from custody import Custody, custody_of
from running_bank import BankServer

from infobank.accesslog.entry import EntryKind
from infobank.cli.custody.epochs import ending, rotation
from infobank.db import keys
from infobank.entropy import SystemEntropy, new_uuid
from infobank.errors import ConflictError
from infobank.keystore.service.core import KeyCore
from infobank.vault.errors import SealBrokenError
from infobank.vault.keyring import new_resident_keys, shard_of
from infobank.vocabulary.identifiers import ResidentId


@pytest.fixture
def custody(bank_server: BankServer) -> Iterator[Custody]:
    """The keys of the running bank, with at most one epoch."""
    with custody_of(bank_server) as found:
        yield found


def sealed(server: BankServer) -> str:
    """Return the SHA-256 of every byte of data that is stored."""
    (row,) = server.rows(
        "SELECT string_agg(stored, '' ORDER BY resident_id, tag) AS everything FROM blocks"
    )
    (listed,) = server.rows(
        "SELECT string_agg(stored, '' ORDER BY resident_id) AS everything FROM manifests"
    )
    return sha256(row["everything"] + listed["everything"]).hexdigest()


def records(server: BankServer) -> list[object]:
    """Return every record of every resident."""
    bank = server.bank
    return [
        server.run(bank.holdings.records(home, category))
        for home in server.residents.values()
        for category in bank.policies.categories.values()
    ]


def refused(custody: Custody, resident: ResidentId) -> bool:
    """Tell whether the running service takes a resident's row for a broken seal."""
    try:
        custody.open(resident)
    except SealBrokenError:
        return True
    return False


def test_a3_rotating_changes_no_data_byte_and_everybody_is_readable_all_along(custody: Custody):
    server = custody.server
    before, stored = records(server), sealed(server)
    half = len(custody.rows("SELECT FROM resident_keys")) // 2
    custody.interrupt_after(half)
    under = {row["epoch"] for row in custody.rows("SELECT epoch FROM resident_keys")}
    assert len(under) == 2
    assert records(server) == before
    custody.rotate()
    assert {row["epoch"] for row in custody.rows("SELECT epoch FROM resident_keys")} == {max(under)}
    assert records(server) == before
    custody.end_epoch()
    assert records(server) == before
    assert sealed(server) == stored


def test_a4_a_key_of_an_ended_epoch_opens_no_more_while_the_service_runs(custody: Custody):
    home = custody.server.residents["hanako"]
    old = custody.row(home)
    custody.rotate()
    newer = custody.row(home)
    custody.end_epoch()
    custody.put_back(old)
    until(lambda: refused(custody, home), lambda: "the old key opens", 2)
    custody.put_back(newer)
    assert custody.open(home)
    assert "key_broken" in custody.alarms()


def test_each_step_of_an_epoch_is_in_the_log(custody: Custody):
    steps = ("what", "epoch")
    before = custody.said(EntryKind.KEY_EPOCH, *steps)
    (old,) = {row["epoch"] for row in custody.rows("SELECT epoch FROM resident_keys")}
    custody.rotate()
    custody.end_epoch()
    assert custody.said(EntryKind.KEY_EPOCH, *steps)[len(before) :] == [
        ("begun", old + 1),
        ("rewrapped", old),
        ("destroyed", old),
    ]


def test_a_resident_who_comes_during_the_rotation_is_not_left_behind(custody: Custody):
    """Keys that are added under the old epoch make its end wait, and are wrapped anew."""
    late = ResidentId(new_uuid(SystemEntropy()))

    async def race(core: KeyCore) -> bool:
        async with core.units() as adding:
            shard = await core.shards.open(await core.shards.epoch(), shard_of(late))
            _, wrapped = new_resident_keys(shard, late)
            await keys.add_resident_keys(adding, {late: wrapped})
            rotating = asyncio.create_task(rotation(core)(lambda _done, _total: None))
            while not await waiting(core):
                assert not rotating.done()
            await adding.commit()
        await rotating
        return bool(await core.open([late]))

    assert custody.with_core(race)
    _, newer = custody.epochs()
    assert custody.row(late)["epoch"] == newer


async def waiting(core: KeyCore) -> bool:
    """Tell whether somebody waits for a lock in the keys' database."""
    found = await core.units.direct.fetch(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock'"
    )
    return bool(found)


def test_no_key_is_added_under_an_epoch_that_was_left(custody: Custody):
    late = ResidentId(new_uuid(SystemEntropy()))

    async def add(core: KeyCore) -> None:
        old = await core.shards.epoch()
        shard = await core.shards.open(old, shard_of(late))
        _, wrapped = new_resident_keys(shard, late)
        await rotation(core)(lambda _done, _total: None)
        async with core.units() as adding:
            await keys.add_resident_keys(adding, {late: wrapped})
            await adding.commit()

    with pytest.raises(ConflictError):
        custody.with_core(add)
    assert custody.rows("SELECT FROM resident_keys WHERE resident_id = $1", late) == []


def test_the_running_service_makes_keys_in_the_very_second_in_which_the_epoch_changes(
    custody: Custody,
):
    async def make(core: KeyCore) -> list[ResidentId]:
        made = [ResidentId(new_uuid(SystemEntropy())) for _ in range(2)]
        await custody.keyservice.create(made[:1])  # the service has just asked for the epoch
        await rotation(core)(lambda _done, _total: None)
        await custody.keyservice.create(made[1:])
        return made

    first, second = custody.with_core(make)
    assert custody.row(first)["epoch"] == custody.row(second)["epoch"] == custody.epochs()[-1]


def test_erased_residents_are_wrapped_anew_and_stay_erased(custody: Custody):
    home = ResidentId(new_uuid(SystemEntropy()))
    custody.server.run(custody.keyservice.create([home]))
    custody.rows("UPDATE resident_keys SET wrapped_data = NULL WHERE resident_id = $1", home)
    log_key = custody.open(home).log_key()
    custody.rotate()
    row = custody.row(home)
    assert (row["epoch"], row["wrapped_data"]) == (custody.epochs()[-1], None)
    assert custody.open(home).log_key() == log_key


def test_what_is_out_of_turn_is_refused_and_changes_nothing(custody: Custody):
    before = custody.epochs()
    with pytest.raises(ConflictError, match="only one epoch lives"):
        custody.end_epoch()
    custody.interrupt_after(1)
    with pytest.raises(ConflictError, match="keys still hang"):
        custody.end_epoch()
    custody.rotate()
    with pytest.raises(ConflictError, match="waits for its end"):
        custody.rotate()
    with pytest.raises(ConflictError, match="no backup"):
        custody.with_core(lambda core: ending(core)())
    assert custody.epochs() == [*before, before[-1] + 1]


def test_two_rotations_at_once_are_one(custody: Custody):
    async def twice(core: KeyCore) -> list[object]:
        both = (rotation(core)(lambda _done, _total: None) for _ in range(2))
        return list(await asyncio.gather(*both, return_exceptions=True))

    assert sorted(type(each).__name__ for each in custody.with_core(twice)) == [
        "ConflictError",
        "int",
    ]
    assert len(custody.epochs()) == 2


def test_a_wrapped_key_that_was_changed_stops_the_rotation(custody: Custody):
    home = custody.server.residents["hanako"]
    row = custody.row(home)
    custody.rows("UPDATE resident_keys SET wrapped_log = wrapped_data WHERE resident_id = $1", home)
    with pytest.raises(SealBrokenError):
        custody.rotate()
    custody.put_back(row)
    custody.rotate()
    assert custody.open(home)
