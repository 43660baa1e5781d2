"""A month on paper: queued for the desk, opened only to be printed, and that is in the history."""

from datetime import timedelta

import pytest
import requests
from letterbox import beat
from newcomers import newcomer
from running_bank import BankServer
from signed_in import SECONDS, signed_in
from stewards import STEWARDS, stewards

from infobank.accesslog.entry import EntryKind
from infobank.accounts.contact import Channel
from infobank.errors import InvalidInputError, NotFoundError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import AccountId
from infobank.vocabulary.text.language import Language

SELF = GivenBy.SELF
HOME = "千葉県柏市\n合成 花子 様"
MONTH = timedelta(days=31)


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


def test_a_steward_alone_opens_a_letter(bank_server: BankServer):
    bank, home = bank_server.bank, newcomer(bank_server, "addressee")
    bank_server.run(bank.letters.choose.set_paper(home, SELF, HOME, Language.EN))
    beat(bank_server, 3 * MONTH)
    waiting = bank_server.run(bank.letters.desk.waiting())
    letter = next(each for each in waiting if each.resident == home)
    url = f"{bank_server.url}/steward/letters/{letter.letter_id}"

    def opened() -> int:
        found = bank_server.run(bank.history.recent(home, 50))
        return sum(event.fields.get("what") == "letter_printed" for event in found)

    stranger = requests.get(url, timeout=SECONDS, allow_redirects=False)
    assert (stranger.status_code, "/sign-in?" in stranger.headers["Location"]) == (303, True)
    for handle in ("addressee", "hanako", "auditor"):
        refused = signed_in(bank_server, handle).get(url, timeout=SECONDS)
        assert (refused.status_code, "花子" in refused.text) == (403, False)
    assert opened() == 0
    page = signed_in(bank_server, STEWARDS[0]).get(url, timeout=SECONDS)
    assert page.status_code == 200
    assert "千葉県柏市<br>合成 花子 様" in page.text
    assert '<html lang="en"' in page.text  # hers, not the steward's
    assert opened() == 1
    gone = url.replace(str(letter.letter_id), str(home))
    assert signed_in(bank_server, STEWARDS[0]).get(gone, timeout=SECONDS).status_code == 404


def staff(server: BankServer) -> AccountId:
    return stewards(server)[0].account_id
