"""Guardians: what they do is marked as theirs, is for what they may, and ends in time."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from desk import DESK, Desk
from provider_client import ProviderClient, register
from running_bank import BankServer
from signed_in import SECONDS
from stewards import let_act

from infobank.accounts.errors import UnknownProxyError
from infobank.accounts.proxy import Proxy, Scope
from infobank.clock import Clock
from infobank.errors import InvalidInputError

LABEL = "canary-grandmother"


class Later(Clock):
    """The machine's clock, some time ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        """Return an instant that has not come yet."""
        return datetime.now(UTC) + self._ahead


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> ProviderClient:
    return register(bank_server)


def add(
    server: BankServer,
    ward: str,
    guardian: str,
    *scopes: Scope,
    life: timedelta = timedelta(days=300),
) -> Proxy:
    until = datetime.now(UTC) + life
    wanted = frozenset(scopes or Scope)
    return let_act(server, ward, guardian, until, scopes=wanted, label=LABEL)


def acting(server: BankServer, guardian: str, proxy: Proxy) -> Desk:
    desk = Desk(server, guardian)
    answer = desk.post("/api/v1/proxies/act", {"proxy": str(proxy.proxy_id)})
    assert answer.status_code == 204, answer.text
    return desk


@pytest.fixture(scope="module")
def proxy(bank_server: BankServer) -> Proxy:
    """Taro may do everything for Kenji."""
    return add(bank_server, "kenji", "taro")


def test_a_guardian_sees_and_acts_on_the_wards_data_and_not_her_own(
    bank_server: BankServer, client: ProviderClient, proxy: Proxy
):
    client.tokens("kenji")
    own, desk = Desk(bank_server, "taro"), acting(bank_server, "taro", proxy)
    (consent,) = desk.get("/api/v1/consents").json()["consents"]
    assert own.get("/api/v1/consents").json()["consents"] == []
    answer = desk.post(f"/api/v1/consents/{consent['consent']}/withdraw")
    assert answer.json()["state"] == "withdrawn"
    events = Desk(bank_server, "kenji").events()
    ended = next(each for each in events if each["kind"] == "consent_withdrawn")
    assert ended["fields"]["by"] == "guardian"


def test_requests_at_the_desk_are_marked_as_the_guardians(bank_server: BankServer, proxy: Proxy):
    desk = acting(bank_server, "taro", proxy)
    made = desk.ask("restrictions", {"category": "profile"})
    assert made["by"] == "guardian"
    assert desk.lift(made).json()["steps"][-1]["by"] == "guardian"
    events = [each for each in Desk(bank_server, "kenji").events() if "right" in each["fields"]]
    assert [each["fields"]["by"] for each in events] == ["guardian", "guardian"]
    assert Desk(bank_server, "taro").get(DESK).json()["requests"] == []


def test_looking_depositing_and_agreeing_are_marked_too(
    bank_server: BankServer, client: ProviderClient, proxy: Proxy
):
    desk, kenji = acting(bank_server, "taro", proxy), Desk(bank_server, "kenji")
    page = desk.program.get(f"{bank_server.url}/holdings/daily_activity", timeout=SECONDS)
    assert page.status_code == 200
    assert kenji.events()[0]["fields"]["by"] == "guardian"
    day = bank_server.deposited("kenji", "daily_activity")[-1].observed.isoformat()
    record = {"observed": day, "values": {"steps": 12}}
    document = {"category": "daily_activity", "records": [record]}
    assert desk.post("/api/v1/deposits", document).status_code == 201
    assert kenji.events()[0]["fields"]["source"] == "guardian"
    opened = desk.program.get(
        client.authorization_url(client.push()), allow_redirects=False, timeout=SECONDS
    )
    form = {
        "csrf": desk.program.headers["X-CSRF-Token"],
        "decision": "agree",
        **{f"share.0.{name}": "yes" for name in client.element()["fields"]},
    }
    url = bank_server.url + opened.headers["Location"]
    agreed = desk.program.post(url, data=form, allow_redirects=False, timeout=SECONDS)
    assert "code=" in agreed.headers["Location"]
    given = next(each for each in kenji.events() if each["kind"] == "consent_given")
    assert given["fields"]["by"] == "guardian"
    (row,) = bank_server.rows(
        "SELECT given_by FROM consents WHERE resident_id = $1 AND withdrawn_at IS NULL",
        bank_server.residents["kenji"],
    )
    assert row["given_by"] == "guardian"


def page(server: BankServer, desk: Desk, path: str) -> requests.Response:
    return desk.program.get(server.url + path, timeout=SECONDS)


def test_every_page_says_for_whom_one_acts_and_leads_back(bank_server: BankServer, proxy: Proxy):
    desk = acting(bank_server, "taro", proxy)
    assert LABEL in page(bank_server, desk, "/home").text
    listed = desk.get("/api/v1/proxies").json()["proxies"]
    assert [(each["label"], each["acting"]) for each in listed] == [(LABEL, True)]
    assert desk.post("/api/v1/proxies/act", {"proxy": None}).status_code == 204
    assert LABEL not in page(bank_server, desk, "/consents").text


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        (Scope.LOOK, {"/api/v1/consents"}),
        (Scope.RIGHTS, {DESK}),
        (Scope.CONSENT, set()),
    ],
)
def test_a_proxy_does_what_it_is_for_and_nothing_else(
    bank_server: BankServer, scope: Scope, allowed: set[str]
):
    desk = acting(bank_server, "taro", add(bank_server, "misaki", "taro", scope))
    for path in ("/api/v1/consents", DESK):
        answer = desk.get(path)
        if path in allowed:
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "proxy_over")
    deposit = desk.post("/api/v1/deposits", {})
    assert (deposit.status_code == 400) is (scope is Scope.CONSENT)


def test_a_proxy_ends_at_its_instant_in_the_middle_of_a_session(bank_server: BankServer):
    desk = acting(bank_server, "taro", add(bank_server, "misaki", "taro", life=timedelta(hours=1)))
    assert desk.get("/api/v1/consents").status_code == 200
    with bank_server.worker(Later(timedelta(hours=1, seconds=1))) as later:
        answer = desk.program.get(f"{later}/api/v1/consents", timeout=SECONDS)
        assert (answer.status_code, answer.json()["code"]) == (403, "proxy_over")
        back = desk.program.post(
            f"{later}/api/v1/proxies/act", json={"proxy": None}, timeout=SECONDS
        )
        assert back.status_code == 204
        answer = desk.program.get(f"{later}/api/v1/consents", timeout=SECONDS)
        assert answer.status_code == 200


def test_a_proxy_that_the_operator_ended_is_over_at_once(bank_server: BankServer):
    given = add(bank_server, "misaki", "taro")
    desk = acting(bank_server, "taro", given)
    bank_server.run(bank_server.bank.proxies.end(given.proxy_id))
    assert desk.get("/api/v1/consents").json()["code"] == "proxy_over"
    with pytest.raises(UnknownProxyError):
        bank_server.run(bank_server.bank.proxies.end(given.proxy_id))
    events = [each for each in Desk(bank_server, "misaki").events() if each["kind"] == "staff_act"]
    assert events[0]["fields"]["what"] == "proxy_ended"


def test_a_proxy_that_was_widened_past_the_bank_is_not_offered(bank_server: BankServer):
    given = add(bank_server, "misaki", "hanako", Scope.LOOK)
    desk = Desk(bank_server, "hanako")
    assert len(desk.get("/api/v1/proxies").json()["proxies"]) == 1
    bank_server.rows(
        "UPDATE proxies SET scopes = '{look,rights}' WHERE proxy_id = $1", given.proxy_id
    )
    assert desk.get("/api/v1/proxies").json()["proxies"] == []
    answer = desk.post("/api/v1/proxies/act", {"proxy": str(given.proxy_id)})
    assert answer.status_code == 404


def test_nobody_acts_for_whom_she_may_not(bank_server: BankServer, proxy: Proxy):
    answer = Desk(bank_server, "hanako").post("/api/v1/proxies/act", {"proxy": str(proxy.proxy_id)})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_proxy")
    staff = Desk(bank_server, "steward").post("/api/v1/proxies/act", {"proxy": str(proxy.proxy_id)})
    assert (staff.status_code, staff.json()["code"]) == (403, "not_yours")


@pytest.mark.parametrize(
    ("ward", "guardian"), [("kenji", "kenji"), ("kenji", "steward"), ("nobody", "taro")]
)
def test_only_one_resident_acts_for_another(bank_server: BankServer, ward: str, guardian: str):
    with pytest.raises(InvalidInputError):
        add(bank_server, ward, guardian)


def test_what_a_ward_is_called_stands_nowhere_open(bank_server: BankServer, proxy: Proxy):
    (row,) = bank_server.rows(
        "SELECT p::text AS shown FROM proxies p WHERE proxy_id = $1", proxy.proxy_id
    )
    assert LABEL not in row["shown"]
    assert LABEL.encode().hex() not in row["shown"]
