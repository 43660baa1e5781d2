"""A resident reports what she did not expect, and has an answer that nobody else reads."""

import pytest
from custody import custody_of
from newcomers import newcomer
from running_bank import BankServer

from infobank.accounts.errors import RightsRequestOverError
from infobank.accounts.rights import Right, Status
from infobank.app.installation import Databases
from infobank.cli.custody.rekey import open_rekeying
from infobank.errors import InvalidInputError, NotFoundError
from infobank.keystore.service.core import KeyCore
from infobank.usecases.rights.sealing import Reported
from infobank.vault.keyring import shard_of
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.text.language import Language

SELF = GivenBy.SELF


def newest_entry(server: BankServer, resident: ResidentId) -> int:
    server.sequence()
    found = server.run(server.bank.history.recent(resident, 1))
    assert found[0].index is not None
    return found[0].index


def test_a_report_waits_once_is_answered_once_and_read_by_her(bank_server: BankServer):
    bank, home = bank_server.bank, newcomer(bank_server, "reporter")
    entry = newest_entry(bank_server, home)
    made = bank_server.run(bank.rights.report.ask(home, SELF, Reported(entry, "だれ?")))
    again = bank_server.run(bank.rights.report.ask(home, SELF, Reported(entry, "again")))
    assert again.request_id == made.request_id
    ((request, reported),) = bank_server.run(bank.rights.report.waiting())
    assert (request.request_id, reported) == (made.request_id, Reported(entry, "だれ?"))
    bank_server.run(bank.rights.report.answer(made.request_id, "市の係が入れた記録です"))
    with pytest.raises(RightsRequestOverError):
        bank_server.run(bank.rights.report.answer(made.request_id, "twice"))
    held = bank_server.run(bank.rights.desk.one(home, made.request_id))
    said = bank_server.run(bank.rights.report.told([held]))[made.request_id]
    assert (held.right, held.status) == (Right.REPORT, Status.ANSWERED)
    assert said.answer == "市の係が入れた記録です"
    assert bank_server.run(bank.rights.report.waiting()) == []


def test_the_database_holds_neither_note_nor_answer_in_the_open(bank_server: BankServer):
    rows = bank_server.rows("SELECT * FROM rights_requests WHERE kind = 'report'")
    assert rows
    for row in rows:
        held = b"".join(bytes(value) for value in row.values() if isinstance(value, bytes))
        assert "だれ".encode() not in held
        assert "係".encode() not in held


def test_nobody_reports_an_entry_of_anothers_history(bank_server: BankServer):
    entry = newest_entry(bank_server, bank_server.residents["hanako"])
    with pytest.raises(NotFoundError):
        bank_server.run(
            bank_server.bank.rights.report.ask(bank_server.residents["taro"], SELF, Reported(entry))
        )


def test_an_answer_says_something_and_no_note_is_endless(bank_server: BankServer):
    bank, home = bank_server.bank, newcomer(bank_server, "brief")
    entry = newest_entry(bank_server, home)
    with pytest.raises(InvalidInputError):
        Reported(entry, "x" * 1001)
    made = bank_server.run(bank.rights.report.ask(home, SELF, Reported(entry)))
    for answer in ("", " \n ", "x" * 1001):
        with pytest.raises(InvalidInputError):
            bank_server.run(bank.rights.report.answer(made.request_id, answer))
    assert bank_server.run(bank.rights.desk.one(home, made.request_id)).status is Status.RECEIVED


def test_reports_and_addresses_survive_new_keys(bank_server: BankServer):
    bank, home = bank_server.bank, newcomer(bank_server, "rekeyed")
    bank_server.run(bank.letters.choose.set_paper(home, SELF, "柏市 1-1", Language.JA))
    entry = newest_entry(bank_server, home)
    made = bank_server.run(bank.rights.report.ask(home, SELF, Reported(entry, "before")))

    async def rekey(core: KeyCore) -> int:
        found = Databases(bank_server.settings, None)
        async with open_rekeying(found, core) as renew:
            return await renew(shard_of(home), lambda _done, _total: None)

    with custody_of(bank_server) as custody:
        custody.with_core(rekey)
    held = bank_server.run(bank.rights.desk.one(home, made.request_id))
    said = bank_server.run(bank.rights.report.told([held]))[made.request_id]
    assert said.reported == Reported(entry, "before")
    ((_, address),) = bank_server.run(bank.letters.choose.of_resident(home))
    assert address.to == "柏市 1-1"
