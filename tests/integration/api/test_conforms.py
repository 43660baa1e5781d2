"""What the running bank answers is what its OpenAPI document promises."""

from datetime import timedelta
from typing import Any

import jsonschema
import pytest
import requests
from openapi_spec_validator import validate
from provider_client import ProviderClient, public_jwk, register
from running_bank import BankServer
from signed_in import SECONDS, signed_in

from infobank.vocabulary.text.language import Language
from infobank.web.api.contract.errors import error_catalogue

Document = dict[str, Any]


@pytest.fixture(scope="module")
def document(bank_server: BankServer) -> Document:
    """The document as the bank serves it."""
    answer = requests.get(f"{bank_server.url}/api/openapi.json", timeout=SECONDS)
    found: Document = answer.json()
    validate(found)
    return found


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> ProviderClient:
    return register(bank_server)


def conforms(document: Document, path: str, answer: requests.Response) -> None:
    """Check an answer against what the document says about its operation."""
    operation = document["paths"][path][str(answer.request.method).lower()]
    promised = operation["responses"][str(answer.status_code)]
    media = answer.headers.get("Content-Type", "").split(";")[0]
    if "content" not in promised:
        assert not answer.content
        return
    assert media in promised["content"], (media, path)
    if "json" not in media:
        return
    schema = {**promised["content"][media]["schema"], "components": document["components"]}
    checker = jsonschema.FormatChecker()
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(answer.json())


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-protected-resource",
        "/api/openapi.json",
        "/livez",
        "/metrics",
        "/ns/statistics",
        "/opendata/catalog.jsonld",
        "/ngsi-ld/v1/entities",
        "/ngsi-ld/v1/entities/",
        "/readyz",
        "/api/v1/records",
        "/api/v1/history",
        "/api/v1/consents",
        "/api/v1/log",
    ],
)
def test_a_strangers_answers_conform(bank_server: BankServer, document: Document, path: str):
    conforms(document, path, requests.get(bank_server.url + path, timeout=SECONDS))


def test_the_brokers_answers_conform(client: ProviderClient, document: Document):
    pushed = client.post("/oauth/par", client.signed(client.request_form()))
    assert pushed.status_code == 201
    conforms(document, "/oauth/par", pushed)
    issued = client.redeem(client.code())
    assert issued.status_code == 200
    conforms(document, "/oauth/token", issued)
    read = client.read(issued.json()["access_token"])
    assert read.status_code == 200
    conforms(document, "/api/v1/records", read)
    refused = client.read(issued.json()["access_token"], fields="calories")
    assert refused.json()["reasons"]
    conforms(document, "/api/v1/records", refused)
    form = client.signed({"token": issued.json()["refresh_token"]})
    revoked = client.post("/oauth/revoke", form)
    assert revoked.status_code == 200
    conforms(document, "/oauth/revoke", revoked)
    conforms(document, "/oauth/token", client.redeem("x" * 43))
    conforms(document, "/oauth/par", client.post("/oauth/par", {}))


def test_a_residents_answers_conform(
    bank_server: BankServer, client: ProviderClient, document: Document
):
    client.tokens()
    hanako = signed_in(bank_server, "hanako")
    values = {"steps": 5000, "distance": 3.25, "calories": None}
    deposit = {
        "category": "daily_activity",
        "records": [{"observed": "2020-01-02", "values": values}],
    }
    kept = hanako.post(f"{bank_server.url}/api/v1/deposits", json=deposit, timeout=SECONDS)
    assert (kept.status_code, kept.json()) == (201, {"added": 1, "changed": 0, "same": 0})
    conforms(document, "/api/v1/deposits", kept)
    again = hanako.post(f"{bank_server.url}/api/v1/deposits", json=deposit, timeout=SECONDS)
    assert again.json() == {"added": 0, "changed": 0, "same": 1}
    bank_server.sequence()
    for path in ("/api/v1/consents", "/api/v1/history"):
        listed = hanako.get(bank_server.url + path, timeout=SECONDS)
        assert listed.status_code == 200
        assert all(listed.json().values())
        conforms(document, path, listed)
    consents = hanako.get(f"{bank_server.url}/api/v1/consents", timeout=SECONDS).json()["consents"]
    live = next(each["consent"] for each in consents if each["state"] == "live")
    for part in ("receipt", "odrl"):
        kept = hanako.get(f"{bank_server.url}/api/v1/consents/{live}/{part}", timeout=SECONDS)
        assert kept.status_code == 200
        conforms(document, f"/api/v1/consents/{{consent}}/{part}", kept)
    for status in (200, 409):
        path = f"/api/v1/consents/{live}/withdraw"
        withdrawn = hanako.post(bank_server.url + path, timeout=SECONDS)
        assert withdrawn.status_code == status
        conforms(document, "/api/v1/consents/{consent}/withdraw", withdrawn)


def test_the_stewards_and_the_auditors_answers_conform(
    bank_server: BankServer, client: ProviderClient, document: Document
):
    steward = signed_in(bank_server, "steward")
    jwk = public_jwk(client.key) | {"kid": "one", "use": "sig", "alg": "ES256"}
    provider = {
        "name_ja": "例",
        "name_en": "Example",
        "redirect_uris": ["https://example.org/back"],
        "jwks": {"keys": [jwk]},
    }
    made = steward.post(f"{bank_server.url}/api/v1/providers", json=provider, timeout=SECONDS)
    assert made.status_code == 201, made.text
    conforms(document, "/api/v1/providers", made)
    bank_server.sequence()
    auditor = signed_in(bank_server, "auditor")
    for path, shown in (
        ("/api/v1/log", "/api/v1/log"),
        ("/log/checkpoint", "/log/checkpoint"),
        ("/log/proof/0", "/log/proof/{index}"),
        ("/log/proof/999999", "/log/proof/{index}"),
        ("/log/consistency/1", "/log/consistency/{size}"),
        ("/log/tile/none", "/log/tile/{tile}"),
    ):
        conforms(document, shown, auditor.get(bank_server.url + path, timeout=SECONDS))


@pytest.mark.parametrize("language", ["ja", "ja-x-easy", "en"])
def test_the_pages_for_developers_show_all_of_it(
    bank_server: BankServer, document: Document, language: str
):
    answer = requests.get(f"{bank_server.url}/api?lang={language}", timeout=SECONDS)
    assert answer.status_code == 200
    for path, methods in document["paths"].items():
        assert f" {path}</code>" in answer.text
        for part in {method["tags"][0].replace(" ", "-") for method in methods.values()}:
            address = f"{bank_server.url}/api/operations/{part}?lang={language}"
            assert f"</span> {path}</code>" in requests.get(address, timeout=SECONDS).text
    schemas = requests.get(f"{bank_server.url}/api/schemas?lang={language}", timeout=SECONDS)
    for name, schema in document["components"]["schemas"].items():
        assert f'href="/api/schemas/{name}"' in schemas.text
        page = requests.get(f"{bank_server.url}/api/schemas/{name}", timeout=SECONDS)
        for member in schema.get("properties", ()):
            assert f"<code>{member}</code>" in page.text
    errors = requests.get(
        f"{bank_server.url}/api/errors?lang={language}&furigana=off", timeout=SECONDS
    )
    rows = error_catalogue()
    assert len(rows) > 25
    for row in rows:
        assert f'id="error-{row.code}"' in errors.text
        meaning = row.meaning.in_(Language(language))
        assert meaning.replace("'", "&#39;") in errors.text


def test_a_problems_type_is_an_anchor_of_that_page(bank_server: BankServer):
    problem = requests.get(f"{bank_server.url}/api/v1/history", timeout=SECONDS).json()
    page, anchor = problem["type"].split("#")
    assert f'id="{anchor}"' in requests.get(page, timeout=SECONDS).text


def test_answers_about_who_takes_part_conform(
    bank_server: BankServer, client: ProviderClient, document: Document
):
    steward, kenji = (signed_in(bank_server, handle) for handle in ("steward", "kenji"))

    def post(
        by: requests.Session, shown: str, body: object, status: int, **named: str
    ) -> dict[str, Any]:
        path = bank_server.url + shown.format(**named)
        answer = by.post(path, json=body, timeout=SECONDS)
        assert answer.status_code == status, answer.text
        conforms(document, shown, answer)
        found: dict[str, Any] = answer.json()
        return found

    until = (bank_server.last_day + timedelta(days=90)).isoformat()
    shown = {"kind": "information_security", "until": until, "reference": "IS 1"}
    certificates = "/api/v1/providers/{provider}/certificates"
    post(steward, certificates, shown, 200, provider=client.client_id)
    guardian = {"resident": "kenji", "guardian": "taro", "until": until, "born": "2015-04-01"}
    post(steward, "/api/v1/proxies", guardian, 201)
    recovery = {"handle": "kenji"}
    made = post(steward, "/api/v1/recoveries", recovery, 201)["approval"]
    decided = "/api/v1/approvals/{approval}"
    post(steward, decided, {"approve": True}, 409, approval=made)
    post(steward, decided, {"approve": "yes"}, 400, approval=made)
    people = {"adults": ["kenji", "misaki"]}
    household = post(steward, "/api/v1/households", people, 201)["household"]
    said = {"household": household, "agrees": True}
    post(kenji, "/api/v1/household/agreement", said, 200)
    for by, path in (
        (steward, "/api/v1/approvals"),
        (kenji, "/api/v1/household"),
        (kenji, "/api/v1/proxies/mine"),
    ):
        answer = by.get(bank_server.url + path, timeout=SECONDS)
        assert answer.status_code == 200
        conforms(document, path, answer)
