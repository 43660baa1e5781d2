"""Minors and those who act for them, until the hand-over and after it."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from desk import Desk
from majority import comes_of_age
from newcomers import newcomer
from provider_client import ProviderClient, open_request, register
from running_bank import BankServer
from stewards import let_act, stewards
from terms import reasons

from infobank.accounts.account import Account
from infobank.accounts.proxy import Scope
from infobank.errors import InvalidInputError
from infobank.usecases.accounts.grant_proxy import Standing
from infobank.usecases.accounts.hand_over import HandOver
from infobank.vocabulary.givenby import GivenBy

CHILD = date(2015, 4, 1)
MINE = "/api/v1/proxies/mine"


def in_days(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def acting(server: BankServer, guardian: str, proxy: object) -> Desk:
    desk = Desk(server, guardian)
    assert desk.post("/api/v1/proxies/act", {"proxy": str(proxy)}).status_code == 204
    return desk


def agreed_by_guardian(client: ProviderClient, ward: str) -> str:
    """Let a guardian agree to a request for her ward; return the token."""
    server, url = client.server, client.authorization_url(client.push())
    home, request_id = open_request(server, ward, url)
    authorize = server.bank.authorize
    _, _, asked = server.run(authorize.one(home, request_id))
    answer = server.run(authorize.agree(home, request_id, asked.items, GivenBy.GUARDIAN))
    tokens = client.redeem(parse_qs(urlsplit(answer).query)["code"][0]).json()
    return str(tokens["access_token"])


def test_a_guardians_word_counts_until_the_hand_over_and_then_her_own(bank_server: BankServer):
    server, home = bank_server, newcomer(bank_server, "growing")
    proxy = let_act(server, "growing", "taro", in_days(300), born=CHILD)
    (row,) = server.rows("SELECT of_age_from FROM residents WHERE resident_id = $1", home)
    assert row["of_age_from"] == datetime(2033, 3, 31, 15, tzinfo=UTC)
    one, _ = stewards(server)
    server.run(server.bank.households.register(["taro"], ["growing"], one))
    members = "SELECT adult FROM household_members WHERE resident_id = $1"
    client = register(server)
    own = client.tokens("growing")["access_token"]
    assert reasons(client.read(own)) == {"guardian_needed"}
    guarded = agreed_by_guardian(client, "growing")
    assert client.read(guarded).status_code == 200
    desk = acting(server, "taro", proxy.proxy_id)
    assert desk.get("/api/v1/consents").status_code == 200
    # The years pass.
    comes_of_age(server, home, datetime.now(UTC))
    over = desk.get("/api/v1/consents")
    assert (over.status_code, over.json()["code"]) == (403, "proxy_over")
    assert reasons(client.read(guarded)) == {"guardian_over"}
    (member,) = [each["adult"] for each in server.rows(members, home)]
    assert not member
    proxies = server.bank.proxies
    hand_over = HandOver(proxies.units, proxies.record, proxies.keyservice, proxies.clock)
    assert [server.run(hand_over()), server.run(hand_over())] == [1, 0]
    (member,) = [each["adult"] for each in server.rows(members, home)]
    assert member
    grown = Desk(server, "growing")
    told = [each["fields"].get("what") for each in grown.events()]
    assert "proxy_of_age" in told
    anew = register(server)
    assert anew.read(anew.tokens("growing")["access_token"]).status_code == 200


def test_a_guardian_of_a_minor_ends_with_her_majority_even_where_that_was_changed_by_sql(
    bank_server: BankServer,
):
    home, soon = newcomer(bank_server, "nearly"), in_days(20).date()
    born = date(soon.year - 18, soon.month, min(soon.day, 28))
    proxy = let_act(bank_server, "nearly", "taro", in_days(300), born=born)
    assert in_days(15) < proxy.valid_until < in_days(22)
    second = let_act(bank_server, "nearly", "hanako", in_days(300))
    bank_server.rows("UPDATE residents SET of_age_from = NULL WHERE resident_id = $1", home)
    found = bank_server.run(bank_server.bank.proxies.acting_for(home))
    assert {each.proxy_id for each in found} == {proxy.proxy_id, second.proxy_id}
    for each in found:
        assert each.live(in_days(10))
        assert not each.live(in_days(22))


def test_a_child_does_not_put_her_guardian_out_nor_one_guardian_another(bank_server: BankServer):
    newcomer(bank_server, "child")
    proxy = let_act(bank_server, "child", "taro", in_days(300), born=CHILD)
    end = f"/api/v1/proxies/{proxy.proxy_id}/end"
    child, guardian = Desk(bank_server, "child"), acting(bank_server, "taro", proxy.proxy_id)
    for desk in (child, guardian):
        refused = desk.post(end)
        assert (refused.status_code, refused.json()["code"]) == (403, "proxy_over")
    assert child.get(MINE).json()["proxies"][0]["live"]


def test_an_adult_ends_what_somebody_may_do_for_her(bank_server: BankServer):
    newcomer(bank_server, "recovered")
    proxy = let_act(bank_server, "recovered", "taro", in_days(30), scopes=frozenset({Scope.LOOK}))
    mine, agent = Desk(bank_server, "recovered"), acting(bank_server, "taro", proxy.proxy_id)
    assert agent.get("/api/v1/consents").status_code == 200
    ended = mine.post(f"/api/v1/proxies/{proxy.proxy_id}/end")
    assert (ended.status_code, ended.json()["live"]) == (200, False)
    assert agent.get("/api/v1/consents").status_code == 403
    (listed,) = mine.get(MINE).json()["proxies"]
    assert listed["ended_at"] is not None
    assert mine.events()[0]["fields"]["by"] == GivenBy.SELF
    assert mine.post(f"/api/v1/proxies/{proxy.proxy_id}/end").status_code == 404


@pytest.mark.parametrize(
    "standing",
    [
        Standing(frozenset(Scope), in_days(3 * 366)),
        Standing(frozenset(Scope), in_days(-1)),
        Standing(frozenset(), in_days(30)),
        Standing(frozenset(Scope), in_days(30), born=date(2000, 1, 1)),
    ],
    ids=["too long", "over", "for nothing", "of age"],
)
def test_a_proxy_that_the_house_does_not_allow_is_not_asked_for(
    bank_server: BankServer, standing: Standing
):
    one, _ = stewards(bank_server)
    waiting = "SELECT approval_id FROM approvals"
    before = bank_server.rows(waiting)
    with pytest.raises(InvalidInputError):
        ask(bank_server, standing, one)
    assert bank_server.rows(waiting) == before


def ask(server: BankServer, standing: Standing, by: Account) -> None:
    server.run(server.bank.stewardship.grant_proxy("kenji", "taro", standing, by))
