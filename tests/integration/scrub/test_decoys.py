"""Decoys: residents who do not exist, and whom nobody opens but who looks around."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from bank_processes import infobank, until
from custody import Custody, custody_of
from provider_client import register
from running_bank import SOURCE, BankServer

from infobank.clock import day_in
from infobank.demo.city import make_city
from infobank.entropy import SystemEntropy
from infobank.vault.bankkeys import BankKeys, BankUse
from infobank.vault.envelope import new_key
from infobank.vault.secret import Secret
from infobank.vocabulary.identifiers import ResidentId

HOW_MANY = 3


@pytest.fixture(scope="module")
def custody(bank_server: BankServer) -> Iterator[Custody]:
    """The bank as it is."""
    with custody_of(bank_server) as found:
        yield found


@pytest.fixture(scope="module")
def ordinary(custody: Custody) -> list[ResidentId]:
    """Residents who came with a file, and have no account yet."""
    server = custody.server
    bank, before = server.bank, everybody(custody)
    last_day = day_in(server.settings.zone, bank.clock.now()) - timedelta(days=1)
    city = list(make_city(bank.policies, 7, last_day, 40, 90))[-HOW_MANY:]
    names = [SystemEntropy().bytes(16).hex() for _ in city]
    homes = server.run(bank.enrol(SOURCE, names, create=True, synthetic=True))
    for code, category in bank.policies.categories.items():
        records = {
            homes[name]: each.records[code]
            for name, each in zip(names, city, strict=True)
            if each.records.get(code)
        }
        server.run(bank.deposit(category, SOURCE, records))
    return sorted(everybody(custody) - before)


@pytest.fixture(scope="module")
def decoys(custody: Custody, ordinary: list[ResidentId]) -> list[ResidentId]:
    """Residents who do not exist, made by the command."""
    assert ordinary
    before = everybody(custody)
    made = infobank(custody.server.settings, "keys", "decoys", str(HOW_MANY), "--source", SOURCE)
    assert made.returncode == 0, made.stderr
    return sorted(everybody(custody) - before)


def everybody(custody: Custody) -> set[ResidentId]:
    """Return all residents there seem to be."""
    return {ResidentId(row[0]) for row in custody.server.rows("SELECT resident_id FROM residents")}


def opened(custody: Custody) -> int:
    """Return how often an alarm said that a decoy was opened."""
    return custody.alarms().count("decoy_opened")


def test_g3_opening_a_decoy_raises_an_alarm_within_a_second(
    custody: Custody, decoys: list[ResidentId]
):
    assert len(decoys) == HOW_MANY
    before = opened(custody)

    def heard() -> bool:
        custody.open(decoys[0])
        return opened(custody) > before

    until(heard, lambda: "nobody was heard", 2)
    # The list is fresh now: the alarm is durable before the answer is given.
    before = opened(custody)
    custody.open(decoys[1])
    assert opened(custody) == before + 1


def test_g3_reading_a_decoys_records_raises_an_alarm_and_answers_as_for_anybody(
    custody: Custody, decoys: list[ResidentId]
):
    bank, before = custody.server.bank, opened(custody)
    category = bank.policies.category("daily_activity")
    assert custody.server.run(bank.holdings.records(decoys[0], category))
    assert opened(custody) > before


def test_g3_a_decoy_among_many_is_heard(custody: Custody, decoys: list[ResidentId]):
    before = opened(custody)
    custody.server.run(custody.keyservice.open(list(everybody(custody))))
    assert opened(custody) == before + 1
    assert decoys


def test_g3_normal_work_raises_no_alarm(custody: Custody, decoys: list[ResidentId]):
    server, before = custody.server, custody.alarms()
    custody.rotate()
    custody.end_epoch()
    assert custody.scrub() == {}
    client = register(server)
    assert client.read(client.tokens("hanako")["access_token"]).status_code == 200
    assert custody.alarms() == before
    assert decoys


def test_a_scrub_looks_at_decoys_too_and_finds_their_faults_quietly(
    custody: Custody, decoys: list[ResidentId]
):
    before = opened(custody)
    server = custody.server
    server.rows("CREATE TABLE kept AS SELECT * FROM blocks WHERE resident_id = $1", decoys[0])
    server.rows("DELETE FROM blocks WHERE resident_id = $1", decoys[0])
    assert list(custody.scrub()) == [decoys[0]]
    server.rows("INSERT INTO blocks TABLE kept")
    server.rows("DROP TABLE kept")
    assert opened(custody) == before


def shapes(custody: Custody, resident: ResidentId) -> dict[str, set[tuple[object, ...]]]:
    """Return, per table of both databases, what the rows of a resident look like.

    Values that differ from one row to the next say nothing; what is empty and what has
    but a few values in the whole table does.
    """
    tables = """
        SELECT table_name, array_agg(column_name::text ORDER BY column_name) AS columns
        FROM information_schema.columns WHERE table_schema = 'public'
        GROUP BY table_name HAVING bool_or(column_name = 'resident_id')
        """
    found: dict[str, set[tuple[object, ...]]] = {}
    for look in (custody.server.rows, custody.rows):
        for table, columns in look(tables):
            rows = look(f"SELECT * FROM {table} WHERE resident_id = $1", resident)
            found[table] = {
                tuple(
                    (name, row[name] is None, row[name] if type(row[name]) is bool else None)
                    for name in columns
                )
                for row in rows
            }
    return found


def test_a_stolen_database_does_not_tell_who_is_a_decoy(
    custody: Custody, ordinary: list[ResidentId], decoys: list[ResidentId]
):
    custody.alarms()  # every entry has its place now
    usual = shapes(custody, ordinary[0])
    assert usual["blocks"]
    for each in (*ordinary, *decoys):
        assert shapes(custody, each) == usual


def test_a_mark_is_recognised_under_the_banks_own_key_alone(
    custody: Custody, decoys: list[ResidentId]
):
    marks = {row["marker"] for row in custody.rows("SELECT marker FROM decoys")}
    assert len(marks) == HOW_MANY
    settings = custody.server.settings
    foreign = BankKeys(settings.tenant, {BankUse.DECOY: Secret(new_key())})
    assert marks.isdisjoint(foreign.decoy_marker(each) for each in everybody(custody))

    async def own(core: object) -> set[bytes]:
        return {core.bank.decoy_marker(each) for each in decoys}  # type: ignore[attr-defined]

    assert custody.with_core(own) == marks
