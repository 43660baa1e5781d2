"""A rotation, or the end of an epoch, that was killed goes on where it was."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from bank_processes import command, environment_for, infobank, started, until
from custody import Custody, custody_of
from running_bank import BankServer

from infobank.cli.custody.epochs import ending, rotation
from infobank.db.rotation import epochs
from infobank.entropy import SystemEntropy, new_uuid
from infobank.keystore.service.core import KeyCore
from infobank.vocabulary.identifiers import ResidentId

MANY = 40_000
"""Residents: enough batches for a kill to come between two of them."""


@pytest.fixture
def custody(bank_server: BankServer) -> Iterator[Custody]:
    """The keys of the running bank, with at most one epoch."""
    with custody_of(bank_server) as found:
        yield found


def test_a_killed_rotation_loses_nothing_and_goes_on(custody: Custody, tmp_path: Path):
    server = custody.server
    home = server.residents["hanako"]
    for _ in range(MANY // 10_000):
        people = [ResidentId(new_uuid(SystemEntropy())) for _ in range(10_000)]
        server.run(custody.keyservice.create(people))

    def under(epoch: int) -> int:
        (row,) = custody.rows("SELECT count(*) FROM resident_keys WHERE epoch = $1", epoch)
        return int(row[0])

    (old,) = custody.epochs()
    total = under(old)
    environment = environment_for(server.settings)
    with started(command("keys", "rotate"), environment, tmp_path / "said.txt") as rotating:
        until(lambda: under(old + 1), rotating.said)
        rotating.process.send_signal(signal.SIGKILL)
        rotating.process.wait()
    assert 0 < under(old) < total
    assert under(old) + under(old + 1) == total
    assert custody.open(home)
    assert custody.open(people[-1])
    again = infobank(server.settings, "keys", "rotate")
    assert again.returncode == 0, again.stderr
    assert under(old + 1) == total
    assert custody.epochs() == [old, old + 1]
    assert custody.open(home)


def test_a_root_key_made_before_a_kill_is_the_next_epochs(custody: Custody):
    async def killed(core: KeyCore) -> int:
        return await core.shards.roots.create_epoch()

    made = custody.with_core(killed)
    custody.rotate()
    assert custody.epochs()[-1] == made


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_an_end_that_was_killed_after_any_step_is_ended_again(custody: Custody, steps: int):
    home = custody.server.residents["hanako"]
    old = custody.epochs()[-1]

    async def killed(core: KeyCore) -> None:
        await rotation(core)(lambda _done, _total: None)
        await ending(core).verify(core.units)
        if steps > 0:
            await core.shards.roots.destroy_epoch(old)
        if steps > 1:
            async with core.units() as unit:
                await epochs.forget_wrapped(unit, old)
                await unit.commit()

    custody.with_core(killed)
    assert custody.open(home)
    assert custody.with_core(lambda core: ending(core)()) == old
    assert custody.epochs() == [old + 1]
    assert custody.rows("SELECT FROM shard_keys WHERE epoch <= $1", old) == []
    assert custody.rows("SELECT FROM bank_keys WHERE epoch <= $1", old) == []
    assert custody.open(home)


def test_the_service_starts_in_every_state_of_a_rotation(custody: Custody):
    home = custody.server.residents["hanako"]

    async def open_anew(core: KeyCore) -> int:
        return len(await core.open([home]))

    custody.interrupt_after(1)
    assert custody.with_core(open_anew) == 1
    custody.rotate()
    assert custody.with_core(open_anew) == 1
    custody.end_epoch()
    assert custody.with_core(open_anew) == 1
