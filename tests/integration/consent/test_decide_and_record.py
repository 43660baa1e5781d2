"""No log, no data: what is recorded, what is released, and what happens when the log is away."""

import asyncio
import contextlib
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

import asyncpg
import pytest
from bank_processes import until
from outage import database_away
from provider_client import FIELDS, ProviderClient, register
from running_bank import BankServer

from infobank.accesslog.commitment import check_shown
from infobank.accesslog.entry import Entry, EntryKind
from infobank.accesslog.leaf import Leaf
from infobank.consent.consent import Consent
from infobank.consent.question import DisclosureRequest
from infobank.db.grouped import LONGEST_QUEUE, Draft
from infobank.errors import UnavailableError
from infobank.usecases.consent.disclose import Wish, wanted_item
from infobank.usecases.consent.grounds import Grounds, recipient_of
from infobank.usecases.genuine import Genuine
from infobank.vocabulary.category import Record
from infobank.vocabulary.identifiers import ConsentId

HOLDERS = """
    SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database
    WHERE locktype = 'advisory' AND mode = 'ShareLock' AND d.datname = current_database()
"""


@dataclass(frozen=True)
class Agreed:
    """A provider with a token, and the consent the token points at."""

    client: ProviderClient
    token: str
    consent: Consent
    request: DisclosureRequest


@pytest.fixture
def agreed(bank_server: BankServer) -> Agreed:
    """A fresh consent of hanako's to a fresh provider."""
    client = register(bank_server)
    token = client.tokens("hanako")["access_token"]
    home = bank_server.residents["hanako"]
    consent, provider = bank_server.run(bank_server.bank.review.of_resident(home))[0]
    recipient = recipient_of(provider, bank_server.bank.policies)
    item = wanted_item(consent, Wish("daily_activity", FIELDS))
    terms = consent.terms
    request = DisclosureRequest(home, recipient, terms.purpose, item, terms.mode)
    return Agreed(client, token, consent, request)


@dataclass(frozen=True)
class Outcome:
    """What a disclosure by the use case came to."""

    permitted: bool
    records: list[Record]
    request_id: str


def disclose(server: BankServer, agreed: Agreed) -> Outcome:
    """Disclose under the consent as it was when it was read."""

    async def work() -> Outcome:
        async with server.bank.disclose(agreed.request, Grounds(agreed.consent)) as found:
            return Outcome(found.decision.permitted, found.columns.records(), str(found.request_id))

    return server.run(work())


def entries_of(server: BankServer) -> list[tuple[str, str, bool]]:
    """Return kind, request and effect of every entry about a request, in the order written."""
    rows = server.rows(
        "SELECT leaf, shown FROM log_pending ORDER BY writer_id, writer_seq"
    ) + server.rows("SELECT leaf, shown FROM log_entries ORDER BY log_index")
    found = []
    for row in rows:
        leaf = Leaf.parse(row["leaf"])
        fields = {each.name: each.value for each in check_shown(row["shown"], leaf).openings}
        found.append((str(fields["kind"]), str(fields.get("request", "")), leaf.in_effect))
    return found


def test_a_consent_that_changed_is_decided_again_and_the_first_entry_is_void(
    bank_server: BankServer, agreed: Agreed
):
    changed = replace(agreed.consent, version=agreed.consent.version + 1)
    genuine = Genuine(bank_server.bank.holdings.keyservice)
    (marked,) = bank_server.run(genuine.mark([changed]))
    bank_server.rows(
        "UPDATE consents SET version = $2, mac = $3 WHERE consent_id = $1",
        changed.consent_id,
        changed.version,
        marked.mac,
    )
    outcome = disclose(bank_server, agreed)
    assert outcome.permitted
    assert outcome.records
    mine = [entry for entry in entries_of(bank_server) if entry[1] == outcome.request_id]
    assert sorted(mine) == [
        ("permit", outcome.request_id, False),
        ("permit", outcome.request_id, True),
    ]


def test_a_consent_withdrawn_between_decision_and_record_ends_in_a_logged_refusal(
    bank_server: BankServer, agreed: Agreed
):
    home, consent_id = agreed.request.resident, agreed.consent.consent_id
    bank_server.run(bank_server.bank.withdraw(home, consent_id))
    outcome = disclose(bank_server, agreed)
    assert not outcome.permitted
    assert outcome.records == []
    mine = [entry for entry in entries_of(bank_server) if entry[1] == outcome.request_id]
    assert sorted(mine) == [
        ("permit", outcome.request_id, False),
        ("refusal", outcome.request_id, True),
    ]


def test_a_consent_that_is_gone_releases_nothing(bank_server: BankServer, agreed: Agreed):
    bank_server.rows("DELETE FROM consents WHERE consent_id = $1", agreed.consent.consent_id)
    assert not disclose(bank_server, agreed).permitted
    assert agreed.client.read(agreed.token).status_code in {401, 403}


def test_every_disclosure_has_one_permit_and_every_permit_one_disclosure(
    bank_server: BankServer, agreed: Agreed
):
    before = Counter(kind for kind, _, effect in entries_of(bank_server) if effect)
    with bank_server.worker() as second, ThreadPoolExecutor(16) as threads:
        places = [bank_server.url, second] * 40
        answers = list(threads.map(lambda at: agreed.client.read(agreed.token, at=at), places))
    assert {answer.status_code for answer in answers} == {200}
    entries = entries_of(bank_server)
    after = Counter(kind for kind, _, effect in entries if effect)
    assert after["permit"] - before["permit"] == len(answers)
    logged = Counter(request for kind, request, effect in entries if kind == "permit" and effect)
    assert {logged[answer.json()["request"]] for answer in answers} == {1}


def test_a_group_with_permits_voids_and_refusals_gives_each_its_own_answer(
    bank_server: BankServer, agreed: Agreed
):
    consent_id, version = agreed.consent.consent_id, agreed.consent.version
    cases = [
        (consent_id, version, True),
        (consent_id, version + 1, False),
        (None, 0, True),
        (ConsentId(uuid.uuid4()), 1, False),
        (consent_id, version, True),
    ]

    async def work() -> list[bool]:
        drafts = [draft(bank_server, agreed, which, number) for which, number, _ in cases]
        async with bank_server.bank.disclose.grouped.recorded(drafts) as flights:
            return [flight.effective for flight in flights]

    assert bank_server.run(work()) == [expected for _, _, expected in cases]
    until(lambda: locks(bank_server) == 0)


def draft(server: BankServer, agreed: Agreed, consent: ConsentId | None, version: int) -> Draft:
    """Return an entry that leans on a consent."""
    entry = Entry(EntryKind.REFUSAL, server.bank.clock.now(), agreed.request.resident, {}, {})
    return Draft(entry, bytes(32), consent, version)


def locks(server: BankServer) -> int:
    """Return how many consents are held as in flight."""
    return len(server.rows(HOLDERS))


def test_a_request_that_is_cancelled_lets_go_of_its_consent(
    bank_server: BankServer, agreed: Agreed
):
    async def cancel_in_the_middle() -> None:
        inside = asyncio.Event()

        async def hold() -> None:
            async with bank_server.bank.disclose(agreed.request, Grounds(agreed.consent)):
                inside.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(hold())
        await inside.wait()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def cancel_anywhere() -> None:
        async def hold() -> None:
            async with bank_server.bank.disclose(agreed.request, Grounds(agreed.consent)):
                await asyncio.sleep(0)

        tasks = [asyncio.create_task(hold()) for _ in range(40)]
        for number, task in enumerate(tasks):
            await asyncio.sleep(0.001 * (number % 3))
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    bank_server.run(cancel_in_the_middle())
    bank_server.run(cancel_anywhere())
    until(lambda: locks(bank_server) == 0)
    assert disclose(bank_server, agreed).permitted


def test_more_waiting_requests_than_can_be_answered_are_refused_at_once(
    bank_server: BankServer, agreed: Agreed
):
    async def work() -> None:
        drafts = [draft(bank_server, agreed, None, 0)] * (LONGEST_QUEUE + 1)
        async with bank_server.bank.disclose.grouped.recorded(drafts):
            pass

    with pytest.raises(UnavailableError, match="overloaded"):
        bank_server.run(work())
    assert disclose(bank_server, agreed).permitted


@contextmanager
def log_refusing(server: BankServer) -> Iterator[None]:
    """Let the log take no entries from web workers for as long as the block lasts."""
    server.rows("REVOKE INSERT ON log_pending FROM infobank_web")
    try:
        yield
    finally:
        server.rows("GRANT INSERT ON log_pending TO infobank_web")


def test_without_the_log_nothing_is_disclosed_and_it_recovers_by_itself(
    bank_server: BankServer, agreed: Agreed
):
    client, token = agreed.client, agreed.token
    assert client.read(token).status_code == 200
    with log_refusing(bank_server):
        answers = [client.read(token) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503] * 3
    assert not any("observed" in answer.text for answer in answers)
    assert client.read(token).status_code == 200
    until(lambda: locks(bank_server) == 0)


def test_while_the_database_is_away_every_read_is_a_503_and_then_works_again(
    bank_server: BankServer, agreed: Agreed
):
    client, token = agreed.client, agreed.token
    assert client.read(token).status_code == 200
    with database_away(bank_server), ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: client.read(token), range(16)))
    assert {answer.status_code for answer in answers} == {503}
    assert {answer.json()["code"] for answer in answers} == {"unavailable"}
    until(lambda: client.read(token).status_code == 200)


def test_a_connection_that_breaks_under_a_disclosure_stops_its_release(
    bank_server: BankServer, agreed: Agreed
):
    kill = f"SELECT pg_terminate_backend(pid) FROM ({HOLDERS}) AS holders"
    told = asyncio.Event()

    async def work() -> None:
        async with bank_server.bank.disclose(agreed.request, Grounds(agreed.consent)) as found:
            assert found.check_release() > 0
            with found.when_lost(told.set):
                await asyncio.to_thread(_kill, bank_server, kill)
                await asyncio.wait_for(told.wait(), 10)
            found.check_release()

    with pytest.raises(UnavailableError, match="ran out"):
        bank_server.run(work())
    until(lambda: agreed.client.read(agreed.token).status_code == 200)


def _kill(server: BankServer, statement: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(server.databases.libpq("infobank_owner"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(execute())
