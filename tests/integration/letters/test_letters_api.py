"""Letters and reports over HTTP, by a resident's program and a steward's."""

import re
from collections.abc import Iterator, Mapping

import pytest
from desk import Desk
from letterbox import Mailbox, beat, mail_server, words_of
from newcomers import newcomer
from running_bank import BankServer
from stewards import STEWARDS

LETTERS = "/api/v1/letters"
TO = "api@example.jp"
HOME = "千葉県柏市\n合成 花子 様"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def besides(mailbox: Mailbox) -> Mapping[str, str]:
    return mailbox.settings


def test_an_address_is_given_confirmed_narrowed_and_ended(
    bank_server: BankServer, mailbox: Mailbox
):
    newcomer(bank_server, "programmer")
    hers = Desk(bank_server, "programmer")
    assert hers.get(LETTERS).json() == {"mails": True, "email": None, "paper": None}
    unknown = hers.post(f"{LETTERS}/email/matters", {"matters": []})
    assert unknown.status_code == 404  # she gave no address yet
    asked = hers.post(f"{LETTERS}/email", {"to": TO, "language": "en"}).json()["email"]
    assert (asked["to"], asked["language"], asked["confirmed"]) == (TO, "en", False)
    beat(bank_server)
    found = re.search(r"\b[0-9]{6}\b", words_of(mailbox.to(TO)[-1]))
    assert found is not None
    wrong = hers.post(f"{LETTERS}/email/code", {"code": "x"})
    assert (wrong.status_code, wrong.json()["field"]) == (400, "code")
    assert hers.post(f"{LETTERS}/email/code", {"code": found[0]}).json()["email"]["confirmed"]
    again = hers.post(f"{LETTERS}/email/code", {"code": found[0]})
    assert again.status_code == 409  # no code is waited for any more
    kept = hers.post(f"{LETTERS}/email/matters", {"matters": ["rights", "account"]}).json()
    assert kept["email"]["matters"] == ["account", "rights"]
    for _ in range(2):  # once more changes nothing
        assert hers.post(f"{LETTERS}/email/end").json()["email"] is None


def test_months_on_paper_are_asked_for_and_ended(bank_server: BankServer):
    newcomer(bank_server, "paper-programmer")
    hers = Desk(bank_server, "paper-programmer")
    asked = hers.post(f"{LETTERS}/paper", {"to": HOME, "language": "ja"}).json()
    assert asked["paper"] == {"to": HOME, "language": "ja"}
    assert hers.post(f"{LETTERS}/paper/end").json()["paper"] is None
    assert hers.post(f"{LETTERS}/pigeon/end").status_code == 404


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("email", {"to": "nowhere"}),
        ("email", {"to": TO, "language": "fr"}),
        ("email", {"to": TO, "code": "1"}),
        ("email/matters", {"matters": ["weather"]}),
        ("paper", {"to": " \n "}),
    ],
)
def test_what_is_malformed_changes_nothing(
    bank_server: BankServer, path: str, document: dict[str, object]
):
    hers = Desk(bank_server, "kenji")
    assert hers.post(f"{LETTERS}/{path}", document).status_code == 400
    assert hers.get(LETTERS).json() == {"mails": True, "email": None, "paper": None}


def test_letters_are_a_residents_own(bank_server: BankServer):
    steward = Desk(bank_server, STEWARDS[0])
    assert steward.get(LETTERS).status_code == 403
    assert steward.post(f"{LETTERS}/paper", {"to": HOME}).status_code == 403


def test_a_report_is_made_once_answered_once_and_read_by_her_alone(bank_server: BankServer):
    newcomer(bank_server, "surprised")
    hers, steward = Desk(bank_server, "surprised"), Desk(bank_server, STEWARDS[0])
    bank_server.sequence()
    entry = next(each["index"] for each in hers.events() if each["index"] is not None)
    document = {"entry": entry, "note": "what is this?"}
    made = hers.post("/api/v1/rights/reports", document)
    assert (made.status_code, made.json()["right"]) == (201, "report")
    assert hers.post("/api/v1/rights/reports", document).json()["request"] == made.json()["request"]
    (waiting,) = [
        each
        for each in steward.get("/api/v1/reports").json()["reports"]
        if each["request"] == made.json()["request"]
    ]
    assert (waiting["note"], waiting["event"]["index"]) == ("what is this?", entry)
    assert str(bank_server.residents["surprised"]) not in str(waiting)
    path, reply = f"/api/v1/reports/{waiting['request']}", {"answer": "Your own deposit."}
    assert hers.post(path, reply).status_code == 403
    assert steward.post(path, {"answer": " "}).status_code == 400
    assert steward.post(path, reply).json()["status"] == "answered"
    assert steward.post(path, reply).status_code == 409
    (mine,) = hers.get("/api/v1/rights/reports").json()["reports"]
    assert (mine["entry"], mine["answer"]) == (entry, "Your own deposit.")
    stranger = Desk(bank_server, "kenji")
    assert stranger.post("/api/v1/rights/reports", {"entry": entry}).status_code == 404
    assert stranger.get("/api/v1/rights/reports").json() == {"reports": []}
