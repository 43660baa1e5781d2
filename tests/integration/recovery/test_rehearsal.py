"""The whole drill: back a bank up, lose it, restore it, replay, and compare every record."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from archive_drill import IDENTITY, rows
from bank_processes import environment_for
from provider_client import register
from running_bank import SECONDS, BankServer

from infobank.accesslog.errors import LogTamperedError
from infobank.accesslog.verifier.log import verify_log
from infobank.accesslog.verifier.program import directory_reader
from infobank.app.bank import open_bank
from infobank.app.identity import verifier_key
from infobank.app.installation import Databases
from infobank.app.keyservice import open_keyservice, serve_keys
from infobank.app.processes import open_sequencer
from infobank.archives.logfolder import LogFolder
from infobank.cli.recovery.archiving import Backup, open_archive, write_archive
from infobank.cli.recovery.logcopy import copy_all
from infobank.cli.recovery.replaying import open_replay
from infobank.clock import SystemClock
from infobank.config import Settings
from infobank.consent.consent import Consent, ConsentState
from infobank.consent.ending.notice import Afterwards
from infobank.consent.ending.withdrawal import Scope
from infobank.consent.mandate import Conditions
from infobank.consent.terms import Terms
from infobank.db.embedded import EmbeddedServer
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.migrate import upgrade
from infobank.db.postgres.roles import DATABASES, KEYS, RECORDS
from infobank.db.recovery.restorations import barred
from infobank.db.unit import Units
from infobank.errors import ConflictError, InfobankError
from infobank.recovery.errors import ArchiveError, RestoredError
from infobank.usecases.bank import Bank
from infobank.usecases.recovery.logcopy import CopyLog, Elsewhere
from infobank.usecases.recovery.replay import Replayed
from infobank.usecases.recovery.restore import restore_into
from infobank.vocabulary.category import Record
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.standing import EVERYTHING

_NUMBERS = count()
KEEP = timedelta(days=14)
PROGRAM = Path(__file__).parents[2] / "drills" / "replay_and_die.py"

Records = dict[str, dict[str, list[Record]]]


async def copy_log(settings: Settings, folder: Path) -> int:
    url = Databases(settings, None).url(RECORDS, RECORDS.granted["backup"])
    units = Units(barred(create_engine(url, application="drill")))
    place = LogFolder(folder)
    elsewhere = Elsewhere(place.fetch, place.keep, place.drop)
    try:
        return await copy_all(CopyLog(units, verifier_key(settings), elsewhere))
    finally:
        await units.close()


async def back_up(settings: Settings, folder: Path) -> None:
    """Back up the records and then the keys, as an operator does."""
    for which in DATABASES:
        backup = Backup(which, (str(IDENTITY.to_public()),), SystemClock().now(), KEEP)
        await write_archive(settings, Databases(settings, None), backup, folder / which)


async def restore(settings: Settings, folder: Path, *which_ones: str) -> None:
    """Restore archives into empty databases, and bring the schema up, as an operator does."""
    found, now = Databases(settings, None), SystemClock().now()
    for which, roles in DATABASES.items():
        if which not in which_ones:
            continue
        url = found.url(roles, roles.owner)
        async with open_archive(folder / which, [folder / "identity"], which, settings) as archive:
            await restore_into(url, archive, settings.migrations, now, lambda _: None)
        await upgrade(url, which, settings.migrations)


async def replay(settings: Settings, folder: Path) -> Replayed:
    found = Databases(settings, None)
    async with open_replay(settings, found, folder / "log", SystemClock()) as replaying:
        return await replaying()


async def all_records(bank: Bank, residents: dict[str, ResidentId]) -> Records:
    """Return every record of every resident, by handle and category."""
    return {
        handle: {
            held.category.code: await bank.holdings.records(resident, held.category)
            for held in await bank.holdings(resident)
        }
        for handle, resident in residents.items()
    }


def empty_databases(server: EmbeddedServer, settings: Settings) -> Settings:
    """Return the settings of the same bank on two databases that have no table yet."""

    async def make(name: str, owner: str, database: str) -> None:
        connection = await asyncpg.connect(host=str(server.sockets), user=owner, database=database)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    urls = {}
    for which, roles in DATABASES.items():
        name = f"{roles.database}_drill_{next(_NUMBERS)}"
        asyncio.run(make(name, roles.owner, roles.database))
        urls[which] = server.url("{role}", name)
    return replace(
        settings,
        records_url=urls["records"],
        keys_url=urls["keys"],
        keyservice=settings.keyservice.with_name(f"drill{next(_NUMBERS)}"),
    )


@dataclass(frozen=True)
class Lost:
    """A bank that was lost: its archives, what it held at the backup, what came after."""

    settings: Settings
    folder: Path
    records: Records
    withdrawn: Consent
    shared: Consent
    narrowed: Consent
    kept: Consent
    erased: str
    restricted: str
    checkpoint: bytes
    server: EmbeddedServer
    residents: dict[str, ResidentId]


def consent(server: BankServer, handle: str) -> Consent:
    """Let a resident agree that the publication desk counts her steps."""
    bank, now = server.bank, server.bank.clock.now()
    desk = server.run(bank.register_provider.desk())
    (field,) = bank.policies.category("daily_activity").fields[:1]
    item = Item(
        "daily_activity",
        (field.name,),
        Period(server.last_day - timedelta(days=30), server.last_day),
    )
    terms = Terms(
        "open_statistics",
        OutputMode.STATISTICS,
        (item,),
        now,
        now + timedelta(days=100),
        30,
    )
    (given,) = server.run(bank.grant([server.residents[handle]], desk.provider_id, terms))
    return given


def service(server: BankServer, handle: str) -> Consent:
    """Let a resident agree to a service provider's request."""
    register(server).tokens(handle)
    return server.run(server.bank.review.of_resident(server.residents[handle]))[0][0]


@pytest.fixture(scope="module")
def lost(
    bank_server: BankServer, server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> Lost:
    """Run a bank, back it up, let life go on, and lose it."""
    folder, bank = tmp_path_factory.mktemp("elsewhere"), bank_server.bank
    (folder / "identity").write_text(f"# offline\n{IDENTITY}\n")
    residents = dict(bank_server.residents)
    first, second, third = list(residents)[:3]
    withdrawn, kept = consent(bank_server, first), consent(bank_server, second)
    shared, narrowed = service(bank_server, first), service(bank_server, first)
    walks = frozenset({"daily_activity"})
    conditions = Conditions("health", frozenset({"service"}), walks, OutputMode.RECORDS)
    until = bank.clock.now() + timedelta(days=100)
    mandate = bank_server.run(bank.mandates.give(residents[first], conditions, until))
    records = bank_server.run(all_records(bank, residents))
    bank_server.sequence()
    asyncio.run(copy_log(bank_server.settings, folder / "log"))
    bank_server.run(bank.upkeep.announce_policies())  # waits for its place at the backup
    asyncio.run(back_up(bank_server.settings, folder))

    bank_server.run(bank.withdraw(residents[first], withdrawn.consent_id))
    bank_server.run(
        bank.withdraw(residents[first], shared.consent_id, GivenBy.SELF, Afterwards.DELETE)
    )
    steps = Scope(narrowed.consent_id, category="daily_activity", fields=frozenset({"steps"}))
    bank_server.run(bank.withdraw.all_of(residents[first], steps, GivenBy.SELF, Afterwards.DELETE))
    bank_server.run(bank.mandates.change.stop(residents[first], mandate.mandate_id))
    bank_server.run(bank.rights.stop.restrict(residents[second], GivenBy.SELF, EVERYTHING))
    bank_server.run(bank.rights.close(residents[third], GivenBy.SELF, sure=True))
    bank_server.run(bank.enrol("drill", ["newcomer"], create=True, synthetic=True))
    consent(bank_server, second)
    while bank_server.sequence():
        pass
    asyncio.run(copy_log(bank_server.settings, folder / "log"))
    return Lost(
        settings=bank_server.settings,
        folder=folder,
        records=records,
        withdrawn=withdrawn,
        shared=shared,
        narrowed=narrowed,
        kept=kept,
        erased=third,
        restricted=second,
        checkpoint=(folder / "log" / "checkpoint").read_bytes(),
        server=server,
        residents=residents,
    )


@dataclass(frozen=True)
class Back:
    """The bank after restore and replay, running again."""

    settings: Settings
    told: Replayed
    bank: Bank
    server: BankServer


@pytest.fixture(scope="module")
def back(lost: Lost, bank_server: BankServer) -> Iterator[Back]:
    """Restore both archives elsewhere, replay, and open the bank."""
    settings = empty_databases(lost.server, lost.settings)
    asyncio.run(restore(settings, lost.folder, "records", "keys"))
    told = asyncio.run(replay(settings, lost.folder))
    with opened_bank(settings, bank_server) as bank:
        yield Back(settings, told, bank, bank_server)


@contextmanager
def opened_bank(settings: Settings, server: BankServer) -> Iterator[Bank]:
    """Open a bank beside the running one, with a key service of its own."""
    found = Databases(settings, None)
    with server.loop.holding(serve_keys(settings, found)):
        holding = open_bank(settings, found)
        bank = server.run(holding.__aenter__())
        try:
            yield bank
        finally:
            server.run(holding.__aexit__(None, None, None))


def test_every_record_of_every_resident_comes_back(lost: Lost, back: Back):
    residents = {name: each for name, each in lost.residents.items() if name != lost.erased}
    found = back.server.run(all_records(back.bank, residents))
    expected = {name: each for name, each in lost.records.items() if name != lost.erased}
    assert sum(len(each) for kinds in expected.values() for each in kinds.values()) > 1000
    assert found == expected


def test_who_was_erased_since_is_erased_again(lost: Lost, back: Back):
    resident = lost.residents[lost.erased]
    assert back.told.repeated.erased == 1
    with pytest.raises(InfobankError):
        back.server.run(back.bank.holdings(resident))
    found = Databases(back.settings, None)
    url = found.url(KEYS, KEYS.owner).replace("+asyncpg", "")
    statement = f"SELECT wrapped_data FROM resident_keys WHERE resident_id = '{resident}'"
    assert asyncio.run(rows(url, statement)) == [(None,)]
    records = found.url(RECORDS, RECORDS.owner).replace("+asyncpg", "")
    for table in ("blocks", "manifests", "residents", "consents"):
        statement = f"SELECT * FROM {table} WHERE resident_id = '{resident}'"
        assert asyncio.run(rows(records, statement)) == []


def test_what_was_withdrawn_since_is_withdrawn_again(lost: Lost, back: Back):
    def state(consent: Consent, handle: str) -> ConsentState:
        resident = lost.residents[handle]
        held = back.server.run(back.bank.review.of_resident(resident))
        (found,) = [each for each, _ in held if each.consent_id == consent.consent_id]
        return found.state(back.bank.clock.now())

    first, second, _ = list(lost.residents)[:3]
    assert state(lost.withdrawn, first) is ConsentState.WITHDRAWN
    assert state(lost.kept, second) is ConsentState.LIVE
    assert back.told.repeated.withdrawn >= 1


def test_what_was_narrowed_since_is_ended_for_an_entry_holds_not_every_term(lost: Lost, back: Back):
    resident = next(iter(lost.residents.values()))
    found, _ = back.server.run(back.bank.review.one(resident, lost.narrowed.consent_id))
    assert found.state(back.bank.clock.now()) is ConsentState.WITHDRAWN


def test_a_mandate_that_was_stopped_since_is_stopped_again(lost: Lost, back: Back):
    resident = next(iter(lost.residents.values()))
    (found,) = back.server.run(back.bank.mandates.reach.of_resident(resident))
    assert found.stopped_at is not None


def test_the_recipient_is_told_again_under_the_same_name(lost: Lost, back: Back):
    resident = next(iter(lost.residents.values()))

    def told(server: Bank) -> list[tuple[object, ...]]:
        found = back.server.run(server.notices.follow.aftermath(resident, lost.shared.consent_id))
        return [(each.notice.notice_id, each.notice.deadline, each.notice.items) for each in found]

    assert len(told(back.bank)) == 1
    assert told(back.bank) == told(back.server.bank)


def test_what_was_restricted_since_is_restricted_again(lost: Lost, back: Back):
    resident = lost.residents[lost.restricted]
    ((held, _),) = back.server.run(back.bank.review.of_resident(resident))
    assert held.standing.freezes("daily_activity")


def test_what_is_lost_is_counted(back: Back):
    lost = back.told.repeated.lost
    assert lost["key_created"] == 1
    assert lost["consent_given"] == 1
    assert back.told.unkeyed == 0


def test_the_log_goes_on_where_the_copy_ends_and_auditors_see_no_break(lost: Lost, back: Back):
    """What was signed before the loss is a part of what is signed after the replay."""

    async def sequence() -> int:
        found = Databases(back.settings, None)
        async with open_sequencer(back.settings, found) as (_, step):
            return await step()

    assert back.told.appended > 0
    assert back.server.run(sequence()) > 0
    again = lost.folder / "again"
    asyncio.run(copy_log(back.settings, again))
    key = verifier_key(back.settings)
    result = verify_log(directory_reader(again), key, lost.checkpoint)
    assert result.findings == ()
    assert b'"kind","restore"' in b"".join(
        path.read_bytes() for path in (again / "shown").rglob("*") if path.is_file()
    )
    # The copy that was kept goes on with the restored log, too.
    assert asyncio.run(copy_log(back.settings, lost.folder / "log")) > 0


def test_nobody_stays_signed_in_and_no_token_lives(back: Back):
    url = Databases(back.settings, None).url(RECORDS, RECORDS.owner).replace("+asyncpg", "")
    for table in ("sessions", "requests", "codes", "tokens"):
        assert asyncio.run(rows(url, f"SELECT * FROM {table}")) == []


def test_a_bank_that_was_replayed_is_not_replayed_twice(lost: Lost, back: Back):
    with pytest.raises(ConflictError, match="replayed already"):
        asyncio.run(replay(back.settings, lost.folder))


def test_before_the_replay_nobody_is_let_in(lost: Lost, tmp_path: Path):
    settings = empty_databases(lost.server, lost.settings)
    asyncio.run(restore(settings, lost.folder, "records", "keys"))
    found = Databases(settings, None)

    async def serve() -> None:
        async with serve_keys(settings, found):
            pass

    async def connect(role: str) -> None:
        engine = barred(create_engine(found.url(RECORDS, role), application="drill"))
        try:
            async with engine.connect():
                pass
        finally:
            await engine.dispose()

    async def open_core() -> None:
        async with open_keyservice(settings, found):
            pass

    for role in RECORDS.granted.values():
        with pytest.raises(RestoredError):
            asyncio.run(connect(role))
    with pytest.raises(RestoredError):
        asyncio.run(open_core())
    with pytest.raises(RestoredError):
        asyncio.run(serve())
    with pytest.raises(RestoredError):
        asyncio.run(back_up(settings, tmp_path))
    assert list(tmp_path.iterdir()) == []


def replay_and_die(settings: Settings, log: Path, number: int, when: str) -> int:
    """Replay in a process that dies at its commit of a number; return how it ended."""
    return subprocess.run(
        [sys.executable, PROGRAM, log, str(number), when],
        env=environment_for(settings),
        stdin=subprocess.DEVNULL,
        timeout=SECONDS,
        check=False,
    ).returncode


@pytest.mark.timeout(900)  # one process a commit
def test_a_replay_killed_at_any_of_its_commits_is_done_by_the_next_one(lost: Lost):
    """Kill -9 before a first commit, after a second, and so on, until none is left to die at."""
    settings = empty_databases(lost.server, lost.settings)
    asyncio.run(restore(settings, lost.folder, "records", "keys"))
    killed = 0
    for number, when in zip(count(1), cycle(("before", "after"))):
        ended = replay_and_die(settings, lost.folder / "log", number, when)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        killed += 1
    assert killed > 3
    for roles, statement, expected in (
        (KEYS, "SELECT count(*) FROM resident_keys WHERE erased_at IS NOT NULL", 1),
        (KEYS, "SELECT count(*) FROM restorations WHERE replayed_at IS NULL", 0),
        (RECORDS, "SELECT count(*) FROM restorations WHERE replayed_at IS NULL", 0),
    ):
        url = Databases(settings, None).url(roles, roles.owner).replace("+asyncpg", "")
        assert asyncio.run(rows(url, statement)) == [(expected,)]
    with pytest.raises(ConflictError, match="replayed already"):
        asyncio.run(replay(settings, lost.folder))


def test_two_replays_at_once_do_not_both_run(lost: Lost):
    settings = empty_databases(lost.server, lost.settings)
    asyncio.run(restore(settings, lost.folder, "records", "keys"))

    async def both() -> list[object]:
        found, outcomes = Databases(settings, None), []
        async with (
            open_replay(settings, found, lost.folder / "log", SystemClock()) as one,
            open_replay(settings, found, lost.folder / "log", SystemClock()) as other,
        ):
            outcomes = await asyncio.gather(one(), other(), return_exceptions=True)
        return list(outcomes)

    outcomes = asyncio.run(both())
    assert sorted(type(each).__name__ for each in outcomes) == ["ConflictError", "Replayed"]


@pytest.mark.parametrize("which", ["records", "keys"])
def test_one_database_alone_may_be_restored(lost: Lost, bank_server: BankServer, which: str):
    """The other one is as it was when it was lost: later than the archive, by a deposit."""
    handle = next(iter(lost.residents))
    resident, category = lost.residents[handle], "daily_activity"
    before = lost.records[handle][category]
    newest = before[-1]._replace(observed=before[-1].observed + timedelta(days=1))
    deposit = bank_server.bank.deposit
    kind = bank_server.bank.policies.category(category)
    bank_server.run(deposit(kind, "drill", {resident: [newest]}))
    settings = empty_databases(lost.server, lost.settings)
    late = lost.folder / f"late-{which}"
    late.mkdir()
    asyncio.run(back_up(lost.settings, late))
    (late / "identity").write_text(str(IDENTITY))
    other = next(name for name in DATABASES if name != which)
    asyncio.run(restore(settings, late, other))
    owner = DATABASES[other].owner
    url = Databases(settings, None).url(DATABASES[other], owner).replace("+asyncpg", "")
    asyncio.run(rows(url, "UPDATE restorations SET replayed_at = restored_at"))
    asyncio.run(restore(settings, lost.folder, which))
    told = asyncio.run(replay(settings, lost.folder))
    assert told.restored == (which,)
    assert told.realigned >= 1
    with opened_bank(settings, bank_server) as bank:
        found = bank_server.run(bank.holdings.records(resident, kind))
        assert found == (before if which == "records" else [*before, newest])
        with pytest.raises(InfobankError):
            bank_server.run(bank.holdings(lost.residents[lost.erased]))
    for roles, statement in (
        (KEYS, "SELECT wrapped_data FROM resident_keys WHERE resident_id = '{}'"),
        (RECORDS, "SELECT max(generation) FROM blocks WHERE resident_id = '{}'"),
    ):
        url = Databases(settings, None).url(roles, roles.owner).replace("+asyncpg", "")
        erased = statement.format(lost.residents[lost.erased])
        assert asyncio.run(rows(url, erased)) == [(None,)]


def test_a_copy_of_another_log_or_an_older_one_opens_nothing(lost: Lost, tmp_path: Path):
    settings = empty_databases(lost.server, lost.settings)
    asyncio.run(restore(settings, lost.folder, "records", "keys"))
    with pytest.raises(InfobankError):
        asyncio.run(replay(settings, tmp_path))
    (tmp_path / "log").mkdir()
    changed = tmp_path / "log" / "checkpoint"
    changed.write_bytes(lost.checkpoint)
    with pytest.raises(LogTamperedError):
        asyncio.run(replay(settings, tmp_path))
    url = Databases(settings, None).url(RECORDS, RECORDS.owner).replace("+asyncpg", "")
    standing = "SELECT count(*) FROM restorations WHERE replayed_at IS NULL"
    assert asyncio.run(rows(url, standing)) == [(1,)]


def test_an_archive_of_the_other_kind_or_of_another_bank_is_refused(lost: Lost):
    async def open_as(which: str, settings: Settings) -> None:
        identity = lost.folder / "identity"
        async with open_archive(lost.folder / "keys", [identity], which, settings):
            pass

    with pytest.raises(ArchiveError, match="archive of keys, not of records"):
        asyncio.run(open_as("records", lost.settings))
    another = replace(lost.settings, tenant=UUID(int=1))
    with pytest.raises(ArchiveError, match="another bank"):
        asyncio.run(open_as("keys", another))


def test_h3_no_archive_and_no_copy_names_a_resident_or_shows_a_value(lost: Lost):
    wanted = [resident.bytes for resident in lost.residents.values()]
    wanted += [str(resident).encode() for resident in lost.residents.values()]
    wanted += [handle.encode() for handle in lost.residents]
    for which in DATABASES:
        raw = (lost.folder / which).read_bytes()
        assert len(raw) > 1000
        assert not [each for each in wanted if each in raw]
    shown = [
        path.read_bytes()
        for part in ("shown", "tile")
        for path in (lost.folder / "log" / part).rglob("*")
        if path.is_file()
    ]
    assert shown
    assert not [each for each in wanted for raw in shown if each in raw]
