"""Losing the database between any two statements of a step leaves the narrower state.

A trigger ends the very connection that writes to a table, as a crash would: once for each
table that the step writes, so that each gap between two statements is met.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from provider_client import FIELDS, agree, register
from running_bank import BankServer
from terms import Granted, granted

from infobank.errors import UnavailableError
from infobank.vocabulary.identifiers import ConsentId

TABLES = ("consents", "consent_versions", "consent_uses", "codes", "log_pending", "notices")
"""Everything that the steps below write, beside the requests they answer."""


@contextmanager
def dying_at(server: BankServer, table: str) -> Iterator[None]:
    """End every connection that writes to a table."""
    server.rows(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'"
    )
    server.rows(f"CREATE TRIGGER die AFTER INSERT OR UPDATE ON {table} EXECUTE FUNCTION die()")
    try:
        yield
    finally:
        server.rows("DROP FUNCTION die CASCADE")


def stored(server: BankServer) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the tables, and which requests wait."""
    found = {
        table: [tuple(row) for row in server.rows(f"SELECT * FROM {table} t ORDER BY t::text")]
        for table in TABLES
        if table != "log_pending"
    }
    waiting = "SELECT request_id FROM requests WHERE decided_at IS NULL ORDER BY request_id"
    return found | {"requests": [tuple(row) for row in server.rows(waiting)]}


def narrowing(server: BankServer, held: Granted) -> Callable[[], object]:
    """Return the narrowing of a consent, its uses counted from now on."""
    home, consent = server.residents[held.resident], ConsentId(held.row()["consent_id"])
    item = "steps"

    def act() -> object:
        return server.run(
            server.bank.narrow(
                home,
                consent,
                lambda terms: replace(
                    terms,
                    items=tuple(replace(each, fields=(item,)) for each in terms.items),
                    most_uses=4,
                ),
            )
        )

    return act


def widening(server: BankServer, held: Granted) -> Callable[[], object]:
    """Return the answer to a request for more of a consent."""
    asking = held.client.asking(consent=held.consent, most_uses=90, retention_days=90)
    url = asking.authorization_url(asking.push())
    return lambda: agree(server, held.resident, url, FIELDS)


def giving(server: BankServer, held: Granted) -> Callable[[], object]:
    """Return the answer to a request for a new consent."""
    asking = held.client.asking(most_uses=3)
    url = asking.authorization_url(asking.push())
    return lambda: agree(server, held.resident, url, FIELDS)


def withdrawing(server: BankServer, held: Granted) -> Callable[[], object]:
    """Return the withdrawal of a consent."""
    home, consent = server.residents[held.resident], ConsentId(held.row()["consent_id"])
    return lambda: server.run(server.bank.withdraw(home, consent))


STEPS = {
    "give": (giving, ("consents", "consent_versions", "consent_uses", "codes", "log_pending")),
    "narrow": (
        narrowing,
        ("consents", "consent_versions", "consent_uses", "log_pending", "notices"),
    ),
    "widen": (widening, ("consents", "consent_versions", "consent_uses", "codes", "log_pending")),
    "withdraw": (withdrawing, ("consents", "consent_versions", "log_pending", "notices")),
}
CASES = [(step, table) for step, (_, tables) in STEPS.items() for table in tables]


@pytest.fixture(scope="module")
def held(bank_server: BankServer) -> Granted:
    """A consent that counts its uses; nothing in this module ever changes it for good."""
    return granted(bank_server, most_uses=50)


@pytest.mark.parametrize(("step", "table"), CASES)
def test_a_step_that_the_database_left_changed_nothing(
    bank_server: BankServer, held: Granted, step: str, table: str
):
    act = STEPS[step][0](bank_server, held)
    before = stored(bank_server)
    with dying_at(bank_server, table), pytest.raises(UnavailableError):
        act()
    after = stored(bank_server)
    opened = [row for row in after["requests"] if row not in before["requests"]]
    assert after == before, opened


@pytest.mark.parametrize("table", ["consent_uses", "log_pending"])
def test_a_read_that_the_database_left_gives_nothing_and_counts_nothing(
    bank_server: BankServer, held: Granted, table: str
):
    assert held.read().status_code == 200
    uses = held.uses()
    with dying_at(bank_server, table):
        assert held.read().status_code == 503
    assert held.uses() == uses
    assert held.read().status_code == 200


def test_the_steps_do_change_something_when_the_database_stays(bank_server: BankServer):
    """The tests above can fail: every step, left alone, shows in what is stored."""
    provider = register(bank_server)
    for step in ("give", "narrow", "widen", "withdraw"):
        fresh = granted(bank_server, client=provider)
        act = STEPS[step][0](bank_server, fresh)
        before = stored(bank_server)
        act()
        after = stored(bank_server)
        for table in STEPS[step][1]:
            assert table == "log_pending" or after[table] != before[table], (step, table)
