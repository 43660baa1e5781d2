"""A recipient signs that it deleted: kept when it is its own word about its own notice."""

import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import requests
from agreement import alarms
from desk import Desk
from mandates import Later, bank_ahead
from provider_client import new_key
from recipient import NOTICES, Recipient, recipient
from running_bank import SECONDS, BankServer
from signed_in import COOKIE

from infobank.app.installation import Databases
from infobank.cli.custody.notices import open_notifier
from infobank.clock import ShiftedClock
from infobank.consent.ending.notice import Afterwards
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId

DAY = timedelta(days=1)


def withdraw(
    server: BankServer, told: Recipient, afterwards: Afterwards = Afterwards.DELETE
) -> ConsentId:
    """Give a consent and take it back."""
    told.client.tokens("hanako")
    home = server.residents["hanako"]
    newest = server.run(server.bank.review.of_resident(home))[0][0].consent_id
    server.run(server.bank.withdraw(home, newest, GivenBy.SELF, afterwards))
    return newest


def notifier_in(server: BankServer, shift: timedelta) -> tuple[int, int]:
    """Let the notifier do its work at a later time; return what was taken, and what is late."""

    async def work() -> tuple[int, int]:
        found = Databases(server.settings, None)
        async with open_notifier(server.settings, found, ShiftedClock(shift)) as notifier:
            return await notifier()

    return server.run(work())


def overdue_in(server: BankServer, shift: timedelta) -> requests.Response:
    """Let a steward list, at a later time, who owes an answer."""

    async def sign_in() -> str:
        async with bank_ahead(server, shift) as bank:
            secret, _ = await bank.sign_in.by_handle("steward")
            return secret

    with server.worker(Later(shift)) as later:
        cookies = {COOKIE: server.run(sign_in())}
        return requests.get(f"{later}/api/v1/overdue", cookies=cookies, timeout=SECONDS)


def owed(answer: requests.Response, told: Recipient) -> list[dict[str, Any]]:
    """Return what is listed of one recipient."""
    listed = answer.json()["overdue"]
    return [each for each in listed if each["provider"] == told.client.client_id]


def entries(server: BankServer, kind: str) -> list[dict[str, Any]]:
    """Return a resident's entries of one kind, newest first."""
    return [each for each in Desk(server, "hanako").events() if each["kind"] == kind]


@pytest.fixture
def told(bank_server: BankServer) -> Recipient:
    return recipient(bank_server)


def test_a_statement_is_kept_and_the_resident_sees_it(bank_server: BankServer, told: Recipient):
    withdraw(bank_server, told)
    (notice,) = told.notices()
    statement = told.statement(notice)
    answer = told.state(notice, statement)
    assert answer.status_code == 200
    assert answer.json()["notice"] == notice["jti"]
    rows = bank_server.rows("SELECT statement FROM notices WHERE notice_id = $1", notice["jti"])
    assert rows[0]["statement"] == statement
    assert entries(bank_server, "deletion_stated")[0]["fields"]["notice"] == notice["jti"]


def test_a_statement_acknowledges_too(bank_server: BankServer, told: Recipient):
    withdraw(bank_server, told)
    (notice,) = told.notices()
    told.state(notice, told.statement(notice))
    assert told.notices() == []
    assert entries(bank_server, "notice_acknowledged")[0]["fields"]["notice"] == notice["jti"]


def test_a_statement_sent_again_changes_nothing(bank_server: BankServer, told: Recipient):
    withdraw(bank_server, told)
    (notice,) = told.notices()
    statement = told.statement(notice)
    first = told.state(notice, statement).json()
    later = told.statement(notice, deleted_at=int(time.time()) + 5)
    assert told.state(notice, statement).json() == first
    assert told.state(notice, later).json() == first
    named = [each["fields"]["notice"] for each in entries(bank_server, "deletion_stated")]
    assert named.count(notice["jti"]) == 1


def test_a_statement_is_not_good_for_another_notice(bank_server: BankServer, told: Recipient):
    withdraw(bank_server, told)
    withdraw(bank_server, told)
    one, other = told.notices()
    assert told.state(other, told.statement(one)).status_code == 400
    assert told.state(other, told.statement(one, notice=other["jti"])).status_code == 400


def test_nobody_states_anything_about_anothers_notice(bank_server: BankServer, told: Recipient):
    withdraw(bank_server, told)
    (notice,) = told.notices()
    stranger = recipient(bank_server)
    assert stranger.state(notice, stranger.statement(notice)).status_code == 404
    assert stranger.state(notice, told.statement(notice)).status_code == 404
    assert told.state(notice, stranger.statement(notice)).status_code == 400
    assert len(told.notices()) == 1


def test_a_forged_or_hostile_statement_is_refused(bank_server: BankServer, told: Recipient):
    withdraw(bank_server, told)
    (notice,) = told.notices()
    now = int(time.time())
    good = told.statement(notice)
    head, body, signature = good.split(".")
    for forged in (
        "",
        "x" * 10_000,
        f"{head}.{body}.",
        f"{head}.{body}.{signature[:-4]}AAAA",
        told.statement(notice, key=new_key()),
        told.statement(notice, kind="JWT"),
        told.statement(notice, kind="secevent+jwt"),
        told.client.assertion(),
        told.statement(notice, iss=str(uuid4())),
        told.statement(notice, aud="https://other.example"),
        told.statement(notice, grant_id=str(uuid4())),
        told.statement(notice, deleted_at=now - 86_400),
        told.statement(notice, deleted_at=now + 3600),
        told.statement(notice, deleted_at="today"),
        told.statement(notice, iat=now + 3600),
        told.statement(notice, jti=""),
    ):
        assert told.state(notice, forged).status_code == 400, forged
    assert len(told.notices()) == 1
    assert told.state(notice, good).status_code == 200


def test_only_a_statement_is_taken(bank_server: BankServer, told: Recipient):
    withdraw(bank_server, told)
    (notice,) = told.notices()
    path = f"{NOTICES}/{notice['jti']}/deletion"
    plain = {"Content-Type": "application/json"}
    assert told.post(path, data=told.statement(notice), headers=plain).status_code == 415
    assert told.state({**notice, "jti": "x"}, told.statement(notice)).status_code == 404
    assert told.state({**notice, "jti": str(uuid4())}, told.statement(notice)).status_code == 404


def test_a_deletion_that_is_overdue_is_escalated_once(bank_server: BankServer, told: Recipient):
    grant = withdraw(bank_server, told)
    days = bank_server.bank.policies.house.deletion_days
    notifier_in(bank_server, days * DAY - timedelta(minutes=5))
    assert entries(bank_server, "deletion_overdue") == []
    _, late = notifier_in(bank_server, days * DAY + timedelta(minutes=5))
    assert late >= 1
    assert notifier_in(bank_server, days * DAY + timedelta(minutes=5)) == (0, 0)
    (entry,) = [
        each
        for each in entries(bank_server, "deletion_overdue")
        if each["fields"]["consent"] == str(grant)
    ]
    assert entry["fields"]["provider"] == told.client.client_id


def test_what_may_be_kept_is_never_an_overdue_deletion(bank_server: BankServer, told: Recipient):
    withdraw(bank_server, told, Afterwards.KEEP)
    notifier_in(bank_server, 400 * DAY)
    late = [each["fields"]["provider"] for each in entries(bank_server, "deletion_overdue")]
    assert told.client.client_id not in late


def test_the_steward_sees_who_owes_an_answer_and_nobodys_name(
    bank_server: BankServer, told: Recipient
):
    withdraw(bank_server, told, Afterwards.KEEP)
    withdraw(bank_server, told, Afterwards.DELETE)
    answer = overdue_in(bank_server, timedelta(days=90))
    assert [each["state"] for each in owed(answer, told)] == ["overdue", "overdue"]
    assert str(bank_server.residents["hanako"]) not in answer.text
    assert Desk(bank_server, "hanako").get("/api/v1/overdue").status_code == 403


def test_a_notice_that_sql_changed_is_on_no_list_and_sounds_the_alarm(
    bank_server: BankServer, told: Recipient
):
    withdraw(bank_server, told, Afterwards.DELETE)
    withdraw(bank_server, told, Afterwards.KEEP)
    mine = told.client.client_id
    bank_server.rows(
        "UPDATE notices SET deadline = made_at WHERE provider_id = $1 AND afterwards = 'delete'",
        mine,
    )
    before = alarms(bank_server)
    answer = overdue_in(bank_server, timedelta(days=90))
    assert [each["afterwards"] for each in owed(answer, told)] == ["keep"]
    assert alarms(bank_server) > before
    notifier_in(bank_server, timedelta(days=90))
    late = [each["fields"]["provider"] for each in entries(bank_server, "deletion_overdue")]
    assert mine not in late


def test_a_notice_written_by_sql_is_sent_to_nobody(bank_server: BankServer, told: Recipient):
    """Who writes to the database makes no provider delete anything in the bank's name."""
    withdraw(bank_server, told, Afterwards.KEEP)
    bank_server.rows(
        "UPDATE notices SET afterwards = 'delete' WHERE provider_id = $1", told.client.client_id
    )
    assert told.notices() == []


def test_recipients_are_told_of_an_erasure_and_answer_it(bank_server: BankServer, told: Recipient):
    """Her own log is sealed to nobody by then: their answers stand in the bank's."""
    server = bank_server
    told.client.tokens("taro")
    server.run(server.bank.erase(server.residents["taro"]))
    (notice,) = told.notices()
    assert list(notice["events"]) == [f"{server.url}/ns/events/erasure"]
    assert told.state(notice, told.statement(notice)).status_code == 200
    assert told.notices() == []
    home = server.residents["taro"]
    assert server.rows("SELECT 1 FROM notices WHERE resident_id = $1", home)
    notifier_in(server, timedelta())
    assert not server.rows("SELECT 1 FROM notices WHERE resident_id = $1", home)
