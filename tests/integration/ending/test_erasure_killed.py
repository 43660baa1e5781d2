"""kill -9 in the middle of an erasure: what was begun is finished, what was not never was."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from bank_processes import environment_for, infobank, started, until
from erase_and_die import STEPS
from newcomers import newcomer
from provider_client import register
from running_bank import SECONDS, BankServer

from infobank.app.installation import Databases
from infobank.cli.custody.retention import open_daily
from infobank.errors import UnavailableError
from infobank.vault.ending.receipt import LogKey
from infobank.vocabulary.identifiers import ResidentId

AGED = "UPDATE erasures SET begun_at = begun_at - interval '5 minutes' WHERE done_at IS NULL"
CUT = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND pid IS NOT NULL"
PROGRAM = Path(__file__).parents[2] / "drills" / "erase_and_die.py"


def erase_and_die(server: BankServer, resident: ResidentId, step: str) -> int:
    """Run an erasure in a process of its own that dies at a step; return how it ended."""
    return subprocess.run(
        [sys.executable, PROGRAM, str(resident), step],
        env=environment_for(server.settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        timeout=SECONDS,
        check=False,
    ).returncode


def carry_on(server: BankServer) -> int:
    """Do the daily work as if minutes had passed; return how many erasures went on."""

    async def once() -> int:
        async with open_daily(server.settings, Databases(server.settings, None)) as daily:
            return await daily.erase.finish_interrupted()

    server.rows(AGED)
    return server.run(once())


def entries(server: BankServer, resident: ResidentId) -> int:
    """Return how many entries the log has about a resident."""
    server.sequence()
    query = "SELECT count(*) FROM log_entries WHERE resident_id = $1"
    count: int = server.rows(query, resident)[0][0]
    return count


def whole(server: BankServer, resident: ResidentId) -> bool:
    """Tell whether a resident is as she was: she signs in, and her records open."""
    bank, category = server.bank, server.bank.policies.category("daily_activity")
    return bool(server.run(bank.holdings.records(resident, category)))


def test_the_program_erases_when_nothing_kills_it(bank_server: BankServer):
    home = newcomer(bank_server, "unharmed")
    assert erase_and_die(bank_server, home, "never") == 0
    assert bank_server.run(bank_server.bank.erase.keyservice.open([home]))[home].erased


@pytest.mark.parametrize("step", STEPS)
def test_an_erasure_killed_at_any_step_is_whole_or_carried_on(bank_server: BankServer, step: str):
    server = bank_server
    handle = step.replace(" ", "_")
    home = newcomer(server, handle)
    token = register(server).tokens(handle)["access_token"]
    assert token
    assert erase_and_die(server, home, step) == -signal.SIGKILL
    if step == STEPS[0]:
        assert whole(server, home)
        assert carry_on(server) == 0
        assert whole(server, home)
        return
    # From the intent on nobody comes in again, whatever the rest waits for.
    opening = server.run(server.bank.erase.keyservice.open([home]))[home]
    assert opening.erased == (STEPS.index(step) >= STEPS.index("after the key is destroyed"))
    assert server.rows("SELECT 1 FROM accounts WHERE resident_id = $1", home) == []
    assert server.rows("SELECT 1 FROM tokens WHERE resident_id = $1", home) == []
    assert carry_on(server) == (step != STEPS[-1])
    assert carry_on(server) == 0
    signed = server.run(server.bank.erase(home))
    public = server.run(server.bank.erase.keyservice.receipt_key())
    assert signed.check(public).log_key is LogKey.DESTROYED
    assert server.run(server.bank.erase.keyservice.open([home]))[home].erased
    for table in ("blocks", "manifests", "consents", "residents", "source_links"):
        assert server.rows(f"SELECT 1 FROM {table} WHERE resident_id = $1", home) == []
    before = entries(server, home)
    server.run(server.bank.erase(home))
    assert entries(server, home) == before


def test_an_erasure_whose_key_service_is_away_is_carried_on_when_it_is_back(
    bank_server: BankServer,
):
    """The key service's own connections are cut while it destroys: nothing is half done."""
    server = bank_server
    home = newcomer(server, "cut")

    async def cut_off() -> None:
        address = server.databases.libpq("infobank_keys_owner")
        holder, owner = await asyncpg.connect(address), await asyncpg.connect(address)
        try:
            # A lock on the row of the keys holds the destruction up until its connection is cut.
            await holder.execute("BEGIN")
            await holder.execute(
                "SELECT 1 FROM resident_keys WHERE resident_id = $1 FOR UPDATE", home
            )
            erasing = asyncio.create_task(server.bank.erase(home))
            async with asyncio.timeout(SECONDS):
                while not await owner.fetch(CUT):  # noqa: ASYNC110 - another process waits
                    await asyncio.sleep(0)
            with pytest.raises(UnavailableError):
                await erasing
        finally:
            await holder.close()
            await owner.close()

    server.run(cut_off())
    assert not server.run(server.bank.erase.keyservice.open([home]))[home].erased
    assert carry_on(server) == 1
    assert server.run(server.bank.erase.keyservice.open([home]))[home].erased


def test_the_daily_process_carries_interrupted_erasures_on(bank_server: BankServer, tmp_path: Path):
    server = bank_server
    home = newcomer(server, "left_behind")
    assert erase_and_die(server, home, "after the intent is durable") == -signal.SIGKILL
    server.rows(AGED)
    arguments = [sys.executable, "-m", "infobank", "daily"]
    with started(arguments, environment_for(server.settings), tmp_path / "daily.txt") as daily:
        done = "SELECT 1 FROM erasures WHERE resident_id = $1 AND done_at IS NOT NULL"
        until(lambda: server.rows(done, home), daily.said)
    assert server.run(server.bank.erase.keyservice.open([home]))[home].erased


def test_an_operator_carries_them_on_by_command(bank_server: BankServer):
    home = newcomer(bank_server, "by_command")
    assert erase_and_die(bank_server, home, "after the key is destroyed") == -signal.SIGKILL
    bank_server.rows(AGED)
    said = infobank(bank_server.settings, "retention")
    assert said.returncode == 0, said.stderr
    assert "erasures carried on     1" in said.stdout
