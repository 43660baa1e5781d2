"""Records, consents and keys end when their time is over, and the log says so."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta

import asyncpg
import pytest
from newcomers import newcomer
from provider_client import register
from running_bank import SECONDS, BankServer, Loop

from infobank.accesslog.entry import Entry, EntryKind, EntryRef
from infobank.accounts.account import Role
from infobank.app.installation import Databases
from infobank.cli.custody.retention import Daily, open_daily
from infobank.clock import day_in
from infobank.errors import UnavailableError
from infobank.keystore.service.client import RemoteKeys
from infobank.keystore.service.wire import CARETAKER
from infobank.usecases.accesslog.history import Event
from infobank.usecases.custody.retain import Retained
from infobank.usecases.custody.trim import Trimmed
from infobank.usecases.vault.keyservice import Wanted, residents_digest
from infobank.vault.errors import KeyRefusedError
from infobank.vocabulary.category import Record
from infobank.vocabulary.identifiers import ResidentId

TRIPS = "trips"
CUT = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND pid IS NOT NULL"
KEPT_DAYS = 1096
"""What policies/retention.toml says of trips."""


def today(server: BankServer) -> date:
    return day_in(server.settings.zone, server.bank.clock.now())


def trips(*days: date) -> list[Record]:
    """Return a trip on each day."""
    return [Record(day, ("53394611", "53394622", "walk", 12, 9), 480) for day in days]


def carry_out(server: BankServer) -> Retained | None:
    """Carry today's retention out, as the daily process does."""

    async def once() -> Retained | None:
        async with open_daily(server.settings, Databases(server.settings, None)) as daily:
            assert isinstance(daily, Daily)
            return await daily.retain()

    return server.run(once())


@pytest.fixture(autouse=True)
def _another_day(bank_server: BankServer) -> None:
    """Let each test be the first of its day."""
    bank_server.rows("DELETE FROM retention_runs")


def held(server: BankServer, resident: ResidentId, category: str = TRIPS) -> list[date]:
    """Return the days of which the bank holds records of a category."""
    bank = server.bank
    records = server.run(bank.holdings.records(resident, bank.policies.category(category)))
    return [record.observed for record in records]


def blocks(server: BankServer, resident: ResidentId) -> dict[bytes, tuple[int, bytes]]:
    """Return a resident's stored blocks by tag: generation and bytes."""
    rows = server.rows(
        "SELECT tag, generation, stored FROM blocks WHERE resident_id = $1", resident
    )
    return {row["tag"]: (row["generation"], row["stored"]) for row in rows}


def retired(server: BankServer, resident: ResidentId) -> list[Event]:
    """Return what a resident's history says of retention."""
    server.sequence()
    found = server.run(server.bank.history(resident))
    return [event for event in found if event.kind is EntryKind.RETENTION]


def alarms(server: BankServer) -> int:
    server.sequence()
    query = "SELECT count(*) FROM log_entries WHERE position('\"alarm\"'::bytea IN shown) > 0"
    count: int = server.rows(query)[0][0]
    return count


def days_around(server: BankServer) -> tuple[date, date]:
    """Return the last day that is over and the first that is kept."""
    first = today(server) - timedelta(days=KEPT_DAYS)
    return first - timedelta(days=1), first


def test_records_go_when_their_time_is_over_and_no_others(bank_server: BankServer):
    server = bank_server
    last, first = days_around(server)
    long_ago, now = last - timedelta(days=400), today(server) - timedelta(days=1)
    steps = server.deposited("taro", "daily_activity")
    home = newcomer(
        server, "mover", {TRIPS: trips(long_ago, last, first, now), "daily_activity": steps}
    )
    before = blocks(server, home)
    done = carry_out(server)
    assert done is not None
    assert done.trimmed == Trimmed(records=2, residents=1)
    assert held(server, home) == [first, now]
    assert held(server, home, "daily_activity") == [record.observed for record in steps]
    after = blocks(server, home)
    # The oldest block went whole; what was partly over is a new generation; the rest is as it was.
    assert len(after) < len(before)
    assert sum(after[tag] != before[tag] for tag in after) == (last.month == first.month)
    (entry,) = retired(server, home)
    assert entry.fields["what"] == "records"
    assert (entry.fields["category"], entry.fields["records"]) == (TRIPS, 2)
    assert entry.fields["before"] == first.isoformat()
    server.rows("DELETE FROM retention_runs")
    again = carry_out(server)
    assert again is not None
    assert again.trimmed == Trimmed()
    assert blocks(server, home) == after


def test_a_days_run_is_carried_out_once(bank_server: BankServer):
    assert carry_out(bank_server) is not None
    assert carry_out(bank_server) is None


def test_a_category_that_ends_leaves_no_block(bank_server: BankServer):
    home = newcomer(bank_server, "leaver", {TRIPS: trips(days_around(bank_server)[0])})
    carry_out(bank_server)
    assert held(bank_server, home) == []
    assert blocks(bank_server, home) == {}
    late = {home: trips(today(bank_server) - timedelta(days=1))}
    category = bank_server.bank.policies.category(TRIPS)
    bank_server.run(bank_server.bank.deposit(category, "later", late))
    assert len(held(bank_server, home)) == 1


def test_a_legal_hold_keeps_records_whose_time_is_over(bank_server: BankServer):
    server, bank = bank_server, bank_server.bank
    last, _ = days_around(server)
    home = newcomer(server, "kept_mover", {TRIPS: trips(last)})
    stewards = [server.run(bank.hold.steward("steward"))]
    server.run(bank.sign_in.open_account("other_steward", Role.STEWARD))
    stewards.append(server.run(bank.hold.steward("other_steward")))
    hold = server.run(bank.hold(home, "case 1", stewards[0]))
    carry_out(server)
    assert held(server, home) == [last]
    for steward in stewards:
        server.run(bank.hold.release(hold.hold_id, steward))
    server.rows("DELETE FROM retention_runs")
    carry_out(server)
    assert held(server, home) == []


def test_one_broken_seal_keeps_nobody_else_waiting(bank_server: BankServer):
    server = bank_server
    last, first = days_around(server)
    broken = newcomer(server, "broken", {TRIPS: trips(last, first)})
    sound = newcomer(server, "sound", {TRIPS: trips(last, first)})
    server.rows(
        "UPDATE manifests SET stored = set_byte(stored, 60, get_byte(stored, 60) # 1) "
        "WHERE resident_id = $1",
        broken,
    )
    before = alarms(server)
    done = carry_out(server)
    assert done is not None
    assert done.trimmed.broken == 1
    assert held(server, sound) == [first]
    assert alarms(server) > before
    server.run(server.bank.erase(broken))


@contextmanager
def locked(server: BankServer, resident: ResidentId) -> Iterator[asyncpg.Connection]:
    """Hold a resident's row, so that whoever wants to change anything of hers waits."""
    loop = Loop()

    async def take() -> asyncpg.Connection:
        connection = await asyncpg.connect(server.databases.libpq("infobank_owner"))
        await connection.execute("BEGIN")
        await connection.execute(
            "SELECT 1 FROM residents WHERE resident_id = $1 FOR UPDATE", resident
        )
        return connection

    connection = loop.run(take())
    try:
        yield connection
    finally:
        with suppress(asyncpg.InterfaceError):
            loop.run(connection.close())
        loop.close()


def test_a_run_that_was_cut_off_goes_on(bank_server: BankServer):
    """Its connection is cut while it waits for a resident's row: nothing is half done."""
    server = bank_server
    last, first = days_around(server)
    homes = [newcomer(server, f"cut_{n}", {TRIPS: trips(last, first)}) for n in range(3)]
    before = {home: blocks(server, home) for home in homes}
    with locked(server, homes[1]):

        async def cut_off() -> None:
            async with open_daily(server.settings, Databases(server.settings, None)) as daily:
                run = asyncio.create_task(daily.retain())
                owner = await asyncpg.connect(server.databases.libpq("infobank_owner"))
                async with asyncio.timeout(SECONDS):
                    while not await owner.fetch(CUT):  # noqa: ASYNC110 - another process waits
                        await asyncio.sleep(0)
                await owner.close()
                with pytest.raises(UnavailableError):
                    await run

        server.run(cut_off())
    assert {home: blocks(server, home) for home in homes} == before
    for home in homes:
        assert held(server, home) == [last, first]
    done = carry_out(server)
    assert done is not None
    assert done.trimmed.residents == 3
    for home in homes:
        assert held(server, home) == [first]
        assert len(retired(server, home)) == 1


def test_a_run_goes_on_where_it_came_to(bank_server: BankServer):
    server = bank_server
    last, first = days_around(server)
    homes = sorted(newcomer(server, f"far_{n}", {TRIPS: trips(last, first)}) for n in range(2))
    server.rows(
        "INSERT INTO retention_runs (day, reached) VALUES ($1, $2)", today(server), homes[0]
    )
    carry_out(server)
    assert held(server, homes[0]) == [last, first]
    assert held(server, homes[1]) == [first]


def test_consents_that_ran_out_are_noted_and_in_the_end_forgotten(bank_server: BankServer):
    server, home = bank_server, newcomer(bank_server, "consenting")
    register(server).tokens("consenting")
    assert carry_out(server) is not None
    assert retired(server, home) == []
    end = (
        "UPDATE consents SET valid_until = now() - $2::interval, "
        "valid_from = now() - interval '9 years' WHERE resident_id = $1"
    )
    server.rows(end, home, timedelta(days=1))
    for times in (1, 2):
        server.rows("DELETE FROM retention_runs")
        done = carry_out(server)
        assert done is not None
        assert (done.ended, done.forgotten) == (int(times == 1), 0)
    (noted,) = retired(server, home)
    assert noted.fields["what"] == "consent_over"
    assert noted.fields["retention_days"] == 30
    # Thirty days the provider had to delete, and 1096 the bank remembers.
    for days, forgotten in ((30 + KEPT_DAYS - 1, 0), (30 + KEPT_DAYS + 1, 1)):
        server.rows(end, home, timedelta(days=days))
        server.rows("DELETE FROM retention_runs")
        done = carry_out(server)
        assert done is not None
        assert done.forgotten == forgotten
    assert server.rows("SELECT 1 FROM consents WHERE resident_id = $1", home) == []
    assert {event.fields["what"] for event in retired(server, home)} == {
        "consent_over",
        "consent_forgotten",
    }


def test_only_the_caretaker_opens_a_block_by_an_entry_of_retention(bank_server: BankServer):
    server, bank = bank_server, bank_server.bank
    home = newcomer(server, "guarded", {TRIPS: trips(today(server) - timedelta(days=1))})
    number = bank.policies.category(TRIPS).number

    async def recorded(kind: EntryKind) -> EntryRef:
        shown = {"category": TRIPS, "residents_digest": residents_digest([home])}
        async with bank.erase.units() as unit:
            (ref,) = await bank.erase.record(unit, Entry(kind, bank.clock.now(), None, shown, {}))
            await unit.commit()
        return ref

    async def tried() -> None:
        caretaker = RemoteKeys(server.settings.keyservice / CARETAKER)
        retention = Wanted(home, number, await recorded(EntryKind.RETENTION))
        deposit = Wanted(home, number, await recorded(EntryKind.DEPOSIT_BEGUN))
        try:
            assert await caretaker.retire([retention]) == await bank.erase.keyservice.release(
                [deposit]
            )
            with pytest.raises(KeyRefusedError):
                await bank.erase.keyservice.release([retention])
            with pytest.raises(KeyRefusedError):
                await caretaker.retire([deposit])
        finally:
            await caretaker.close()

    server.run(tried())


def test_retiring_a_decoys_records_sounds_no_alarm(bank_server: BankServer):
    server = bank_server
    last, first = days_around(server)
    decoy = newcomer(server, "nobody", {TRIPS: trips(last, first)})
    stored = blocks(server, decoy)

    async def mark() -> None:
        caretaker = RemoteKeys(server.settings.keyservice / CARETAKER)
        try:
            await caretaker.add_decoys([decoy])
        finally:
            await caretaker.close()

    server.run(mark())
    before = alarms(server)
    carry_out(server)
    assert blocks(server, decoy) != stored
    assert alarms(server) == before
