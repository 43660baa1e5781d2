"""A month on paper: queued for the desk, opened only to be printed, and that is in the history."""

from datetime import timedelta

import pytest
from newcomers import newcomer
from running_bank import BankServer
from stewards import stewards

from infobank.accesslog.entry import EntryKind
from infobank.accounts.contact import Channel
from infobank.app.installation import Databases
from infobank.cli.custody.notices import open_notifier
from infobank.clock import ShiftedClock
from infobank.errors import InvalidInputError, NotFoundError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import AccountId
from infobank.vocabulary.text.language import Language

SELF = GivenBy.SELF
HOME = "千葉県柏市\n合成 花子 様"
MONTH = timedelta(days=31)


def beat(server: BankServer, later: timedelta = timedelta()) -> None:
    """Do once what the notifier does every few seconds."""

    async def once() -> None:
        found = Databases(server.settings, None)
        async with open_notifier(server.settings, found, ShiftedClock(later)) as notifier:
            await notifier()

    server.sequence()
    server.run(once())


def test_a_month_is_queued_printed_and_posted(bank_server: BankServer):
    bank, home = bank_server.bank, newcomer(bank_server, "reader")
    bank_server.run(bank.letters.choose.set_paper(home, SELF, HOME, Language.JA))
    beat(bank_server)
    mine = [each for each in bank_server.run(bank.letters.desk.waiting()) if each.resident == home]
    for each in mine:  # the month before she asked for letters
        bank_server.run(bank.letters.desk.posted(each.letter_id, staff(bank_server)))
    beat(bank_server, MONTH)
    beat(bank_server, MONTH)
    (letter,) = bank_server.run(bank.letters.desk.waiting())
    printed = bank_server.run(bank.letters.desk.print(letter.letter_id, staff(bank_server)))
    assert printed.address.to == HOME
    assert EntryKind.DEPOSIT in {event.kind for event in printed.events}
    newest = bank_server.run(bank.history.recent(home, 1))[0]
    assert newest.fields["what"] == "letter_printed"
    assert newest.fields["staff"] == str(staff(bank_server))
    bank_server.run(bank.letters.desk.posted(letter.letter_id, staff(bank_server)))
    assert bank_server.run(bank.letters.desk.waiting()) == []
    with pytest.raises(NotFoundError):
        bank_server.run(bank.letters.desk.posted(letter.letter_id, staff(bank_server)))


def test_the_desk_sees_a_number_and_neither_name_nor_address(bank_server: BankServer):
    (row,) = bank_server.rows("SELECT * FROM contacts WHERE channel = 'paper'")
    assert "花子".encode() not in bytes(row["sealed"])
    columns = set(bank_server.rows("SELECT * FROM letters LIMIT 1")[0].keys())
    assert not columns & {"address", "content", "sealed", "to"}


@pytest.mark.parametrize("to", ["", "  \n ", "a" * 401, "name\x00", "name\u202e"])
def test_what_cannot_stand_on_an_envelope_is_refused(bank_server: BankServer, to: str):
    choose, home = bank_server.bank.letters.choose, bank_server.residents["kenji"]
    with pytest.raises(InvalidInputError):
        bank_server.run(choose.set_paper(home, SELF, to, Language.JA))


def test_letters_end_with_the_channel(bank_server: BankServer):
    bank, home = bank_server.bank, newcomer(bank_server, "quitter")
    bank_server.run(bank.letters.choose.set_paper(home, SELF, HOME, Language.JA))
    beat(bank_server, 2 * MONTH)
    assert home in {each.resident for each in bank_server.run(bank.letters.desk.waiting())}
    bank_server.run(bank.letters.choose.end(home, SELF, Channel.PAPER))
    assert home not in {each.resident for each in bank_server.run(bank.letters.desk.waiting())}


def staff(server: BankServer) -> AccountId:
    return stewards(server)[0].account_id
