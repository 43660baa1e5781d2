"""Writing SQL makes nobody an adult, and no household agree."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from agreement import agree, alarms
from desk import Desk
from majority import comes_of_age
from newcomers import newcomer
from running_bank import BankServer
from stewards import stewards
from terms import ELECTRICITY, Granted, granted, reasons

from infobank.accesslog.entry import EntryKind
from infobank.errors import ConflictError
from infobank.usecases.custody.marking import MarkResidents
from infobank.vault.errors import KeyRefusedError

MAJORITY = {
    "none": "UPDATE residents SET of_age_from = NULL WHERE resident_id = $1",
    "an earlier one": """
        UPDATE residents SET of_age_from = now() - interval '1 day' WHERE resident_id = $1""",
    "none with an adult's mark": """
        UPDATE residents SET of_age_from = NULL, majority_mac = (
            SELECT majority_mac FROM residents o WHERE o.of_age_from IS NULL LIMIT 1
        ) WHERE resident_id = $1""",
    "no mark": "UPDATE residents SET majority_mac = NULL WHERE resident_id = $1",
    "the mark over homes": "UPDATE residents SET majority_mac = homes_mac WHERE resident_id = $1",
}


@contextmanager
def alarmed(server: BankServer) -> Iterator[None]:
    """Make sure that a row written past the bank was noticed."""
    before = len(alarms(server))
    yield
    assert "row_not_genuine" in alarms(server)[before:]


@pytest.mark.parametrize("forgery", MAJORITY.values(), ids=MAJORITY)
def test_a_minor_made_an_adult_by_sql_gives_nothing(bank_server: BankServer, forgery: str):
    given = granted(bank_server, "taro")
    home = bank_server.residents["taro"]
    try:
        comes_of_age(bank_server, home, bank_server.bank.clock.now() + timedelta(days=100))
        assert reasons(given.read()) == {"guardian_needed"}
        bank_server.rows(forgery, home)
        with alarmed(bank_server):
            assert "no_consent" in reasons(given.read())
    finally:
        comes_of_age(bank_server, home, None)
    assert given.read().status_code == 200


def test_where_nobody_knows_whether_she_is_a_minor_a_guardians_word_counts_neither(
    bank_server: BankServer,
):
    given = granted(bank_server, "taro")
    home = bank_server.residents["taro"]
    try:
        bank_server.rows(
            "UPDATE residents SET of_age_from = now() + interval '1 day' WHERE resident_id = $1",
            home,
        )
        assert "no_consent" in reasons(given.read())
    finally:
        comes_of_age(bank_server, home, None)


def test_the_key_service_looks_at_the_majority_itself(bank_server: BankServer):
    """A worker that skips the check is refused by the key service."""
    agreement = agree(bank_server)
    assert agreement.release(agreement.wanted(agreement.recorded(agreement.permit())))
    ref = agreement.recorded(agreement.permit())
    unmarked = "UPDATE residents SET majority_mac = NULL WHERE resident_id = $1"
    try:
        bank_server.rows(unmarked, agreement.resident)
        with pytest.raises(KeyRefusedError):
            agreement.release(agreement.wanted(ref))
    finally:
        comes_of_age(bank_server, agreement.resident, None)


class Shared:
    """A household of two adults, one of whom lets a provider have what they share."""

    def __init__(self, server: BankServer) -> None:
        self.server = server
        deposited = server.deposited("hanako", "household_electricity")
        names = [f"{name}-{uuid4().hex[:8]}" for name in ("wife", "husband", "child")]
        records = {"household_electricity": deposited}
        self.wife = newcomer(server, names[0], records)
        self.husband, self.child = newcomer(server, names[1]), newcomer(server, names[2])
        self.names = names
        self.given: Granted = granted(server, names[0], **ELECTRICITY)
        self.household = self.registered(names[:2], names[2:])

    def registered(self, adults: list[str], minors: list[str]) -> UUID:
        """Have a steward register a household."""
        one, _ = stewards(self.server)
        return self.server.run(self.server.bank.households.register(adults, minors, one))

    def say(self, *, agrees: bool) -> None:
        """Have the husband agree, or end that."""
        document = {"household": str(self.household), "agrees": agrees}
        answer = Desk(self.server, self.names[1]).post("/api/v1/household/agreement", document)
        assert answer.status_code == 200, answer.text

    def refused(self) -> bool:
        """Tell whether nothing is given because the household disagrees, and for that alone."""
        return reasons(self.given.read()) == {"household_disagrees"}


@pytest.fixture
def shared(bank_server: BankServer) -> Shared:
    """Return a household of two adults and a child; nobody has agreed yet."""
    return Shared(bank_server)


HOMES = {
    "she lives alone": "DELETE FROM household_members WHERE resident_id = '{wife}'",
    "the other does not live there": """
        DELETE FROM household_members WHERE resident_id = '{husband}'""",
    "the other is a child": """
        UPDATE household_members SET adult = false WHERE resident_id = '{husband}'""",
    "the other is not asked": """
        UPDATE household_members SET left_out = true WHERE resident_id = '{husband}'""",
    "the other agrees": """
        INSERT INTO household_agreements (resident_id, household_id, agreed_at)
        VALUES ('{husband}', '{household}', now())""",
    "another household": """
        UPDATE household_members SET household_id = gen_random_uuid()
        WHERE resident_id = '{wife}'""",
}


@pytest.mark.parametrize("forgery", HOMES.values(), ids=HOMES)
def test_a_household_changed_by_sql_agrees_to_nothing(shared: Shared, forgery: str):
    assert shared.refused()
    shared.server.rows(forgery.format(**vars(shared)))
    with alarmed(shared.server):
        assert shared.refused()


def test_an_agreement_that_was_ended_does_not_come_back_by_sql(shared: Shared):
    shared.say(agrees=True)
    assert shared.given.read().status_code == 200
    shared.say(agrees=False)
    assert shared.refused()
    undone = "UPDATE household_agreements SET ended_at = NULL WHERE resident_id = $1"
    shared.server.rows(undone, shared.husband)
    with alarmed(shared.server):
        assert shared.refused()


def test_what_was_written_past_the_bank_gets_no_mark_by_another_act(shared: Shared):
    server, (wife, husband, child) = shared.server, shared.names
    one, _ = stewards(server)
    alone = "DELETE FROM household_members WHERE household_id = $1 AND resident_id = $2"
    server.rows(alone, shared.household, shared.husband)
    with pytest.raises(ConflictError, match="past the bank"):
        server.run(server.bank.households.leave_out(shared.household, child, "case 12", one))
    with pytest.raises(ConflictError, match="past the bank"):
        shared.registered([wife, husband], [])
    assert shared.refused()


def test_who_is_left_when_one_of_a_household_is_erased_is_asked_as_before(shared: Shared):
    server = shared.server
    shared.say(agrees=True)
    server.run(server.bank.erase(shared.child))
    assert shared.given.read().status_code == 200
    shared.say(agrees=False)
    assert shared.refused()
    server.run(server.bank.erase(shared.husband))
    assert shared.given.read().status_code == 200


def test_a_second_household_asks_its_adults_too(shared: Shared):
    shared.say(agrees=True)
    server, flatmate = shared.server, f"flatmate-{uuid4().hex[:8]}"
    newcomer(server, flatmate)
    shared.registered([shared.names[0], flatmate], [])
    assert shared.refused()


def test_residents_from_before_are_marked_once_and_forged_marks_are_not(
    shared: Shared,
):
    server = shared.server
    shared.say(agrees=True)
    forged = server.residents["taro"]
    for table, columns in (
        ("residents", "majority_mac = NULL, homes_mac = NULL"),
        ("household_members", "roster_mac = NULL"),
        ("household_agreements", "mac = NULL"),
    ):
        server.rows(f"UPDATE {table} SET {columns}")
    server.rows("UPDATE residents SET majority_mac = $2 WHERE resident_id = $1", forged, bytes(32))
    assert "no_consent" in reasons(shared.given.read())
    holdings = server.bank.hold
    mark = MarkResidents(holdings.units, holdings.record, holdings.keyservice, holdings.clock)
    assert server.run(mark()) > 3
    assert server.run(mark()) == 0
    assert shared.given.read().status_code == 200
    stays = "SELECT majority_mac FROM residents WHERE resident_id = $1"
    assert server.rows(stays, forged)[0]["majority_mac"] == bytes(32)
    entry = server.recorded(EntryKind.STAFF_ACT)[-1]
    assert entry.fields["what"] == "residents_marked"
    server.rows("UPDATE residents SET majority_mac = NULL WHERE resident_id = $1", forged)
    assert server.run(mark()) == 1
