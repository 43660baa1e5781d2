"""The pages of consents over HTTP: whose they are, sent twice, bad input, and hostile words."""

import re
from collections.abc import Iterator, Mapping
from uuid import uuid4

import pytest
import requests
from asked_requests import pushed
from provider_client import CALLBACK, ProviderClient, agree, register
from running_bank import BankServer
from signed_in import SECONDS, signed_in

EVIL = {"ja": "<script>alert(1)</script>", "en": "<script>alert(1)</script>"}
EVERYTHING = {"afterwards": "keep", "everything": "1"}


@pytest.fixture
def client(bank_server: BankServer) -> ProviderClient:
    """Return a fresh provider."""
    return register(bank_server)


class Window:
    """Somebody's browser without script, as far as HTTP sees it."""

    def __init__(self, server: BankServer, handle: str, *, csrf: bool = True) -> None:
        self.server = server
        self.program = signed_in(server, handle, csrf=csrf)
        self.program.headers["Accept-Language"] = "en"

    def get(self, path: str) -> requests.Response:
        """Open a page."""
        return self.program.get(self.server.url + path, timeout=SECONDS)

    def post(self, path: str, form: Mapping[str, str], **headers: str) -> requests.Response:
        """Send a form; what it leads to is not followed."""
        return self.program.post(
            self.server.url + path,
            data=form,
            headers=headers,
            timeout=SECONDS,
            allow_redirects=False,
        )


@pytest.fixture
def hanako(bank_server: BankServer) -> Iterator[Window]:
    """A resident's window."""
    window = Window(bank_server, "hanako")
    with window.program:
        yield window


def held(server: BankServer, client: ProviderClient, handle: str = "hanako") -> str:
    """Return the path of a consent that a resident gave to two fields."""
    agree(server, handle, client.authorization_url(client.push()), ("steps", "distance"))
    (row,) = server.rows(
        "SELECT consent_id FROM consents WHERE provider_id::text = $1", client.client_id
    )
    return f"/consents/{row['consent_id']}"


def stored(server: BankServer, path: str) -> Mapping[str, object]:
    """Return a consent as it is stored."""
    name = path.rsplit("/", 1)[1]
    (row,) = server.rows("SELECT * FROM consents WHERE consent_id::text = $1", name)
    return row


def narrowing(**typed: str) -> dict[str, str]:
    """Return the form that narrows a consent of the first version."""
    return {"version": "1", "afterwards": "keep", **typed}


def test_pages_of_another_resident_are_not_found_and_of_another_role_refused(
    bank_server: BankServer, client: ProviderClient
):
    consent = held(bank_server, client)
    request = f"/requests/{pushed(client).opened().request}"
    places = [f"{consent}{end}" for end in ("", "/narrow", "/versions", "/withdraw", "/receipt")]
    places += [f"{request}{end}" for end in ("", "/preview", "/counter")]
    places += [f"/mandates/{uuid4()}{end}" for end in ("", "/stop", "/narrow")]
    taro, steward = Window(bank_server, "taro"), Window(bank_server, "steward")
    assert {taro.get(place).status_code for place in places} == {404}
    forms = ("/narrow", "/withdraw", "/preview", "/counter", "/stop")
    sent = [taro.post(place, {"decision": "agree"}) for place in places if place.endswith(forms)]
    assert {answer.status_code for answer in sent} == {404}
    other = (*places, "/consents", "/mandates", "/mandates/new", "/who-can-see", "/withdrawals")
    assert {steward.get(place).status_code for place in other} == {403}


def test_a_form_without_the_secret_changes_nothing_and_is_offered_again(
    bank_server: BankServer, client: ProviderClient
):
    consent = held(bank_server, client)
    window = Window(bank_server, "hanako", csrf=False)
    form = narrowing(**{"stop.0.steps": "stop"})
    for headers, kept in (({}, False), ({"Origin": bank_server.url}, True)):
        answer = window.post(f"{consent}/narrow", form, **headers)
        assert answer.status_code == 403
        assert ('name="stop.0.steps" value="stop"' in answer.text) is kept
    assert stored(bank_server, consent)["version"] == 1


def test_a_form_after_the_session_is_kept_and_a_strangers_is_not(
    bank_server: BankServer, client: ProviderClient
):
    consent = held(bank_server, client)
    place = f"{bank_server.url}{consent}/narrow"
    form = {"stop.0.steps": '"><script>', "csrf": "secret-of-before"}
    ours = requests.post(place, data=form, headers={"Origin": bank_server.url}, timeout=SECONDS)
    assert ours.status_code == 401
    assert "stop.0.steps=%22%3E%3Cscript%3E" in ours.text
    assert "secret-of-before" not in ours.text
    elsewhere = {"Origin": "https://elsewhere.example"}
    theirs = requests.post(place, data=form, headers=elsewhere, timeout=SECONDS)
    assert theirs.status_code == 401
    assert "script%3E" not in theirs.text
    long = requests.post(
        place, data={"a": "x" * 70_000}, headers={"Origin": bank_server.url}, timeout=SECONDS
    )
    assert long.status_code == 401
    assert "xxxx" not in long.text


def test_narrowing_twice_changes_once_and_never_widens(
    bank_server: BankServer, client: ProviderClient, hanako: Window
):
    precise = {"time": "month", "place": "exact", "number": "band"}
    consent = held(bank_server, client.asking(precision=precise))
    wider = narrowing(
        **{"step.0.number": "exact", "step.0.time": "minute", "onward": "others", "abroad": "yes"}
    )
    assert hanako.post(f"{consent}/narrow", wider).status_code == 422
    longer = narrowing(until="2099-01-01", retention_days="31", most_uses="0")
    answer = hanako.post(f"{consent}/narrow", longer)
    assert answer.status_code == 422
    for name in ("until", "retention_days", "most_uses"):
        assert f'href="#{name}"' in answer.text
    assert stored(bank_server, consent)["version"] == 1
    once = narrowing(**{"stop.0.distance": "stop", "retention_days": "７"})
    for _ in range(2):
        assert hanako.post(f"{consent}/narrow", once).status_code == 303
    row = stored(bank_server, consent)
    assert (row["version"], row["retention_days"]) == (2, 7)


def test_a_withdrawal_asks_what_becomes_of_the_data_and_is_done_once(
    bank_server: BankServer, client: ProviderClient, hanako: Window
):
    consent = held(bank_server, client)
    asked = hanako.post(f"{consent}/withdraw", {"afterwards": "perhaps"})
    assert asked.status_code == 422
    assert " checked" not in asked.text
    assert stored(bank_server, consent)["withdrawn_at"] is None
    ends = [hanako.post(f"{consent}/withdraw", {"afterwards": "delete"}) for _ in range(2)]
    assert {answer.headers["Location"] for answer in ends} == {f"{consent}/withdrawn"}
    found = "SELECT 1 FROM notices WHERE consent_id::text = $1"
    assert len(bank_server.rows(found, consent.rsplit("/", 1)[1])) == 1


def test_several_consents_end_together_or_by_what_they_share(bank_server: BankServer):
    window = Window(bank_server, "misaki")
    first, second, third = (held(bank_server, register(bank_server), "misaki") for _ in range(3))
    names = [path.rsplit("/", 1)[1] for path in (first, second)]
    query = "&".join(f"consent={name}" for name in names)
    page = window.get(f"/withdrawals?{query}")
    assert all(f'name="consent" value="{name}"' in page.text for name in names)
    body = f"{query}&afterwards=keep"
    answer = window.program.post(
        f"{bank_server.url}/withdrawals",
        data=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        timeout=SECONDS,
        allow_redirects=False,
    )
    assert answer.headers["Location"] == "/consents?withdrawn=1"
    ended = [stored(bank_server, path)["withdrawn_at"] is not None for path in (first, second)]
    assert ended == [True, True]
    part = {"afterwards": "keep", "category": "daily_activity", "field": "steps"}
    assert window.post("/withdrawals", part).status_code == 303
    assert stored(bank_server, third)["version"] == 2
    assert window.post("/withdrawals", {"everything": "1"}).status_code == 422
    for _ in range(2):
        assert window.post("/withdrawals", EVERYTHING).status_code == 303
    assert stored(bank_server, third)["withdrawn_at"] is not None


def test_a_request_taken_back_while_it_is_read_ends_on_a_friendly_page(
    client: ProviderClient, hanako: Window
):
    asked = pushed(client).opened()
    path = f"/requests/{asked.request}"
    assert hanako.get(path).status_code == 200
    assert asked.program("DELETE").status_code == 204
    for place in (path, f"{path}/preview", f"{path}/counter"):
        answer = hanako.post(place, {"decision": "agree"})
        assert (answer.status_code, answer.headers["Location"]) == (
            303,
            "/requests?gone=taken_back",
        )
    assert "has just taken that request back" in hanako.get("/requests?gone=taken_back").text


def test_a_renewal_says_what_widens_and_asks_once_more(
    bank_server: BankServer, client: ProviderClient, hanako: Window
):
    client = client.asking(fields=["steps", "distance"])
    consent = held(bank_server, client)
    name = consent.rsplit("/", 1)[1]
    asked = pushed(client.asking(fields=["steps", "distance"], retention_days=60, consent=name))
    path = f"/requests/{asked.opened().request}"
    page = hanako.get(path).text
    assert re.search(r'class="change-wider".*?day 60', page, re.DOTALL)
    form = {"decision": "agree", "share.0.steps": "yes", "share.0.distance": "yes"}
    assert hanako.post(path, form).status_code == 200
    assert stored(bank_server, consent)["version"] == 1
    answer = hanako.post(path, form | {"confirmed": "yes"})
    assert answer.headers["Location"].startswith(CALLBACK)
    assert stored(bank_server, consent)["retention_days"] == 60


def test_a_renewal_of_a_consent_that_ended_cannot_be_agreed_to(
    bank_server: BankServer, client: ProviderClient, hanako: Window
):
    consent = held(bank_server, client)
    renewal = client.asking(consent=consent.rsplit("/", 1)[1])
    path = f"/requests/{pushed(renewal).opened().request}"
    hanako.post(f"{consent}/withdraw", {"afterwards": "keep"})
    answer = hanako.get(path)
    assert answer.url.endswith("/requests?gone=consent_ended")


def test_an_offer_is_never_wider_and_the_provider_may_take_it(
    client: ProviderClient, hanako: Window
):
    path = f"/requests/{pushed(client).opened().request}/counter"
    same = hanako.post(path, {"until": ""})
    assert same.status_code == 422
    assert "Nothing has changed yet" in same.text
    all_of_it = {f"stop.0.{name}": "stop" for name in ("steps", "distance", "very_active_minutes")}
    assert hanako.post(path, all_of_it).status_code == 422
    answer = hanako.post(path, {"stop.0.distance": "stop", "step.0.number": "band"})
    assert answer.headers["Location"].startswith(CALLBACK)
    assert "You offered less" in hanako.get("/requests").text


def test_an_offer_of_fewer_days_and_rarer_reads_reaches_the_provider(
    client: ProviderClient, hanako: Window
):
    asked = pushed(client).opened()
    path = f"/requests/{asked.request}/counter"
    period = client.element()["period"]
    wider = hanako.post(path, {"first.0": "2001-01-01", "frequency": "5/1"})
    assert wider.status_code == 422
    assert "Write a day of the period" in wider.text
    answer = hanako.post(path, {"first.0": period["to"], "frequency": "1/30"})
    assert answer.headers["Location"].startswith(CALLBACK)
    (offered,) = asked.followed()["counter_offer"]
    assert offered["period"] == {"from": period["to"], "to": period["to"]}
    assert offered["frequency"] == {"times": 1, "days": 30}


def test_a_preview_shows_what_leaves_and_her_look_is_logged(
    bank_server: BankServer, client: ProviderClient, hanako: Window
):
    coarse = {"time": "month", "place": "exact", "number": "band"}
    asked = pushed(client.asking(precision=coarse, fields=["steps", "distance"]))
    path = f"/requests/{asked.opened().request}/preview"
    page = hanako.post(path, {"share.0.steps": "yes", "share.0.distance": "no"})
    assert page.status_code == 200
    values = re.findall(r'<td class="num">([^<]*)</td>', page.text)
    assert values
    assert all(int(value.replace(",", "")) % 1000 == 0 for value in values)
    assert "Stays here:" in page.text
    home = bank_server.residents["hanako"]
    [look] = bank_server.run(bank_server.bank.history.recent(home, 1))
    assert look.kind == "own_read"


@pytest.mark.parametrize("mode", ["records", "answers"])
def test_a_providers_words_are_never_markup(
    bank_server: BankServer, client: ProviderClient, hanako: Window, mode: str
):
    asking = client.asking(mode=mode, purpose_text=EVIL, benefit={"points": 1, "words": EVIL})
    path = f"/requests/{pushed(asking).opened().request}"
    for place in (path, f"{path}/preview", f"{path}/counter"):
        assert "<script>alert" not in hanako.get(place).text
    consent = held(bank_server, asking)
    for place in ("/consents", consent, f"{consent}/versions", f"{consent}/withdraw"):
        assert "<script>alert" not in hanako.get(place).text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/who-can-see/nothing", 404),
        ("/who-can-see/daily_activity?field=nothing", 404),
        ("/who-can-see/daily_activity?on=<script>", 422),
        ("/who-can-see/daily_activity?on=R8.9.30", 200),
        ("/consents?page=99", 404),
        ("/consents?words=%EF%BC%B3teps&state=live&order=used", 200),
        ("/consents?state=%00&order=x", 200),
        ("/withdrawals?provider=x", 404),
        ("/withdrawals?field=steps", 400),
    ],
)
def test_what_an_address_asks_is_answered_or_refused_clearly(
    hanako: Window, path: str, status: int
):
    answer = hanako.get(path)
    assert answer.status_code == status
    assert "<script>" not in answer.text.replace("<script type", "")


def test_every_consent_is_two_clicks_from_home(bank_server: BankServer):
    window = Window(bank_server, "kenji")
    all_of_them = [held(bank_server, register(bank_server), "kenji") for _ in range(10)]
    assert 'href="/consents"' in window.get("/home").text
    for page in ("/consents", "/consents?page=2"):
        shown = window.get(page).text
        assert all(f'href="{path}"' in shown for path in all_of_them)


def test_a_mandate_is_not_given_before_every_step_is_decided(hanako: Window):
    page = hanako.post("/mandates/new", {"step": "preview", "go": "give"})
    assert page.status_code == 422
    assert "Choose what for" in page.text
    special = {"step": "categories", "group": "health", "classes": "service"}
    page = hanako.post("/mandates/new", special | {"categories": "health_check"})
    assert page.status_code == 422
    assert 'value="health_check"' not in page.text
