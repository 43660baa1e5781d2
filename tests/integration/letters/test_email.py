"""A resident is told by e-mail that something changed, and never what."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from desk import Desk
from letterbox import Mailbox, beat, mail_server, words_of
from mandates import given
from newcomers import newcomer
from provider_client import ProviderClient, registered
from running_bank import BankServer
from stewards import STEWARDS
from walking import agreed

from infobank.accesslog.entry import EntryKind
from infobank.accounts.contact import MOST_CODES, MOST_TRIES, Channel, Matter
from infobank.errors import ConflictError, InvalidInputError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.text.language import Language

SELF = GivenBy.SELF
NAME = "WalkCoach"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def besides(mailbox: Mailbox) -> Mapping[str, str]:
    return mailbox.settings


@pytest.fixture
def client(bank_server: BankServer) -> ProviderClient:
    return registered(Desk(bank_server, STEWARDS[0]))


def asked(server: BankServer, handle: str, to: str) -> ResidentId:
    """Let somebody move in who gives an address."""
    home = newcomer(server, handle)
    beat(server)  # nothing of what happened before is told
    server.run(server.bank.letters.choose.set_email(home, SELF, to, Language.EN))
    beat(server)
    return home


def code_in(mailbox: Mailbox, to: str) -> str:
    """Return the code that the newest message for an address holds."""
    found = re.search(r"\b[0-9]{6}\b", words_of(mailbox.to(to)[-1]))
    assert found is not None
    return found[0]


def confirmed(server: BankServer, mailbox: Mailbox, handle: str) -> tuple[ResidentId, str]:
    """Let somebody move in who is told by e-mail."""
    to = f"{handle}@example.jp"
    home = asked(server, handle, to)
    server.run(server.bank.letters.choose.confirm(home, SELF, code_in(mailbox, to)))
    mailbox.taken.clear()
    beat(server)
    return home, to


def test_the_first_read_by_an_organisation_is_told_once_and_never_what_it_was(
    bank_server: BankServer, mailbox: Mailbox, client: ProviderClient
):
    _, to = confirmed(bank_server, mailbox, "first-read")
    held = agreed(client, "first-read")
    assert held.read().status_code == 200
    beat(bank_server)
    (message,) = mailbox.to(to)
    said = f"{message['Subject']} {words_of(message)}"
    assert bank_server.url in said
    for word in (NAME, "steps", "first-read", client.client_id):
        assert word not in said
    assert held.read().status_code == 200
    beat(bank_server)
    assert len(mailbox.to(to)) == 1


def test_that_a_provider_newly_falls_inside_a_mandate_is_told_once(
    bank_server: BankServer, mailbox: Mailbox
):
    home, to = confirmed(bank_server, mailbox, "beforehand")
    given(bank_server, "beforehand", classes=["service"])
    beat(bank_server)
    assert mailbox.to(to) == []  # what she did herself
    client = registered(Desk(bank_server, STEWARDS[0]))
    bank_server.run(bank_server.bank.mandates())
    beat(bank_server)
    bank_server.run(bank_server.bank.mandates())
    beat(bank_server)
    (message,) = mailbox.to(to)
    assert client.client_id not in words_of(message)
    shown = [
        event.fields["provider"]
        for event in bank_server.run(bank_server.bank.history.recent(home, 50))
        if event.kind is EntryKind.PROVIDER_INSIDE
    ]
    assert shown == [client.client_id]


def test_only_what_was_chosen_is_told(
    bank_server: BankServer, mailbox: Mailbox, client: ProviderClient
):
    home, to = confirmed(bank_server, mailbox, "chosen")
    choose = bank_server.bank.letters.choose
    bank_server.run(choose.choose(home, SELF, Channel.EMAIL, frozenset({Matter.RIGHTS})))
    assert agreed(client, "chosen").read().status_code == 200
    beat(bank_server)
    assert mailbox.to(to) == []


def test_nothing_but_a_code_goes_to_an_address_that_nobody_confirmed(
    bank_server: BankServer, mailbox: Mailbox, client: ProviderClient
):
    to = "unconfirmed@example.jp"
    asked(bank_server, "unconfirmed", to)
    assert agreed(client, "unconfirmed").read().status_code == 200
    beat(bank_server)
    assert ["code" in message["Subject"] for message in mailbox.to(to)] == [True]


def test_wrong_codes_end_the_code(bank_server: BankServer, mailbox: Mailbox):
    home = asked(bank_server, "guesser", "guesser@example.jp")
    right = code_in(mailbox, "guesser@example.jp")
    wrong = str((int(right) + 1) % 10**6).zfill(6)
    choose = bank_server.bank.letters.choose
    for _ in range(MOST_TRIES):
        with pytest.raises(InvalidInputError):
            bank_server.run(choose.confirm(home, SELF, wrong))
    with pytest.raises(ConflictError):
        bank_server.run(choose.confirm(home, SELF, right))


def test_nobody_fills_a_strangers_mailbox_with_codes(bank_server: BankServer, mailbox: Mailbox):
    home, choose = newcomer(bank_server, "filler"), bank_server.bank.letters.choose
    to = "stranger@example.jp"
    for _ in range(MOST_CODES):
        bank_server.run(choose.set_email(home, SELF, to, Language.JA))
        beat(bank_server)
    with pytest.raises(ConflictError):
        bank_server.run(choose.set_email(home, SELF, to, Language.JA))
    assert len(mailbox.to(to)) == MOST_CODES


@pytest.mark.parametrize("to", ["", "name", "a@b", "a@example.jp\nBcc: x@example.jp", "あ@例.jp"])
def test_what_is_no_address_is_refused(bank_server: BankServer, to: str):
    choose = bank_server.bank.letters.choose
    home = bank_server.residents["taro"]
    with pytest.raises(InvalidInputError):
        bank_server.run(choose.set_email(home, SELF, to, Language.JA))
    assert bank_server.run(choose.of_resident(home)) == ()


def test_a_message_that_was_not_taken_is_sent_again_later(
    bank_server: BankServer, mailbox: Mailbox
):
    mailbox.shut = True
    home = asked(bank_server, "later", "later@example.jp")
    assert mailbox.to("later@example.jp") == []
    mailbox.shut = False
    beat(bank_server)
    assert mailbox.to("later@example.jp") == []  # not before its time
    beat(bank_server, timedelta(minutes=2))
    assert len(mailbox.to("later@example.jp")) == 1
    beat(bank_server, timedelta(hours=7))
    assert len(mailbox.to("later@example.jp")) == 1
    assert home in {row[0] for row in bank_server.rows("SELECT resident_id FROM letters")}


def test_the_address_stands_nowhere_in_the_open_and_goes_with_the_account(
    bank_server: BankServer, mailbox: Mailbox
):
    home, to = confirmed(bank_server, mailbox, "sealed")
    (row,) = bank_server.rows("SELECT * FROM contacts WHERE resident_id = $1", home)
    assert to.encode() not in bytes(row["sealed"])
    bank_server.run(bank_server.bank.rights.close(home, SELF, sure=True))
    for table in ("contacts", "letters"):
        assert bank_server.rows(f"SELECT FROM {table} WHERE resident_id = $1", home) == []


def test_an_ended_channel_gets_nothing_more(
    bank_server: BankServer, mailbox: Mailbox, client: ProviderClient
):
    home, to = confirmed(bank_server, mailbox, "ended")
    choose = bank_server.bank.letters.choose
    held = agreed(client, "ended")
    bank_server.run(choose.end(home, SELF, Channel.EMAIL))
    bank_server.run(choose.end(home, SELF, Channel.EMAIL))
    assert held.read().status_code == 200
    beat(bank_server)
    assert mailbox.to(to) == []
    kinds = [
        event.fields.get("what")
        for event in bank_server.run(bank_server.bank.history.recent(home, 50))
    ]
    assert kinds.count("email_ended") == 1
