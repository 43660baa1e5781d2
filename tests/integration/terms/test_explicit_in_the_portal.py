"""Special care is agreed to by itself: one more choice, with nothing chosen beforehand."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from provider_client import CALLBACK, ProviderClient, register
from running_bank import BankServer
from signed_in import SECONDS, signed_in
from terms import BENEFIT, HEALTH_CHECK

from infobank.web.access import CSRF_FIELD, CSRF_HEADER

SHARED = {"share.0.systolic": "yes", "share.0.bmi": "no"}
EXPLICIT = "explicit.health_check"


@pytest.fixture
def client(bank_server: BankServer) -> ProviderClient:
    """A provider that asks for a health check, and offers something for it."""
    return register(bank_server).asking(**HEALTH_CHECK, benefit=BENEFIT)


class Form:
    """A request as hanako's browser shows it."""

    def __init__(self, client: ProviderClient) -> None:
        self.program = signed_in(client.server, "hanako")
        url = client.authorization_url(client.push())
        self.page = self.program.get(url, timeout=SECONDS)

    def answer(self, **choices: str) -> requests.Response:
        """Agree, with these choices."""
        secret = str(self.program.headers[CSRF_HEADER])
        form = {CSRF_FIELD: secret, "decision": "agree", **SHARED, **choices}
        return self.program.post(self.page.url, data=form, timeout=SECONDS, allow_redirects=False)


def consents(server: BankServer) -> int:
    """Return how many consents there are."""
    return len(server.rows("SELECT 1 FROM consents"))


def test_the_form_asks_for_it_by_itself_and_chooses_nothing(client: ProviderClient):
    inputs = re.findall(rf'<input[^>]*name="{re.escape(EXPLICIT)}"[^>]*>', Form(client).page.text)
    assert [re.findall(r'value="(\w+)"', each) for each in inputs] == [["yes"], ["no"]]
    assert not any("checked" in each for each in inputs)


def test_an_answer_without_it_is_asked_again(client: ProviderClient):
    before = consents(client.server)
    answer = Form(client).answer()
    assert answer.status_code == 422
    assert f"#{EXPLICIT}-yes" in answer.text
    assert consents(client.server) == before


def test_a_no_to_it_keeps_every_field_of_the_category(client: ProviderClient):
    before = consents(client.server)
    assert Form(client).answer(**{EXPLICIT: "no"}).status_code == 422
    assert consents(client.server) == before


def test_a_yes_to_it_is_confirmed_before_anything_is_given(client: ProviderClient):
    before = consents(client.server)
    answer = Form(client).answer(**{EXPLICIT: "yes"})
    assert answer.status_code == 200
    assert 'name="confirmed" value="yes"' in answer.text
    assert f'name="{EXPLICIT}" value="yes"' in answer.text
    assert consents(client.server) == before


def test_a_yes_to_it_lets_the_chosen_fields_be_read(client: ProviderClient):
    answer = Form(client).answer(**{EXPLICIT: "yes", "confirmed": "yes"})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(CALLBACK)
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    token = client.redeem(code).json()["access_token"]
    read = client.read(token)
    assert read.status_code == 200, read.text
    assert read.json()["fields"] == ["systolic"]
    (row,) = client.server.rows(
        "SELECT explicit FROM consents WHERE provider_id::text = $1", client.client_id
    )
    assert row["explicit"] == ["health_check"]
