"""Codes and tokens against a running bank; numbers are those of the OAuth security list."""

import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests
from provider_client import VERIFIER, ProviderClient, new_key, register
from running_bank import BankServer

from infobank.clock import ShiftedClock
from infobank.vocabulary.identifiers import ConsentId

TOKEN = "/oauth/token"


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> ProviderClient:
    """A registered provider."""
    return register(bank_server)


@pytest.fixture(scope="module")
def stranger(bank_server: BankServer) -> ProviderClient:
    """Another registered provider."""
    return register(bank_server)


@pytest.fixture(scope="module")
def second(bank_server: BankServer) -> Iterator[str]:
    """The address of a second worker on the same databases."""
    with bank_server.worker() as address:
        yield address


def withdraw(server: BankServer, grant_id: str, resident: str = "hanako") -> None:
    """Withdraw a consent as its resident does."""
    home = server.residents[resident]
    server.run(server.bank.withdraw(home, ConsentId(uuid.UUID(grant_id))))


def grants(server: BankServer) -> list[str]:
    """Return the consents there are, newest first."""
    found = server.rows("SELECT consent_id FROM consents ORDER BY given_at DESC")
    return [str(row["consent_id"]) for row in found]


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Return status and error of a refusal."""
    document = answer.json()
    assert document.get("status", answer.status_code) == answer.status_code
    return answer.status_code, document.get("error") or document["code"]


def test_a03_of_100_concurrent_redemptions_one_wins_and_its_tokens_die(
    client: ProviderClient, second: str
):
    form = client.code_form(client.code())
    ready = [
        (client.signed(form), client.proof("POST", TOKEN), at)
        for at in [client.server.url, second] * 50
    ]

    def redeem(one: tuple[dict[str, str], str, str]) -> requests.Response:
        signed, proof, at = one
        return client.post(TOKEN, signed, proof=proof, at=at)

    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(redeem, ready))
    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    lost = {refusal(answer) for answer in answers if answer not in won}
    assert lost == {(400, "invalid_grant")}
    tokens = won[0].json()
    assert refusal(client.read(tokens["access_token"])) == (401, "invalid_token")
    assert refusal(client.refresh(tokens["refresh_token"])) == (400, "invalid_grant")


def test_a04_a_code_is_not_burnt_by_whoever_cannot_use_it(
    client: ProviderClient, stranger: ProviderClient
):
    code = client.code()
    form = client.code_form(code)
    wrong = [
        stranger.redeem(code),
        client.with_proof_key(new_key()).redeem(code),
        client.post(TOKEN, client.signed(form | {"redirect_uri": "https://provider.example/"})),
        client.post(TOKEN, client.signed(form | {"code_verifier": VERIFIER[::-1]})),
    ]
    assert {refusal(answer) for answer in wrong} == {(400, "invalid_grant")}
    assert client.redeem(code).status_code == 200


def test_a04_a_code_is_worth_nothing_after_60_seconds(client: ProviderClient):
    code = client.code()
    minute = timedelta(seconds=60)
    with client.server.worker(ShiftedClock(minute)) as later:
        signed = client.signed(client.code_form(code), client.assertion(exp=_after(minute) + 60))
        proof = client.proof("POST", TOKEN, iat=_after(minute))
        answer = client.post(TOKEN, signed, proof=proof, at=later)
    assert refusal(answer) == (400, "invalid_grant")


def _after(span: timedelta) -> int:
    return int((ShiftedClock(span).now()).timestamp())


def test_a05_a_code_dies_with_its_consent(client: ProviderClient):
    code = client.code()
    withdraw(client.server, grants(client.server)[0])
    assert refusal(client.redeem(code)) == (400, "invalid_grant")


def test_a16_a_stolen_refresh_token_serves_nobody_and_harms_nobody(
    client: ProviderClient, stranger: ProviderClient
):
    tokens = client.tokens()
    stolen = tokens["refresh_token"]
    thieves = [
        stranger,
        client.with_proof_key(new_key()),
        stranger.with_proof_key(client.proof_key),
    ]
    for thief in thieves:
        assert refusal(thief.refresh(stolen)) == (400, "invalid_grant")
    assert client.refresh(stolen).status_code == 200
    assert client.read(tokens["access_token"]).status_code == 200


def test_a16_an_access_token_does_not_refresh_and_a_refresh_token_does_not_read(
    client: ProviderClient,
):
    tokens = client.tokens()
    assert refusal(client.refresh(tokens["access_token"])) == (400, "invalid_grant")
    assert refusal(client.read(tokens["refresh_token"])) == (401, "invalid_token")


def test_a19_an_assertion_counts_once_on_all_workers(client: ProviderClient, second: str):
    assertion = client.assertion()
    form = client.signed(client.request_form(), assertion)
    with ThreadPoolExecutor(2) as threads:
        answers = list(
            threads.map(
                lambda at: client.post("/oauth/par", form, at=at), [client.server.url, second]
            )
        )
    assert sorted(answer.status_code for answer in answers) == [201, 401]
    assert refusal(client.post("/oauth/par", form)) == (401, "invalid_client")


def test_a19_an_assertion_is_used_up_by_a_request_that_is_refused(client: ProviderClient):
    assertion = client.assertion()
    assert client.post("/oauth/par", client.signed({}, assertion)).status_code == 400
    form = client.signed(client.request_form(), assertion)
    assert refusal(client.post("/oauth/par", form)) == (401, "invalid_client")


def test_a19_known_and_unknown_clients_are_refused_in_the_same_words(
    bank_server: BankServer, client: ProviderClient
):
    unknown = ProviderClient(bank_server, str(uuid.uuid4()), client.key)
    other_key = ProviderClient(bank_server, client.client_id, new_key())
    answers = [
        one.post("/oauth/par", one.signed(one.request_form())) for one in (unknown, other_key)
    ]
    assert answers[0].status_code == answers[1].status_code == 401
    assert answers[0].content == answers[1].content


def test_a22_one_proof_at_two_workers_at_once_is_accepted_once(client: ProviderClient, second: str):
    token = client.tokens()["access_token"]
    for _ in range(10):
        proof = client.proof("GET", "/api/v1/records", token)
        with ThreadPoolExecutor(8) as threads:
            answers = list(
                threads.map(
                    lambda at, proof=proof: client.read(token, proof=proof, at=at),
                    [client.server.url, second] * 4,
                )
            )
        assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
        refused = {refusal(answer) for answer in answers if answer.status_code == 401}
        assert refused == {(401, "invalid_dpop_proof")}


def test_a23_a_bound_token_is_no_bearer_token(client: ProviderClient):
    token = client.tokens()["access_token"]
    answer = client.read(token, scheme="Bearer")
    assert refusal(answer) == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"].startswith("DPoP ")
    metadata = f'resource_metadata="{client.server.url}/.well-known/oauth-protected-resource"'
    assert metadata in answer.headers["WWW-Authenticate"]
    assert client.read(token, scheme="dpop").status_code == 200


def test_a23_a_stolen_token_is_worth_nothing_without_its_key(client: ProviderClient):
    token = client.tokens()["access_token"]
    thief = client.with_proof_key(new_key())
    assert refusal(thief.read(token)) == (401, "invalid_token")
    foreign = client.proof("GET", "/api/v1/records", "another token")
    assert refusal(client.read(token, proof=foreign)) == (401, "invalid_dpop_proof")


def test_a28_after_a_withdrawal_has_returned_no_worker_reads_on(
    client: ProviderClient, second: str
):
    tokens = client.tokens()
    token = tokens["access_token"]
    assert client.read(token, at=second).status_code == 200
    withdraw(client.server, tokens["grant_id"])
    for at in [client.server.url, second] * 10:
        answer = client.read(token, at=at)
        assert refusal(answer) == (403, "insufficient_scope")
        assert "consent_withdrawn" in answer.json()["detail"]


def test_a37_a_withdrawal_leaves_no_path(client: ProviderClient):
    tokens = client.tokens()
    fresh = client.refresh(tokens["refresh_token"]).json()["access_token"]
    withdraw(client.server, tokens["grant_id"])
    assert refusal(client.refresh(tokens["refresh_token"])) == (400, "invalid_grant")
    for token in (tokens["access_token"], fresh):
        assert refusal(client.read(token)) == (403, "insufficient_scope")


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_a38_giving_a_token_back_ends_the_token_and_not_the_consent(
    client: ProviderClient, kind: str
):
    tokens = client.tokens()
    answer = client.post("/oauth/revoke", client.signed({"token": tokens[kind]}))
    assert answer.status_code == 200
    assert refusal(client.read(tokens["access_token"])) == (401, "invalid_token")
    home = client.server.residents["hanako"]
    consent = uuid.UUID(tokens["grant_id"])
    kept, _ = client.server.run(client.server.bank.review.one(home, ConsentId(consent)))
    assert kept.withdrawn_at is None


def test_a38_nobody_gives_anothers_token_back(client: ProviderClient, stranger: ProviderClient):
    tokens = client.tokens()
    answer = stranger.post("/oauth/revoke", stranger.signed({"token": tokens["access_token"]}))
    assert answer.status_code == 200
    assert client.read(tokens["access_token"]).status_code == 200


def test_a40_what_is_stored_about_secrets_authenticates_nothing(client: ProviderClient):
    server = client.server
    request_uri, waiting, tokens = client.push(), client.code(), client.tokens()
    session, _ = server.run(server.bank.sign_in.by_handle("hanako"))
    secrets = [request_uri.rpartition(":")[2], waiting, session]
    secrets += [tokens["access_token"], tokens["refresh_token"]]
    tables = ("requests", "codes", "tokens", "used_proofs", "sessions")
    rows = [row for table in tables for row in server.rows(f"SELECT * FROM {table}")]
    stored = [value for row in rows for value in row.values()]
    dump = "\n".join(each.hex() if isinstance(each, bytes) else str(each) for each in stored)
    assert not [secret for secret in secrets if secret in dump]
    hashes = [each for each in stored if isinstance(each, bytes)][-20:]
    forms = [form for each in hashes for form in (each.hex(), _base64url(each))]
    for form in forms:
        assert refusal(client.read(form)) == (401, "invalid_token")
        assert refusal(client.refresh(form)) == (400, "invalid_grant")
        assert refusal(client.redeem(form)) == (400, "invalid_grant")
        assert server.run(server.bank.entrance.sessions.resume(form)) is None


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
