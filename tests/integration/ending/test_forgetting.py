"""What stands beside consents ends with the daily work: mandates, what was told, given answers."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from mandates import called, given, stop
from newcomers import newcomer
from provider_client import register
from running_bank import BankServer

from infobank.accesslog.entry import EntryKind
from infobank.app.installation import Databases
from infobank.cli.custody.retention import open_daily
from infobank.usecases.custody.forget import Forgotten
from infobank.vocabulary.identifiers import ResidentId

MANDATE_DAYS, TOLD_DAYS, ANSWER_DAYS = 1096, 366, 1827
"""What policies/retention.toml says."""


@pytest.fixture(autouse=True)
def _another_day(bank_server: BankServer) -> None:
    """Let each test be the first of its day."""
    bank_server.rows("DELETE FROM retention_runs")


def carry_out(server: BankServer) -> Forgotten:
    """Carry today's retention out, as the daily process does, whether it was done or not."""

    async def once() -> Forgotten:
        async with open_daily(server.settings, Databases(server.settings, None)) as daily:
            done = await daily.retain()
            assert done is not None
            return done.besides

    server.rows("DELETE FROM retention_runs")
    return server.run(once())


def ago(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def stopped(server: BankServer, home: ResidentId, days: int) -> None:
    statement = "UPDATE mandates SET stopped_at = $2 WHERE resident_id = $1"
    server.rows(statement, home, ago(days))


def test_an_ended_mandate_is_forgotten_after_its_days_and_not_before(bank_server: BankServer):
    server, home = bank_server, newcomer(bank_server, "forgetful")
    kept = "SELECT mandate_id FROM mandate_versions WHERE resident_id = $1"
    mandate = given(server, "forgetful")
    stop(server, mandate, "forgetful")
    stopped(server, home, MANDATE_DAYS - 1)
    assert carry_out(server).mandates == 0
    stopped(server, home, MANDATE_DAYS + 1)
    assert carry_out(server).mandates == 1
    assert server.rows(kept, home) == []
    assert server.rows(kept.replace("_versions", "s"), home) == []
    server.sequence()
    events = server.run(server.bank.history(home))
    noted = [each.fields for each in events if each.kind is EntryKind.RETENTION]
    assert [(each["what"], each["mandate"]) for each in noted] == [("mandate_forgotten", mandate)]


def test_a_mandate_stays_while_a_consent_given_under_it_is_remembered(bank_server: BankServer):
    server, home = bank_server, newcomer(bank_server, "mindful")
    mandate = given(server, "mindful")
    assert len(called(register(server))) == 1
    stop(server, mandate, "mindful")
    stopped(server, home, MANDATE_DAYS + 1)
    assert carry_out(server).mandates == 0
    server.rows("DELETE FROM consents WHERE resident_id = $1", home)
    assert carry_out(server).mandates == 1


def test_what_was_told_goes_but_never_while_it_keeps_her_from_being_told_again(
    bank_server: BankServer,
):
    server, home = bank_server, newcomer(bank_server, "listening")
    mandate = given(server, "listening")
    register(server)
    called(register(server))
    kinds = "SELECT DISTINCT kind FROM told WHERE resident_id = $1 ORDER BY kind"
    assert [row["kind"] for row in server.rows(kinds, home)] == ["answered", "provider_inside"]
    age = "UPDATE told SET made_at = $2 WHERE resident_id = $1"
    server.rows(age, home, ago(TOLD_DAYS - 1))
    assert carry_out(server).told == 0
    server.rows(age, home, ago(TOLD_DAYS + 1))
    assert carry_out(server).told == 1
    assert [row["kind"] for row in server.rows(kinds, home)] == ["provider_inside"]
    stop(server, mandate, "listening")
    assert carry_out(server).told >= 1
    assert server.rows(kinds, home) == []


def test_an_answer_is_remembered_as_long_as_later_askings_are_judged_by_it(
    bank_server: BankServer,
):
    home = newcomer(bank_server, "answering")
    add = (
        "INSERT INTO answers_given (resident_id, answer_id, provider_id, category, inquiry, day, "
        "cuts, apart) VALUES ($1, $2, $3, 'profile', 'age_at_least', $4, ARRAY[1960], 5)"
    )
    for days in (ANSWER_DAYS - 1, ANSWER_DAYS + 1):
        bank_server.rows(add, home, uuid4(), uuid4(), ago(days).date())
    assert carry_out(bank_server).answers == 1
    left = bank_server.rows("SELECT day FROM answers_given WHERE resident_id = $1", home)
    assert [row["day"] for row in left] == [ago(ANSWER_DAYS - 1).date()]
