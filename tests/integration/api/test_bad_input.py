"""Bad input over HTTP: the right status, a place and never a value, and nothing half written."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from provider_client import ProviderClient, register
from running_bank import BankServer
from signed_in import SECONDS, signed_in

from infobank.clock import ShiftedClock
from infobank.web.server import LARGEST_BODY

CANARY = "kanari-51f0"
DEPOSITS = "/api/v1/deposits"
PROVIDERS = "/api/v1/providers"


@pytest.fixture(scope="module")
def hanako(bank_server: BankServer) -> requests.Session:
    return signed_in(bank_server, "hanako")


@pytest.fixture(scope="module")
def steward(bank_server: BankServer) -> requests.Session:
    return signed_in(bank_server, "steward")


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> ProviderClient:
    return register(bank_server)


def counted(server: BankServer) -> dict[str, int]:
    """Return how many rows every table of the records' database has, except of replay keys."""
    names = server.rows(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    )
    return {
        row["tablename"]: server.rows(f'SELECT count(*) AS rows FROM "{row["tablename"]}"')[0][
            "rows"
        ]
        for row in names
        if "used" not in row["tablename"] and "replay" not in row["tablename"]
    }


@pytest.fixture
def unchanged(bank_server: BankServer) -> Iterator[None]:
    """Nothing is written by the test."""
    before = counted(bank_server)
    yield
    assert counted(bank_server) == before


def record(**members: object) -> dict[str, object]:
    return {"observed": "2026-01-02", "values": {"steps": 5000}} | members


def deposit(*records: object, **members: object) -> bytes:
    document = {"category": "daily_activity", "records": records or [record()]} | members
    return json.dumps(document).encode()


def check_problem(answer: requests.Response, status: int, code: str, place: str) -> None:
    """Check that a refusal is a problem document which names the place and no value."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.headers["Cache-Control"] == "no-store"
    problem = answer.json()
    assert problem["status"] == status
    assert problem.get("code", "") == code
    assert CANARY not in answer.text
    assert place in problem.get("field", "") + problem.get("detail", "")


BAD_DEPOSITS = {
    "not JSON": (b'{"category": "kanari-51f0"', "body"),
    "not UTF-8": (b'{"category": "\xff"}', "UTF-8"),
    "nothing": (b"", "body"),
    "not an object": (b'["kanari-51f0"]', "object"),
    "not a number of JSON": (b'{"category": NaN}', "body"),
    "nested too deeply": (b"[" * 100_000, "body"),
    "a member twice": (b'{"category": "a", "category": "b"}', "body"),
    "a member is missing": (b'{"category": "daily_activity"}', "records"),
    "an unknown member": (deposit(remark=CANARY), "remark"),
    "an unknown member that is a value": (deposit(**{f"{CANARY} 5": 1}), "unknown name"),
    "a wrong type": (deposit(category=5), "category"),
    "no records": (deposit(records=[]), "records"),
    "records of another type": (deposit(records=CANARY), "records"),
    "a record of another type": (deposit(CANARY), "records.0"),
    "too many records": (deposit(*[{}] * 10_001), "records"),
    "an unknown category": (deposit(category=CANARY), "category"),
    "not a day": (deposit(record(observed=CANARY)), "records.0.observed"),
    "a day that does not exist": (deposit(record(observed="2026-02-30")), "records.0.observed"),
    "a day before anybody lived": (deposit(record(observed="1899-12-31")), "observed"),
    "a day in the future": (deposit(record(observed="2099-01-01")), "observed"),
    "values of another type": (deposit(record(values=CANARY)), "records.0.values"),
    "an unknown field": (deposit(record(values={CANARY: 1})), "field"),
    "a text for a number": (deposit(record(values={"steps": CANARY})), "steps"),
    "a truth for a number": (deposit(record(values={"steps": True})), "steps"),
    "a list for a number": (deposit(record(values={"steps": [CANARY]})), "steps"),
    "a number too high": (deposit(record(values={"steps": 100_001})), "steps"),
    "a number too low": (deposit(record(values={"steps": -1})), "steps"),
    "a number too long": (deposit(record(values={"steps": 10**400})), "steps"),
    "more decimals than are kept": (deposit(record(values={"distance": 1.234})), "distance"),
    "decimals of a whole number": (deposit(record(values={"steps": 0.5})), "steps"),
    "a good record before a bad one": (
        deposit(record(observed="2026-01-03"), record(values={"steps": -1})),
        "steps",
    ),
}


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("case", BAD_DEPOSITS)
def test_a_bad_deposit_names_the_place_and_changes_nothing(
    bank_server: BankServer, hanako: requests.Session, case: str
):
    body, place = BAD_DEPOSITS[case]
    answer = hanako.post(
        bank_server.url + DEPOSITS,
        data=body,
        headers={"Content-Type": "application/json"},
        timeout=SECONDS,
    )
    check_problem(answer, 400, "invalid_input", place)


@pytest.mark.usefixtures("unchanged")
def test_a_lone_surrogate_is_no_text(bank_server: BankServer, hanako: requests.Session):
    body = b'{"category": "profile", "records": [{"observed": "2026-01-02", "values": %s}]}'
    for values in (b'{"sex": "\\ud800"}', b'{"\\ud800": 1}', b'{"name": "\\ud800"}'):
        answer = hanako.post(
            bank_server.url + DEPOSITS,
            data=body % values,
            headers={"Content-Type": "application/json"},
            timeout=SECONDS,
        )
        assert answer.status_code == 400, answer.text


@pytest.mark.usefixtures("unchanged")
def test_a_huge_body_is_413_whether_or_not_it_says_its_size(
    bank_server: BankServer, hanako: requests.Session
):
    def pieces() -> Iterator[bytes]:
        for _ in range(LARGEST_BODY // 65_536 + 2):
            yield b" " * 65_536

    for body in (b" " * (LARGEST_BODY + 1), pieces()):
        answer = hanako.post(
            bank_server.url + DEPOSITS,
            data=body,
            headers={"Content-Type": "application/json"},
            timeout=SECONDS,
        )
        check_problem(answer, 413, "", "")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "nonsense"])
def test_another_media_type_is_415(bank_server: BankServer, hanako: requests.Session, kind: str):
    answer = hanako.post(
        bank_server.url + DEPOSITS, data=deposit(), headers={"Content-Type": kind}, timeout=SECONDS
    )
    check_problem(answer, 415, "", "")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "before", ["x", "-1", "9223372036854775808", "1e3", "1&before=2", "1&after=3", "%00"]
)
def test_a_bad_page_is_refused(bank_server: BankServer, hanako: requests.Session, before: str):
    answer = hanako.get(f"{bank_server.url}/api/v1/history?before={before}", timeout=SECONDS)
    check_problem(answer, 400, "invalid_input", "")


def test_the_last_page_there_can_be_is_read(bank_server: BankServer, hanako: requests.Session):
    answer = hanako.get(f"{bank_server.url}/api/v1/history?before={2**63 - 1}", timeout=SECONDS)
    assert answer.status_code == 200


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("consent", "status"),
    [("x", 404), ("00000000-0000-4000-8000-000000000000", 404), ("%00", 404)],
)
def test_a_consent_that_is_not_there_is_not_withdrawn(
    bank_server: BankServer, hanako: requests.Session, consent: str, status: int
):
    answer = hanako.post(
        f"{bank_server.url}/api/v1/consents/{consent}/withdraw", json={}, timeout=SECONDS
    )
    check_problem(answer, status, "unknown_consent", "")


BAD_PROVIDERS: dict[str, tuple[dict[str, object], str]] = {
    "an invisible name": ({"name_ja": f"{CANARY}\u202e"}, "invalid_input"),
    "a long name": ({"name_en": "x" * 81}, "invalid_input"),
    "no address": ({"redirect_uris": []}, "invalid_input"),
    "an address of another kind": ({"redirect_uris": ["javascript:x"]}, "invalid_redirect_uri"),
    "an address with a fragment": (
        {"redirect_uris": ["https://a.example/#b"]},
        "invalid_redirect_uri",
    ),
    "no keys": ({"jwks": {"keys": []}}, "invalid_client_metadata"),
    "a private key": (
        {"jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "a", "y": "b", "d": CANARY}]}},
        "invalid_client_metadata",
    ),
    "keys by reference": ({"jwks": {"jwks_uri": "https://a.example"}}, "invalid_client_metadata"),
}


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("case", BAD_PROVIDERS)
def test_a_bad_registration_changes_nothing(
    bank_server: BankServer, steward: requests.Session, case: str
):
    members, code = BAD_PROVIDERS[case]
    good = {"name_ja": "例", "name_en": "Example", "redirect_uris": ["https://a.example/b"]}
    document = good | {"jwks": {"keys": []}} | members
    answer = steward.post(bank_server.url + PROVIDERS, json=document, timeout=SECONDS)
    check_problem(answer, 400, code, "")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "change",
    [
        {"purpose": CANARY},
        {"category": CANARY},
        {"fields": [CANARY]},
        {"mode": CANARY},
        {"until": "2020-01-01"},
        {"until": "2999-01-01"},
        {"retention_days": -1},
        {"retention_days": 10**30},
        {"retention_days": "30"},
        {"remark": CANARY},
        {"period": {"from": "2026-02-02", "to": "2026-02-01"}},
    ],
)
def test_what_a_provider_may_not_ask_for_is_refused_in_oauths_form(
    client: ProviderClient, change: dict[str, object]
):
    form = client.request_form()
    form["authorization_details"] = json.dumps([client.element() | change])
    answer = client.post("/oauth/par", client.signed(form))
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_authorization_details"
    assert set(answer.json()) == {"error", "error_description"}
    assert CANARY not in answer.text


def test_a_bad_read_is_refused_before_anything_is_opened(client: ProviderClient):
    token = client.tokens()["access_token"]
    path = "/api/v1/records"
    for query in (
        "",
        f"category={'x' * 65}",
        f"category=daily_activity&{CANARY}=1",
        "category=daily_activity&category=profile",
        "category=daily_activity&from=2026-13-01&to=2026-12-31",
        "category=daily_activity&from=2026-01-01",
        "category=daily_activity&from=2026-02-02&to=2026-02-01",
        "category=daily_activity&fields=",
    ):
        answer = requests.get(
            f"{client.server.url}{path}?{query}",
            headers={
                "Authorization": f"DPoP {token}",
                "DPoP": client.proof("GET", path, token),
            },
            timeout=SECONDS,
        )
        check_problem(answer, 400, "invalid_input", "")


@pytest.mark.parametrize("category", [CANARY, "profile"])
def test_a_category_outside_the_consent_is_refused_and_logged(
    client: ProviderClient, category: str
):
    token = client.tokens()["access_token"]
    path = "/api/v1/records"
    answer = requests.get(
        f"{client.server.url}{path}",
        params={"category": category},
        headers={"Authorization": f"DPoP {token}", "DPoP": client.proof("GET", path, token)},
        timeout=SECONDS,
    )
    check_problem(answer, 403, "insufficient_scope", "not covered")
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_an_expired_token_reads_nothing(client: ProviderClient):
    token = client.tokens()["access_token"]
    later = timedelta(seconds=301)
    with client.server.worker(ShiftedClock(later)) as address:
        at_that_time = int(time.time() + later.total_seconds())
        proof = client.proof("GET", "/api/v1/records", token, iat=at_that_time)
        answer = client.read(token, proof=proof, at=address)
    check_problem(answer, 401, "invalid_token", "not valid")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_anothers_token_reads_nothing(client: ProviderClient):
    other = register(client.server)
    token = client.tokens()["access_token"]
    check_problem(other.read(token), 401, "invalid_token", "not valid")
    check_problem(client.read("x" * 43), 401, "invalid_token", "not valid")


def test_a_proof_is_good_once(client: ProviderClient):
    token = client.tokens()["access_token"]
    proof = client.proof("GET", "/api/v1/records", token)
    assert client.read(token, proof=proof).status_code == 200
    check_problem(client.read(token, proof=proof), 401, "invalid_dpop_proof", "DPoP")
