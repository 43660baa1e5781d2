"""RFC 8936: poll-based delivery of Security Event Tokens, over HTTP against a running bank."""

from uuid import UUID

import jwt
import pytest
import requests
from provider_client import SECONDS
from recipient import NOTICES, Recipient, recipient
from running_bank import BankServer, bank_server

from infobank.consent.ending.notice import Afterwards
from infobank.consent.ending.withdrawal import Scope
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ProviderId

__all__ = ["bank_server"]


@pytest.fixture
def told(bank_server: BankServer) -> Recipient:
    """A provider to which a resident gave, and from which she took, three consents."""
    found = recipient(bank_server)
    for _ in range(3):
        found.client.tokens("hanako")
    scope = Scope(provider=ProviderId(UUID(found.client.client_id)))
    withdraw = bank_server.bank.withdraw.all_of
    home = bank_server.residents["hanako"]
    bank_server.run(withdraw(home, scope, GivenBy.SELF, Afterwards.DELETE))
    return found


def test_section_2_1_the_body_is_json(told: Recipient):
    assert told.post(NOTICES, data="x", headers={"Content-Type": "text/plain"}).status_code == 415
    assert told.post(NOTICES, json=[]).status_code == 400


def test_section_2_2_max_events_bounds_the_answer(told: Recipient):
    answer = told.poll({"maxEvents": 2}).json()
    assert len(answer["sets"]) == 2
    assert answer["moreAvailable"] is True


def test_section_2_2_max_events_0_acknowledges_and_asks_for_nothing(told: Recipient):
    (first, *_) = told.tokens()
    answer = told.poll({"maxEvents": 0, "ack": [first]}).json()
    assert answer == {"sets": {}, "moreAvailable": True}
    assert len(told.tokens()) == 2


@pytest.mark.parametrize("immediately", [True, False])
def test_section_2_2_an_answer_comes_whether_or_not_there_is_anything(
    bank_server: BankServer, immediately: object
):
    answer = recipient(bank_server).poll({"returnImmediately": immediately})
    assert answer.json() == {"sets": {}, "moreAvailable": False}


def test_section_2_3_sets_are_keyed_by_jti(told: Recipient):
    answer = told.poll()
    assert answer.headers["Content-Type"].startswith("application/json")
    sets = answer.json()["sets"]
    assert len(sets) == 3
    for jti, token in sets.items():
        assert told.checked(token)["jti"] == jti
    assert answer.json()["moreAvailable"] is False


def test_section_2_4_what_is_not_acknowledged_comes_again_the_same(told: Recipient):
    first = told.tokens()
    assert told.tokens() == first


def test_section_2_4_what_is_acknowledged_comes_no_more(told: Recipient):
    (one, *rest) = told.tokens()
    assert sorted(told.tokens(ack=[one])) == sorted(rest)
    assert told.tokens(ack=[one, *rest]) == {}


def test_section_2_4_an_acknowledgement_that_got_lost_may_be_repeated(told: Recipient):
    (one, *rest) = told.tokens()
    for _ in range(2):
        assert sorted(told.tokens(ack=[one])) == sorted(rest)


def test_section_2_5_a_notice_that_was_refused_is_kept_behind_the_others(told: Recipient):
    (one, *rest) = told.tokens()
    error = {"err": "authentication_failed", "description": "the key is unknown"}
    again = told.tokens(setErrs={one: error})
    assert sorted(again) == sorted([one, *rest])
    assert list(told.tokens(maxEvents=2)) == rest
    rows = told.server.rows("SELECT error FROM notices WHERE notice_id = $1", one)
    assert [row["error"] for row in rows] == ["authentication_failed"]


def test_section_2_6_refused_and_acknowledged_in_one_request(told: Recipient):
    (one, other, last) = told.tokens()
    document = {"ack": [one], "setErrs": {other: {"err": "invalid_request"}}}
    assert list(told.tokens(**document)) == [last, other]


def test_section_3_whoever_polls_proves_who_it_is(told: Recipient):
    for shown in (
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": "Basic eDp5"},
        {"Authorization": f"Bearer {told.client.assertion(aud='https://other.example')}"},
        {"Authorization": f"Bearer {told.client.assertion(exp=1)}"},
    ):
        answer = requests.post(told.server.url + NOTICES, json={}, headers=shown, timeout=SECONDS)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_section_3_a_proof_is_good_once(told: Recipient):
    headers = {"Authorization": f"Bearer {told.client.assertion()}"}
    assert told.post(NOTICES, json={}, headers=headers).status_code == 200
    assert told.post(NOTICES, json={}, headers=headers).status_code == 401


def test_section_4_nobody_sees_or_acknowledges_anothers_notices(told: Recipient):
    other = recipient(told.server)
    mine = list(told.tokens())
    assert other.tokens(ack=mine, setErrs={mine[0]: {"err": "access_denied"}}) == {}
    assert list(told.tokens()) == mine


def test_no_token_tells_a_resident_apart_from_her_name_at_this_provider(told: Recipient):
    home = str(told.server.residents["hanako"])
    for token in told.tokens().values():
        assert home not in str(jwt.decode(token, options={"verify_signature": False}))
    other = recipient(told.server)
    other.client.tokens("hanako")
    consent = told.server.run(told.server.bank.review.of_resident(told.server.residents["hanako"]))[
        0
    ][0]
    told.server.run(told.server.bank.withdraw(consent.resident, consent.consent_id))
    (claims,) = other.notices()
    assert claims["sub_id"]["id"] not in {each["sub_id"]["id"] for each in told.notices()}
