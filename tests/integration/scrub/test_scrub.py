"""Whatever a database's administrator does to what is stored is found, and nothing else is."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from agreement import agree
from bank_processes import infobank
from custody import Custody, custody_of
from running_bank import BankServer

from infobank.app.installation import Databases
from infobank.cli.custody.vault import FOUND, Cursor, open_scrub, scrub_all
from infobank.db.keys import Move
from infobank.db.rotation.rewrapping import FIRST
from infobank.usecases.custody.evidence import Faults
from infobank.vault.errors import SealBrokenError
from infobank.vault.inspection import Fault
from infobank.vault.manifest import ManifestState
from infobank.vocabulary.category import Category, Record
from infobank.vocabulary.identifiers import ResidentId

SAVED = ("residents", "manifests", "blocks", "consents")
ACTIVITY = "daily_activity"

AMOUNTS = count(1_000)
"""Steps that nobody walked yet: each deposit changes something."""

Plant = Callable[[Custody, ResidentId, ResidentId], None]


@pytest.fixture
def custody(bank_server: BankServer) -> Iterator[Custody]:
    """The bank as it is; what a test does to it against the rules is undone after it."""
    with custody_of(bank_server) as found:
        save(found, "sound")
        yield found
        restore(found)


def save(custody: Custody, name: str) -> None:
    """Keep what is stored now."""
    for table in SAVED:
        custody.server.rows(f"DROP TABLE IF EXISTS {name}_{table}")
        custody.server.rows(f"CREATE TABLE {name}_{table} AS TABLE {table}")
    custody.rows(f"DROP TABLE IF EXISTS {name}_keys")
    custody.rows(f"CREATE TABLE {name}_keys AS TABLE resident_keys")


def restore(custody: Custody) -> None:
    """Let what is stored be sound again."""
    for table in SAVED:
        custody.server.rows(f"DELETE FROM {table}")
        custody.server.rows(f"INSERT INTO {table} TABLE sound_{table}")
    custody.rows("DELETE FROM resident_keys")
    custody.rows("INSERT INTO resident_keys TABLE sound_keys")


def read(custody: Custody, resident: ResidentId) -> list[Record]:
    """Read a resident's activity as she does."""
    bank = custody.server.bank
    return custody.server.run(bank.holdings.records(resident, bank.policies.category(ACTIVITY)))


def deposit(custody: Custody, resident: ResidentId) -> None:
    """Write a new generation of the newest block of a resident's activity; keep the older."""
    save(custody, "older")
    done = custody.server.run(custody.server.bank.deposit(*changed(custody, resident)))
    assert done.changed == 1
    save(custody, "sound")


def changed(
    custody: Custody, resident: ResidentId
) -> tuple[Category, str, dict[ResidentId, list[Record]]]:
    """Return a deposit that changes the steps of a resident's newest day."""
    server = custody.server
    category = server.bank.policies.category(ACTIVITY)
    newest = list(server.deposited("hanako", ACTIVITY))[-1]
    steps = category.field_names.index("steps")
    values = [
        next(AMOUNTS) if place == steps else value for place, value in enumerate(newest.values)
    ]
    return category, "demo_city", {resident: [newest._replace(values=tuple(values))]}


def swap(table: str, key: str) -> str:
    """Return the statement that swaps what is stored of two residents, place by place."""
    return f"""
        UPDATE {table} a SET stored = b.stored FROM
        (SELECT *, row_number() OVER (PARTITION BY resident_id ORDER BY {key}) AS place
         FROM sound_{table}) b,
        (SELECT *, row_number() OVER (PARTITION BY resident_id ORDER BY {key}) AS place
         FROM sound_{table}) c
        WHERE a.resident_id = c.resident_id AND a.{key} = c.{key} AND b.place = c.place
        AND ((a.resident_id = $1 AND b.resident_id = $2)
             OR (a.resident_id = $2 AND b.resident_id = $1))
        """


def swap_keys(custody: Custody, one: ResidentId, other: ResidentId) -> None:
    """Swap the wrapped keys of two residents, and nothing else."""
    for here, there in ((one, custody.row(other)), (other, custody.row(one))):
        custody.rows(
            "UPDATE resident_keys SET wrapped_data = $2, wrapped_log = $3 WHERE resident_id = $1",
            here,
            there["wrapped_data"],
            there["wrapped_log"],
        )


def swap_blocks(custody: Custody, one: ResidentId, other: ResidentId) -> None:
    """Swap the blocks of two residents, place by place."""
    custody.server.rows(swap("blocks", "tag"), one, other)


def swap_manifests(custody: Custody, one: ResidentId, other: ResidentId) -> None:
    """Swap the manifests of two residents."""
    custody.server.rows(swap("manifests", "version"), one, other)


def swap_categories(custody: Custody, one: ResidentId, _: ResidentId) -> None:
    """Move every block of a resident one place on: into another category or month."""
    custody.server.rows(
        """
        UPDATE blocks a SET stored = b.stored FROM (
            SELECT tag, coalesce(lead(stored) OVER w, first_value(stored) OVER w) AS stored
            FROM sound_blocks WHERE resident_id = $1 WINDOW w AS (ORDER BY tag)
        ) b WHERE a.resident_id = $1 AND a.tag = b.tag
        """,
        one,
    )


D1: dict[str, tuple[Plant, set[Fault], bool]] = {
    "wrapped keys between residents": (swap_keys, {Fault.KEY_BROKEN}, True),
    "blocks between residents": (swap_blocks, {Fault.BLOCK_CHANGED}, True),
    "manifests between residents": (swap_manifests, {Fault.MANIFEST_STALE}, True),
    "blocks between categories": (swap_categories, {Fault.BLOCK_CHANGED}, False),
}


def test_a_sound_bank_has_nothing_to_find(custody: Custody):
    before = custody.alarms()
    assert custody.scrub() == {}
    assert custody.alarms() == before


@pytest.mark.parametrize("swapped", D1)
def test_d1_what_was_swapped_is_refused_with_one_error_and_found(custody: Custody, swapped: str):
    plant, faults, both = D1[swapped]
    one, other = custody.server.residents["hanako"], custody.server.residents["taro"]
    before = len(custody.alarms())
    plant(custody, one, other)
    for each in (one, other) if both else (one,):
        with pytest.raises(SealBrokenError) as refused:
            read(custody, each)
        assert refused.value.message == SealBrokenError().message
    alarms = custody.alarms()[before:]
    assert len(alarms) == (2 if both else 1)
    found = custody.scrub()
    assert {each: found[each] & faults for each in found} == dict.fromkeys(
        (one, other) if both else (one,), faults
    )
    assert {fault.value for fault in faults} <= set(custody.alarms()[before:])


def test_d1_nothing_of_one_bank_opens_in_another(custody: Custody):
    home = custody.server.residents["hanako"]
    holdings = custody.server.bank.holdings
    foreign = replace(holdings, tenant=ResidentId(home))
    category = custody.server.bank.policies.category(ACTIVITY)
    with pytest.raises(SealBrokenError):
        custody.server.run(foreign.records(home, category))
    assert read(custody, home)


def put_back(custody: Custody, resident: ResidentId, table: str, fields: str) -> None:
    """Write a resident's rows as they were when the test began."""
    custody.server.rows(
        f"""
        UPDATE {table} a SET ({fields}) = (SELECT {fields} FROM older_{table} b
            WHERE b.resident_id = $1 {"AND b.tag = a.tag" if table == "blocks" else ""})
        WHERE resident_id = $1
        """,
        resident,
    )


@pytest.mark.parametrize("fields", ["tag, stored", "generation, stored"])
def test_d2_an_older_generation_put_back_is_found(custody: Custody, fields: str):
    home = custody.server.residents["hanako"]
    deposit(custody, home)
    put_back(custody, home, "blocks", fields)
    with pytest.raises(SealBrokenError):
        read(custody, home)
    assert custody.scrub() == {home: {Fault.BLOCK_CHANGED}}


def test_d2_an_older_manifest_put_back_is_found(custody: Custody):
    home = custody.server.residents["hanako"]
    deposit(custody, home)
    put_back(custody, home, "manifests", "version, stored")
    with pytest.raises(SealBrokenError):
        read(custody, home)
    assert Fault.MANIFEST_STALE in custody.scrub()[home]


def test_d2_a_whole_resident_put_back_is_found(custody: Custody):
    home = custody.server.residents["hanako"]
    deposit(custody, home)
    put_back(custody, home, "blocks", "generation, stored")
    put_back(custody, home, "manifests", "version, stored")
    with pytest.raises(SealBrokenError):
        read(custody, home)
    assert Fault.MANIFEST_STALE in custody.scrub()[home]


def test_d2_a_whole_resident_put_back_in_both_databases_is_found_by_the_log(custody: Custody):
    """No read can notice: manifest, blocks and key row agree.  The log remembers more."""
    home = custody.server.residents["hanako"]
    deposit(custody, home)
    put_back(custody, home, "blocks", "generation, stored")
    put_back(custody, home, "manifests", "version, stored")
    (keys,) = custody.rows("SELECT * FROM older_keys WHERE resident_id = $1", home)
    custody.put_back(keys)
    assert read(custody, home)
    assert custody.scrub() == {home: {Fault.LOG_DISAGREES}}


D3 = {
    "a block deleted": (
        (
            "DELETE FROM blocks WHERE (resident_id, tag) = "
            "(SELECT $1::uuid, min(tag) FROM blocks WHERE resident_id = $1)"
        ),
        Fault.BLOCK_MISSING,
    ),
    "all blocks deleted": ("DELETE FROM blocks WHERE resident_id = $1", Fault.BLOCK_MISSING),
    "a manifest deleted": ("DELETE FROM manifests WHERE resident_id = $1", Fault.MANIFEST_STALE),
    "a block doubled under another tag": (
        (
            "INSERT INTO blocks SELECT resident_id, sha256(tag), generation, stored "
            "FROM blocks WHERE resident_id = $1 LIMIT 1"
        ),
        Fault.BLOCK_UNLISTED,
    ),
    "a block cut short": (
        "UPDATE blocks SET stored = substr(stored, 1, length(stored) - 16) WHERE resident_id = $1",
        Fault.BLOCK_CHANGED,
    ),
    "a bit of a block": (
        (
            "UPDATE blocks SET stored = set_bit(stored, 1000, 1 - get_bit(stored, 1000)) "
            "WHERE resident_id = $1"
        ),
        Fault.BLOCK_CHANGED,
    ),
    "a manifest cut short": (
        (
            "UPDATE manifests SET stored = substr(stored, 1, length(stored) - 16) "
            "WHERE resident_id = $1"
        ),
        Fault.MANIFEST_STALE,
    ),
    "a generation that was never written": (
        "UPDATE blocks SET generation = generation + 1 WHERE resident_id = $1",
        Fault.BLOCK_CHANGED,
    ),
}


@pytest.mark.parametrize("planted", D3)
def test_d3_what_was_deleted_doubled_or_cut_is_found(custody: Custody, planted: str):
    statement, fault = D3[planted]
    home = custody.server.residents["hanako"]
    before = len(custody.alarms())
    custody.server.rows(statement, home)
    found = custody.scrub()
    assert list(found) == [home]
    assert fault in found[home]
    assert fault.value in custody.alarms()[before:]


def test_d3_a_resident_deleted_everywhere_but_in_the_keys_is_found(custody: Custody):
    home = custody.server.residents["hanako"]
    for table in ("blocks", "manifests"):
        custody.server.rows(f"DELETE FROM {table} WHERE resident_id = $1", home)
    assert Fault.MANIFEST_STALE in custody.scrub()[home]


def test_d3_data_without_a_key_is_found(custody: Custody):
    home = custody.server.residents["hanako"]
    custody.rows("DELETE FROM resident_keys WHERE resident_id = $1", home)
    assert custody.scrub() == {home: {Fault.KEY_MISSING}}


def test_a_forged_consent_is_found(custody: Custody):
    agreement = agree(custody.server)
    save(custody, "sound")
    custody.server.rows(
        "UPDATE consents SET purpose = 'research' WHERE consent_id = $1",
        agreement.consent.consent_id,
    )
    assert custody.scrub() == {agreement.resident: {Fault.CONSENT_FORGED}}


def test_a_forged_majority_is_found(custody: Custody):
    home = custody.server.residents["hanako"]
    custody.server.rows("UPDATE residents SET of_age_from = now() WHERE resident_id = $1", home)
    assert custody.scrub() == {home: {Fault.CIRCUMSTANCES_FORGED}}


def test_deposits_that_go_on_meanwhile_are_no_finding(custody: Custody):
    """Every moment of a deposit is looked at: announced, written, confirmed."""
    server, home = custody.server, custody.server.residents["hanako"]
    before = len(custody.alarms())

    async def both() -> list[Faults]:
        found, stop = [], asyncio.Event()

        async def look() -> None:
            async with open_scrub(server.settings, Databases(server.settings, None)) as step:
                while not stop.is_set():
                    found.append((await step(FIRST)).found)

        looking = asyncio.create_task(look())
        for _ in range(25):
            await server.bank.deposit(*changed(custody, home))
        stop.set()
        await looking
        return found

    found = server.run(both())
    save(custody, "sound")
    assert len(found) > 1
    assert not any(found)
    assert len(custody.alarms()) == before


def test_an_interrupted_deposit_is_no_finding(custody: Custody):
    """Announced and never written: the manifest that counted before still counts."""
    home = custody.server.residents["hanako"]
    state = custody.open(home).held
    move = Move(home, state, ManifestState(state.version + 1, bytes(32)))
    custody.server.run(custody.keyservice.announce([move]))
    assert custody.scrub() == {}


def test_the_command_says_what_it_finds_and_ends_with_a_status_of_its_own(custody: Custody):
    home = custody.server.residents["hanako"]
    sound = infobank(custody.server.settings, "vault", "scrub", "--rate", "100000")
    assert (sound.returncode, sound.stderr) == (0, "")
    custody.server.rows("DELETE FROM blocks WHERE resident_id = $1", home)
    found = infobank(custody.server.settings, "vault", "scrub")
    assert found.returncode == FOUND
    assert f"{home}  block_missing\n" in found.stdout


def test_an_interrupted_scrub_goes_on_where_it_was(custody: Custody, tmp_path: Path):
    homes = sorted(custody.server.residents.values())
    cursor = Cursor(tmp_path / "cursor")
    cursor.keep(homes[0])
    custody.server.rows("DELETE FROM blocks WHERE resident_id = ANY($1)", homes[:2])
    settings = custody.server.settings

    async def work() -> int:
        async with open_scrub(settings, Databases(settings, None)) as step:
            return await scrub_all(step, cursor, 0)

    before = len(custody.alarms())
    assert custody.server.run(work()) == FOUND
    assert custody.alarms()[before:] == ["block_missing"]
    assert cursor.read() == FIRST
