"""A resident's own pages refuse what is another's, and do nothing twice."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import requests
from newcomers import newcomer
from running_bank import BankServer
from signed_in import SECONDS, signed_in
from stewards import STEWARDS, let_act, stewards

from infobank.accounts.proxy import Scope

PERSONAL = ("/home", "/told", "/people", "/settings", "/summary", "/history", "/holdings")


def get(server: BankServer, program: requests.Session, path: str) -> requests.Response:
    return program.get(f"{server.url}{path}", timeout=SECONDS)


def post(
    server: BankServer, program: requests.Session, path: str, **fields: str
) -> requests.Response:
    return program.post(f"{server.url}{path}", data=fields, timeout=SECONDS, allow_redirects=False)


def newest(server: BankServer, handle: str) -> int:
    server.sequence()
    found = server.run(server.bank.history.recent(server.residents[handle], 1))
    assert found[0].index is not None
    return found[0].index


def until() -> datetime:
    return datetime.now(UTC) + timedelta(days=30)


@pytest.mark.parametrize("path", PERSONAL)
def test_a_steward_opens_none_of_them(bank_server: BankServer, path: str):
    stewards(bank_server)
    assert get(bank_server, signed_in(bank_server, STEWARDS[0]), path).status_code == 403


def test_nobody_reports_or_sees_the_report_of_anothers_entry(bank_server: BankServer):
    entry, taro = newest(bank_server, "hanako"), signed_in(bank_server, "taro")
    path = f"/history/{entry}/unexpected"
    assert get(bank_server, taro, path).status_code == 404
    assert post(bank_server, taro, path, note="x").status_code == 404
    hanako = signed_in(bank_server, "hanako")
    made = post(bank_server, hanako, path, note="x").headers["Location"]
    assert post(bank_server, hanako, path, note="again").headers["Location"] == made
    assert get(bank_server, taro, made).status_code == 404


def test_a_report_is_for_guardians_at_the_rights_desk_alone(bank_server: BankServer):
    newcomer(bank_server, "ward")
    newcomer(bank_server, "helper")
    scopes = frozenset({Scope.LOOK, Scope.CONSENT})
    proxy = let_act(bank_server, "ward", "helper", until(), scopes=scopes, label="W")
    helper = signed_in(bank_server, "helper")
    assert post(bank_server, helper, "/acting", proxy=str(proxy.proxy_id)).status_code == 303
    path = f"/history/{newest(bank_server, 'ward')}/unexpected"
    assert get(bank_server, helper, path).status_code == 200
    assert post(bank_server, helper, path, note="x").status_code == 403


def test_a_proxy_ends_by_her_word_once_and_never_by_anothers(bank_server: BankServer):
    newcomer(bank_server, "adult")
    newcomer(bank_server, "friend")
    proxy = let_act(bank_server, "adult", "friend", until(), label="A")
    path = f"/people/proxies/{proxy.proxy_id}/end"
    assert post(bank_server, signed_in(bank_server, "taro"), path).status_code == 404
    adult = signed_in(bank_server, "adult")
    for _ in range(2):
        assert post(bank_server, adult, path).headers["Location"] == "/people"
    found = bank_server.run(bank_server.bank.history.recent(bank_server.residents["adult"], 50))
    assert [event.fields.get("what") for event in found].count("proxy_ended") == 1


def test_nobody_agrees_for_a_household_she_is_not_in(bank_server: BankServer):
    path = f"/people/households/{uuid4()}"
    taro = signed_in(bank_server, "taro")
    assert post(bank_server, taro, path, agrees="yes").status_code == 404


def test_a_setting_that_does_not_exist_is_not_set(bank_server: BankServer):
    taro = signed_in(bank_server, "taro")
    assert post(bank_server, taro, "/settings", do="everything").status_code == 404
    assert post(bank_server, taro, "/settings", do="matters").status_code == 404
    over = post(bank_server, taro, "/settings", do="code", code="000000")
    assert over.status_code == 409


def test_nothing_is_told_that_was_not_told_to_her(bank_server: BankServer):
    taro = signed_in(bank_server, "taro")
    assert post(bank_server, taro, "/told", told=str(uuid4())).status_code == 404
    assert post(bank_server, taro, "/told", told="x").status_code == 404
    assert post(bank_server, taro, "/told", told="").headers["Location"] == "/told"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("who=%3Cscript%3E", 200),
        ("what=nothing", 200),
        ("category=%00&purpose=x", 200),
        ("first=%E4%BB%A4%E5%92%8C8%E5%B9%B49%E6%9C%8830%E6%97%A5", 200),
        ("first=yesterday", 422),
        ("who=self&before=x", 404),
        ("page=0", 404),
    ],
)
def test_whatever_is_searched_for_is_answered_plainly(
    bank_server: BankServer, query: str, status: int
):
    answer = get(bank_server, signed_in(bank_server, "taro"), f"/history?{query}")
    assert answer.status_code == status
    assert "<script>" not in answer.text.replace('<script type="module"', "")


@pytest.mark.parametrize("month", ["2999-01", "2026-13", "x", ""])
def test_there_is_no_summary_of_a_month_that_is_none(bank_server: BankServer, month: str):
    taro = signed_in(bank_server, "taro")
    assert get(bank_server, taro, f"/summary?month={month}").status_code == 404
