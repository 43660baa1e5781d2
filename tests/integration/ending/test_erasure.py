"""An erased resident is dead at once and everywhere; what is left is a receipt and old proofs.

Letters name the assertions of the project's reference on cryptography, section 7.
"""

import asyncio
import re
import time
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import uuid4

import asyncpg
import pytest
import requests
from newcomers import TOWN, newcomer
from provider_client import ProviderClient, register
from running_bank import BankServer
from signed_in import SECONDS, signed_in

from infobank.accesslog.entry import EntryKind, EntryRef
from infobank.accesslog.note import VerifierKey
from infobank.accesslog.proof import verify_proof
from infobank.clock import day_in
from infobank.db.ending import erasures
from infobank.db.schema import records
from infobank.errors import NotFoundError
from infobank.keystore.signing import read_verifier_file
from infobank.usecases.vault.deposit import Deposited
from infobank.usecases.vault.keyservice import Wanted
from infobank.vault.ending.receipt import LogKey, SignedReceipt
from infobank.vault.errors import KeyMissingError, KeyRefusedError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.web.access import Access
from infobank.web.routes import ROUTES

KEPT = {"erasures", "log_entries", "log_pending", "notices"}
"""Tables that may speak of an erased resident: the log, the erasure itself, and what recipients
are told of it until they have answered."""

AT_ONCE = 5.0
"""Seconds within which every worker must have forgotten: an access token's life is 300."""


def erase(server: BankServer, handle: str) -> SignedReceipt:
    """Erase a resident of the cast."""
    return server.run(server.bank.erase(server.residents[handle]))


def rows_left(server: BankServer, resident: ResidentId) -> dict[str, int]:
    """Return how many rows of each table of the records speak of a resident."""
    tables = [table.name for table in records.sorted_tables if "resident_id" in table.columns]
    left = {
        table: server.rows(f"SELECT count(*) FROM {table} WHERE resident_id = $1", resident)[0][0]
        for table in tables
    }
    return {table: count for table, count in left.items() if count}


def key_row(server: BankServer, resident: ResidentId) -> Mapping[str, object]:
    """Return a resident's row in the keys' database."""

    async def fetch() -> Mapping[str, object]:
        connection = await asyncpg.connect(server.databases.libpq("infobank_keys_owner"))
        try:
            found: Mapping[str, object] = await connection.fetchrow(
                "SELECT * FROM resident_keys WHERE resident_id = $1", resident
            )
            return found
        finally:
            await connection.close()

    return server.run(fetch())


def same(one: requests.Response, other: requests.Response) -> bool:
    """Tell whether two answers tell apart nothing but the request they answer."""

    def told(answer: requests.Response) -> object:
        kind = answer.headers.get("Content-Type", "")
        if "json" not in kind:
            return answer.headers.get("Location")
        document = answer.json()
        document.pop("instance", None)
        return document

    return one.status_code == other.status_code and told(one) == told(other)


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> ProviderClient:
    return register(bank_server)


def test_c1_after_erasure_no_worker_opens_anything(bank_server: BankServer, client: ProviderClient):
    program, guest = signed_in(bank_server, "hanako"), requests.Session()
    guest.cookies.set("infobank", "A" * 43)
    guest.headers.update(program.headers)
    tokens = client.tokens("hanako")
    own = [route for route in ROUTES if route.access is Access.RESIDENT]
    assert len(own) > 10
    with bank_server.worker() as second:
        workers = [bank_server.url, second]
        for at in workers:
            assert client.read(tokens["access_token"], at=at).status_code == 200
            assert program.get(f"{at}/api/v1/consents", timeout=SECONDS).status_code == 200
        erase(bank_server, "hanako")
        begun = time.monotonic()
        for at in workers:
            assert client.read(tokens["access_token"], at=at).status_code == 401
        assert time.monotonic() - begun < AT_ONCE
        for at in workers:
            stale, never = tokens["access_token"], "A" * 43
            assert same(client.read(stale, at=at), client.read(never, at=at))
            for route in own:
                path = re.sub(r"{[^}]+}", str(uuid4()), route.path)
                gone, never_was = (
                    each.request(
                        route.method, at + path, json={}, timeout=SECONDS, allow_redirects=False
                    )
                    for each in (program, guest)
                )
                assert same(gone, never_was), path
                assert gone.status_code in {302, 303, 401}, path
    assert same(client.refresh(tokens["refresh_token"]), client.refresh("A" * 43))


def test_c1_after_erasure_no_use_case_opens_anything(bank_server: BankServer):
    bank, home = bank_server.bank, newcomer(bank_server, "yuki")
    category = bank.policies.category("daily_activity")
    newest = bank_server.deposited("taro", "daily_activity")[-1:]
    erase(bank_server, "yuki")
    with pytest.raises(NotFoundError, match="nobody signs in"):
        bank_server.run(bank.sign_in.by_handle("yuki"))
    with pytest.raises(KeyRefusedError):
        bank_server.run(bank.deposit(category, "late", {home: newest}))
    for reading in (
        bank.holdings(home),
        bank.holdings.records(home, category),
        bank.history(home),
        bank.rights.export.ask(home, GivenBy.SELF),
    ):
        with pytest.raises(KeyMissingError):
            bank_server.run(reading)


def test_what_is_left_of_an_erased_resident_is_the_log_and_the_receipt(
    bank_server: BankServer, client: ProviderClient
):
    client.tokens("taro")
    home = bank_server.residents["taro"]
    assert {"blocks", "consents", "manifests", "residents", "source_links", "tokens"} <= set(
        rows_left(bank_server, home)
    )
    erase(bank_server, "taro")
    assert rows_left(bank_server, home).keys() <= KEPT
    row = key_row(bank_server, home)
    assert row["wrapped_data"] is None
    assert (row["held_version"], row["held_digest"], row["next_version"]) == (None, None, None)


def test_c3_the_receipt_is_signed_dated_and_a_leaf_of_the_log(bank_server: BankServer):
    server, erased = bank_server, bank_server.residents["misaki"]
    before = server.bank.clock.now()
    signed = erase(server, "misaki")
    public = server.run(server.bank.holdings.keyservice.receipt_key())
    told = signed.check(public)
    assert before <= told.erased_at <= server.bank.clock.now()
    assert told.tenant == server.settings.tenant
    # The epoch began when this bank's first key was made, and is planned to live 31 days.
    assert told.epoch == 1
    today = day_in(server.settings.zone, before)
    assert today + timedelta(30) <= told.backups_until <= today + timedelta(31)
    # Nothing was ever provided to anybody, so nothing has to be kept.
    assert (told.log_key, told.holders, told.provision_until) == (LogKey.DESTROYED, 0, None)
    server.sequence()
    kept, ref = server.run(server.bank.erase.receipt(told.receipt_id))
    assert kept == signed
    index = server.rows(
        "SELECT log_index FROM log_entries WHERE writer_id = $1 AND writer_seq = $2",
        ref.writer_id,
        ref.seq,
    )[0][0]
    key = VerifierKey.parse(read_verifier_file(server.settings.log_key))
    proven = verify_proof(server.run(server.bank.prove.inclusion(index)), key)
    assert proven.shown.value("kind") == EntryKind.KEY_DESTROYED.value
    assert proven.shown.value("receipt_digest") == signed.digest
    assert str(erased) not in signed.document.decode()


def test_c3_erasing_again_changes_nothing_and_gives_the_same_receipt(bank_server: BankServer):
    home = bank_server.residents["kenji"]

    async def twice() -> list[SignedReceipt]:
        erase = bank_server.bank.erase
        return list(await asyncio.gather(*(erase(home, GivenBy.GUARDIAN) for _ in range(5))))

    first, *others = bank_server.run(twice())
    assert others == [first] * 4
    before = key_row(bank_server, home)
    assert erase(bank_server, "kenji") == first
    assert key_row(bank_server, home) == before
    bank_server.sequence()
    told = bank_server.rows(
        "SELECT count(*) FROM log_entries WHERE position(convert_to($1, 'UTF8') IN shown) > 0",
        str(first.receipt.receipt_id),
    )
    assert told[0][0] == 1


def test_an_erased_residents_old_entries_still_prove(
    bank_server: BankServer, client: ProviderClient
):
    """E8: erasing a resident leaves every earlier proof valid."""
    server, home = bank_server, newcomer(bank_server, "sachiko")
    client.tokens("sachiko")
    server.sequence()
    query = "SELECT log_index, leaf FROM log_entries WHERE resident_id = $1 ORDER BY 1"
    before = server.rows(query, home)
    old = server.run(server.bank.prove.checkpoint())
    proofs = {row[0]: server.run(server.bank.prove.inclusion(row[0])) for row in before}
    erase(server, "sachiko")
    server.sequence()
    key = VerifierKey.parse(read_verifier_file(server.settings.log_key))
    for row in before:
        verify_proof(proofs[row[0]], key)
        verify_proof(server.run(server.bank.prove.inclusion(row[0])), key)
    assert server.rows(query, home)[: len(before)] == before
    assert server.run(server.bank.prove.consistency(old.size))


def test_provision_records_outlive_the_erasure_for_three_years(
    bank_server: BankServer, client: ProviderClient
):
    newcomer(bank_server, "daisuke")
    token = client.tokens("daisuke")["access_token"]
    assert client.read(token).status_code == 200
    today = day_in(bank_server.settings.zone, bank_server.bank.clock.now())
    told = erase(bank_server, "daisuke").receipt
    assert told.provision_until == date(today.year + 3, today.month, today.day)
    # This bank has no holders, and the receipt says so.
    assert (told.log_key, told.holders) == (LogKey.KEPT, 0)
    row = key_row(bank_server, bank_server.residents["daisuke"])
    assert row["wrapped_log"] is not None
    assert row["provision_until"] == told.provision_until


def test_a_new_deposit_for_the_same_identifier_is_about_somebody_new(bank_server: BankServer):
    async def enrol() -> ResidentId:
        return (await bank_server.bank.enrol(TOWN, ["42"], create=True))["42"]

    first = bank_server.run(enrol())
    bank_server.run(bank_server.bank.erase(first))
    assert bank_server.run(enrol()) != first


def test_nobody_is_erased_who_never_was(bank_server: BankServer):
    before = bank_server.rows("SELECT count(*) FROM erasures")
    with pytest.raises(KeyMissingError):
        bank_server.run(bank_server.bank.erase(ResidentId(uuid4())))
    assert bank_server.rows("SELECT count(*) FROM erasures") == before


def test_a_key_is_destroyed_only_against_an_entry_that_says_so(bank_server: BankServer):
    """The receipt's entry, another resident's or an old one destroys nothing."""
    server = bank_server

    async def work() -> tuple[ResidentId, ResidentId]:
        found = await server.bank.enrol(TOWN, ["1", "2"], create=True)
        return found["1"], found["2"]

    one, other = server.run(work())

    async def begin_only() -> EntryRef:
        """Begin an erasure as a worker does that is cut off right after."""
        erase = server.bank.erase
        await erase._begin(one, GivenBy.SELF)
        async with erase.units() as unit:
            begun = await erasures.of_resident(unit, one)
        assert begun is not None
        return begun.entry

    permit = server.run(begin_only())
    keyservice = server.bank.holdings.keyservice
    with pytest.raises(KeyRefusedError):
        server.run(keyservice.destroy(other, permit))
    category = server.bank.policies.category("profile").number
    with pytest.raises(KeyRefusedError):
        server.run(keyservice.release([Wanted(one, category, permit)]))
    assert key_row(server, other)["wrapped_data"] is not None
    server.run(keyservice.destroy(one, permit))
    assert key_row(server, one)["wrapped_data"] is None


def test_an_erasure_and_deposits_at_the_same_time_leave_nothing_and_sound_no_alarm(
    bank_server: BankServer,
):
    """Whichever comes first: a deposit is whole and then erased, or finds nobody."""
    server, bank = bank_server, bank_server.bank
    category = bank.policies.category("daily_activity")
    newest = server.deposited("taro", "daily_activity")

    async def race(home: ResidentId) -> list[object]:
        deposits = (
            bank.deposit(category, f"part {part}", {home: newest[part::5]}) for part in range(5)
        )
        erasing = bank.erase(home)
        return list(await asyncio.gather(*deposits, erasing, return_exceptions=True))

    alarms = "SELECT count(*) FROM log_entries WHERE position('stale_manifest'::bytea IN shown) > 0"
    for turn in range(5):
        home = newcomer(server, f"racer_{turn}", {"daily_activity": newest[:1]})
        *deposited, signed = server.run(race(home))
        assert isinstance(signed, SignedReceipt)
        assert {type(each) for each in deposited} <= {
            Deposited,
            NotFoundError,
            KeyMissingError,
            KeyRefusedError,
        }
        assert rows_left(server, home).keys() <= KEPT
    server.sequence()
    assert server.rows(alarms)[0][0] == 0
