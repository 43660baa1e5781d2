"""Answers instead of data: over HTTP, under a consent, signed, counted, and never the records."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import mean
from typing import Any
from uuid import UUID

import published
import pytest
import requests
from provider_client import SECONDS, ProviderClient, register
from running_bank import BankServer

from infobank.accesslog.commitment import check_shown
from infobank.accesslog.entry import EntryKind
from infobank.accesslog.leaf import Leaf

NONCE = "asking-1"
BORN = 2000
"""Every period of these consents begins in this year, before any record."""


@dataclass(frozen=True)
class AskingClient(ProviderClient):
    """A provider that asks for answers about one field."""

    category: str = "profile"
    field: str = "birth_year"
    mode: str = "answers"

    def element(self) -> dict[str, Any]:
        """Return what is asked for."""
        period = {"from": f"{BORN}-01-01", "to": self.server.last_day.isoformat()}
        return super().element() | {
            "category": self.category,
            "fields": [self.field],
            "period": period,
            "mode": self.mode,
        }

    def token(self, resident: str = "hanako") -> str:
        """Go the whole way to an access token."""
        token: str = self.tokens(resident, (self.field,))["access_token"]
        return token

    def ask(
        self, token: str, inquiry: str, at: str | None = None, **parameters: object
    ) -> requests.Response:
        """Ask an inquiry; `at` is another worker's address."""
        asking = {"inquiry": inquiry, "parameters": parameters, "nonce": NONCE}
        return self.inquire(token, asking, at)


def client(server: BankServer, **about: str) -> AskingClient:
    """Return a freshly registered provider that asks for answers."""
    known = register(server)
    return AskingClient(server, known.client_id, known.key, **about)


def claims(server: BankServer, signed: str, audience: str) -> dict[str, Any]:
    """Return what a signed answer says, checked as a provider checks it."""
    return published.claims(server, signed, "infobank-answer+jwt", audience)


def entry(server: BankServer, request: str) -> dict[str, Any]:
    """Return what auditors may see of the one entry about a request."""
    found = []
    for row in server.rows(
        "SELECT leaf, shown FROM log_pending UNION ALL SELECT leaf, shown FROM log_entries"
    ):
        opened = check_shown(row["shown"], Leaf.parse(row["leaf"])).openings
        fields = {each.name: each.value for each in opened}
        if fields.get("request") == request:
            found.append(fields)
    (one,) = found
    return one


def counted(server: BankServer, asking: AskingClient) -> int:
    """Return how many answers a provider was given."""
    statement = "SELECT count(*) AS n FROM answers_given WHERE provider_id = $1"
    (row,) = server.rows(statement, UUID(asking.client_id))
    return int(row["n"])


def born(server: BankServer, handle: str = "hanako") -> int:
    """Return the year in which a resident was born."""
    category = server.bank.policies.category("profile")
    year = server.deposited(handle, "profile")[-1].values[category.field_names.index("birth_year")]
    assert isinstance(year, int)
    return year


def reasons(answer: requests.Response) -> str:
    """Return why an asking was refused."""
    assert answer.status_code == 403, answer.text
    return str(answer.json()["detail"])


@pytest.mark.parametrize("years", [20, 65])
def test_an_answer_is_signed_and_bound_to_who_asked_what(bank_server: BankServer, years: int):
    asking = client(bank_server)
    told = asking.ask(asking.token(), "age_at_least", years=years)
    assert told.status_code == 200, told.text
    document = told.json()
    said = claims(bank_server, document["signed"], asking.client_id)
    year = (bank_server.last_day + timedelta(1)).year
    verdict = "yes" if born(bank_server) <= year - years else "no"
    assert document["answer"] == said["answer"] == {"verdict": verdict}
    assert (said["inquiry"], said["parameters"]) == ("age_at_least", {"years": years})
    assert said["nonce"] == NONCE
    assert (said["sub"], said["jti"]) == (document["subject"], document["request"])
    assert said["grant_id"] == document["grant_id"]
    assert str(born(bank_server)) not in told.text


def test_an_answer_is_logged_as_a_disclosure_and_the_log_does_not_hold_it(bank_server: BankServer):
    asking = client(bank_server)
    told = asking.ask(asking.token(), "age_at_least", years=40).json()
    shown = entry(bank_server, told["request"])
    assert (shown["kind"], shown["mode"]) == ("permit", "answers")
    assert (shown["category"], shown["fields"]) == ("profile", "birth_year")
    assert shown["inquiry"] == "age_at_least(years=40)"
    assert told["answer"]["verdict"] not in map(str, shown.values())


def test_a_mean_is_told_in_the_band_in_which_it_lies(bank_server: BankServer):
    asking = client(bank_server, category="daily_activity", field="steps")
    told = asking.ask(asking.token(), "mean_steps", months=1)
    assert told.status_code == 200, told.text
    said = claims(bank_server, told.json()["signed"], asking.client_id)
    place = bank_server.bank.policies.category("daily_activity").field_names.index("steps")
    first, last = said["period"]["from"], said["period"]["to"]
    steps = [
        value
        for record in bank_server.deposited("hanako", "daily_activity")
        if first <= record.observed.isoformat() <= last
        and isinstance(value := record.values[place], int)
    ]
    band = said["answer"]
    assert band["verdict"] == "band"
    assert int(band.get("from", 0)) <= mean(steps) < int(band.get("to", 10**6))
    assert int(band.get("to", 2000)) - int(band.get("from", 0)) == 2000


def test_a_token_for_records_gets_no_answer_and_one_for_answers_no_records(
    bank_server: BankServer,
):
    to_records = client(bank_server, category="daily_activity", field="steps", mode="records")
    to_answers = client(bank_server, category="daily_activity", field="steps")
    refused = to_records.ask(to_records.token(), "active_days", days=28)
    assert "consent_for_other_mode" in reasons(refused)
    assert "consent_for_other_mode" in reasons(to_answers.read(to_answers.token()))
    assert counted(bank_server, to_records) == 0


def test_an_inquiry_about_what_the_consent_does_not_cover_is_refused_and_counts_for_nothing(
    bank_server: BankServer,
):
    asking = client(bank_server)
    refused = asking.ask(asking.token(), "mean_steps", months=1)
    assert "item_not_covered" in reasons(refused)
    assert counted(bank_server, asking) == 0


def test_who_asks_too_often_is_refused_over_all_its_consents_and_tokens(bank_server: BankServer):
    asking = client(bank_server)
    tokens = [asking.token(), asking.token()]
    most = bank_server.bank.answer.inquiries["age_at_least"].most
    for place in range(most):
        assert asking.ask(tokens[place % 2], "age_at_least", years=65).status_code == 200
    for token in tokens:
        assert reasons(asking.ask(token, "age_at_least", years=65)).endswith("answers_spent")
    assert counted(bank_server, asking) == most


def test_another_provider_and_another_resident_have_budgets_of_their_own(bank_server: BankServer):
    asking = client(bank_server)
    token = asking.token()
    most = bank_server.bank.answer.inquiries["age_at_least"].most
    for _ in range(most):
        asking.ask(token, "age_at_least", years=65)
    other = client(bank_server)
    assert other.ask(other.token(), "age_at_least", years=65).status_code == 200
    neighbour = next(handle for handle in bank_server.residents if handle != "hanako")
    assert asking.ask(asking.token(neighbour), "age_at_least", years=65).status_code == 200


def test_periods_that_nearly_coincide_are_refused(bank_server: BankServer):
    asking = client(bank_server, category="daily_activity", field="steps")
    token = asking.token()
    assert asking.ask(token, "active_days", days=28).status_code == 200
    bank_server.rows(
        "UPDATE answers_given SET cuts = ARRAY[cuts[1] - 1, cuts[2] - 1] WHERE provider_id = $1",
        UUID(asking.client_id),
    )
    assert reasons(asking.ask(token, "active_days", days=28)).endswith("answers_spent")


def test_a_refusal_for_asking_too_often_is_logged(bank_server: BankServer):
    asking = client(bank_server)
    token = asking.token()
    while asking.ask(token, "age_at_least", years=65).status_code == 200:
        pass
    refusals = (each.fields for each in bank_server.recorded(EntryKind.REFUSAL))
    told = [each["reasons"] for each in refusals if each.get("provider") == asking.client_id]
    assert told == ["answers_spent"]


def test_askings_at_once_on_two_workers_get_no_more_than_the_budget(bank_server: BankServer):
    asking = client(bank_server)
    token = asking.token()
    most = bank_server.bank.answer.inquiries["age_at_least"].most
    with bank_server.worker() as second, ThreadPoolExecutor(8) as threads:
        places = [bank_server.url, second] * 4
        told = list(
            threads.map(lambda at: asking.ask(token, "age_at_least", at=at, years=65), places)
        )
    statuses = sorted(each.status_code for each in told)
    assert statuses == [200] * most + [403] * (len(places) - most)
    assert counted(bank_server, asking) == most


@pytest.mark.parametrize(
    ("asking", "field"),
    [
        ({"inquiry": "shoe_size", "parameters": {"years": 65}, "nonce": NONCE}, "inquiry"),
        ({"inquiry": "age_at_least", "parameters": {}, "nonce": NONCE}, "parameters"),
        ({"inquiry": "age_at_least", "parameters": {"days": 65}, "nonce": NONCE}, "parameters"),
        (
            {"inquiry": "age_at_least", "parameters": {"years": 66}, "nonce": NONCE},
            "parameters.years",
        ),
        (
            {"inquiry": "age_at_least", "parameters": {"years": "65"}, "nonce": NONCE},
            "parameters.years",
        ),
        ({"inquiry": "age_at_least", "parameters": {"years": 65}}, "nonce"),
        ({"inquiry": "age_at_least", "parameters": {"years": 65}, "nonce": "\u202e"}, "nonce"),
        ({"inquiry": "age_at_least", "parameters": {"years": 65}, "nonce": "n" * 129}, "nonce"),
        ({"inquiry": "age_at_least", "parameters": {"years": 65}, "nonce": "n", "x": 1}, "x"),
    ],
)
def test_a_malformed_asking_is_refused_and_counts_for_nothing(
    bank_server: BankServer, asking: dict[str, object], field: str
):
    provider = client(bank_server)
    answer = provider.inquire(provider.token(), asking)
    assert answer.status_code == 400, answer.text
    assert answer.json()["field"] == field
    assert counted(bank_server, provider) == 0


def test_without_a_good_token_nothing_is_answered(bank_server: BankServer):
    asking = client(bank_server)
    answer = asking.ask("no-such-token", "age_at_least", years=65)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("DPoP ")
    stolen = replace(asking, proof_key=client(bank_server).proof_key)
    assert stolen.ask(asking.token(), "age_at_least", years=65).status_code == 401


def test_anybody_may_read_what_may_be_asked(bank_server: BankServer):
    answer = requests.get(f"{bank_server.url}/api/v1/inquiries", timeout=SECONDS)
    found = {each["inquiry"]: each for each in answer.json()["inquiries"]}
    assert set(found) == set(bank_server.bank.answer.inquiries)
    assert found["age_at_least"]["parameter"] == {
        "name": "years",
        "minimum": 20,
        "maximum": 90,
        "step": 5,
    }
    assert found["electricity_used"]["edges"][0] == "100.00"


def test_an_erased_resident_leaves_no_trace_of_what_was_answered(bank_server: BankServer):
    asking = client(bank_server)
    gone = [*bank_server.residents][-1]
    assert asking.ask(asking.token(gone), "age_at_least", years=65).status_code == 200
    bank_server.run(bank_server.bank.erase(bank_server.residents[gone]))
    assert counted(bank_server, asking) == 0
