"""Auditors follow a person through a month, and neither know her nor follow her further."""

import re

import pytest
from provider_client import register
from running_bank import BankServer
from signed_in import SECONDS, signed_in
from terms import granted

from infobank.usecases.accesslog.search import LogAnswer, LogQuestion

FOUND = re.compile(r'href="/log/entries\?person=([0-9a-f-]+)"')


@pytest.fixture(scope="module")
def logged(bank_server: BankServer) -> BankServer:
    """Return the bank after two residents gave something each."""
    for handle in ("hanako", "taro"):
        granted(bank_server, handle, register(bank_server))
    bank_server.sequence()
    return bank_server


def asked(server: BankServer, **question: str) -> LogAnswer:
    search = server.bank.search
    return server.run(search(LogQuestion(fields={"kind": "consent_given"}, **question)))


def name_of(server: BankServer, handle: str) -> str:
    """Return the pseudonym of a resident in the month of her newest consent."""
    answer, resident = asked(server), server.residents[handle]
    entry = next(each for each in answer.entries if each.resident == resident)
    named = server.run(server.bank.search.persons.of([entry]))
    return named[entry.index or 0]


def test_a_pseudonym_finds_one_persons_entries_and_all_of_them(logged: BankServer):
    for handle in ("hanako", "taro"):
        resident = logged.residents[handle]
        found = asked(logged, person=name_of(logged, handle)).entries
        assert found
        assert [each.index for each in found] == [
            each.index for each in asked(logged).entries if each.resident == resident
        ]


def test_two_people_and_two_months_have_names_of_their_own(logged: BankServer):
    persons, residents = logged.bank.search.persons, list(logged.residents.values())
    hanako, taro = (name_of(logged, handle) for handle in ("hanako", "taro"))
    assert hanako != taro
    assert logged.run(persons.find(hanako, residents)) == logged.residents["hanako"]
    later = f"2031-01-{hanako.rpartition('-')[2]}"
    assert logged.run(persons.find(later, residents)) is None
    assert asked(logged, person=later).entries == []


def test_an_auditor_presses_a_pseudonym_and_sees_no_resident(logged: BankServer):
    auditor = signed_in(logged, "auditor")
    query = {"kind": "consent_given", "lang": "en"}
    page = auditor.get(f"{logged.url}/log/entries", params=query, timeout=SECONDS).text
    names = set(FOUND.findall(page))
    assert {name_of(logged, handle) for handle in ("hanako", "taro")} <= names
    assert not any(str(resident) in page for resident in logged.residents.values())
    mine = {"person": name_of(logged, "hanako"), **query}
    page = auditor.get(f"{logged.url}/log/entries", params=mine, timeout=SECONDS).text
    assert set(FOUND.findall(page)) == {mine["person"]}


@pytest.mark.parametrize("typed", ["hanako", "2026-13-0123456789abcdef", "2026-11-0123"])
def test_what_is_no_pseudonym_is_said_so(logged: BankServer, typed: str):
    answer = signed_in(logged, "auditor").get(
        f"{logged.url}/log/entries", params={"person": typed}, timeout=SECONDS
    )
    assert answer.status_code == 422
    assert typed in answer.text


def test_no_table_holds_a_pseudonym(logged: BankServer):
    """Neither as text nor as the bytes it is written from."""
    digits = name_of(logged, "hanako").rpartition("-")[2]
    tables = logged.rows("SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public'")
    assert len(tables) > 20
    for (table,) in tables:
        assert not logged.rows(f'SELECT FROM "{table}" t WHERE t::text LIKE $1', f"%{digits}%")
