"""What is asked of a passkey, and what of its answer is believed, without a bank around it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from authenticator import Authenticator, text

from infobank.accounts.account import Account, Role
from infobank.accounts.entrance.ceremony import (
    LONGEST_ANSWER,
    RelyingParty,
    read_made,
    read_shown,
)
from infobank.accounts.entrance.errors import CeremonyError
from infobank.accounts.entrance.passkey import Holder, Passkey, passkey_bytes, went_back
from infobank.vocabulary.identifiers import AccountId, ResidentId

ORIGIN = "https://bank.example"
PARTY = RelyingParty(ORIGIN, "インフォバンク")
ACCOUNT = Account(AccountId(UUID(int=7)), Role.RESIDENT, ResidentId(UUID(int=8)))
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
CHALLENGE = bytes(range(32))


def made(device: Authenticator) -> Passkey:
    """Return the passkey that a device made for the account."""
    options = PARTY.creation(CHALLENGE, ACCOUNT.account_id, "x", [])
    found = PARTY.check_new(read_made(device.create(options)), CHALLENGE)
    return Passkey(found[0], ACCOUNT, Holder.PHONE, found[1], found[2], NOW, NOW)


def test_a_device_is_asked_to_know_its_owner_and_to_keep_the_passkey():
    asked = json.loads(PARTY.creation(CHALLENGE, ACCOUNT.account_id, "住民", [b"held"]))
    assert asked["rp"]["id"] == "bank.example"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["attestation"] == "none"
    assert [each["id"] for each in asked["excludeCredentials"]] == [text(b"held")]
    shown = json.loads(PARTY.request(CHALLENGE))
    assert (shown["userVerification"], shown["allowCredentials"]) == ("required", [])


def test_a_passkey_is_made_and_shown():
    device = Authenticator(ORIGIN)
    passkey = made(device)
    shown = read_shown(device.get(PARTY.request(CHALLENGE)))
    assert shown.credential_id == passkey.credential_id
    assert shown.account == ACCOUNT.account_id
    assert PARTY.check(shown, CHALLENGE, passkey) == 1


@pytest.mark.parametrize(
    "instead",
    [
        {"origin": "https://bank.example:8443"},
        {"origin": "http://bank.example"},
        {"rp_id": "example"},
        {"type": "webauthn.create"},
        {"user": UUID(int=9).bytes},
    ],
    ids=str,
)
def test_an_answer_for_another_site_or_account_is_refused(instead: dict[str, object]):
    device = Authenticator(ORIGIN)
    passkey = made(device)
    with pytest.raises(CeremonyError):
        PARTY.check(read_shown(device.get(PARTY.request(CHALLENGE), **instead)), CHALLENGE, passkey)


def test_an_answer_to_another_challenge_is_refused():
    device = Authenticator(ORIGIN)
    passkey = made(device)
    shown = read_shown(device.get(PARTY.request(bytes(32))))
    with pytest.raises(CeremonyError):
        PARTY.check(shown, CHALLENGE, passkey)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"id": 1}',
        '{"id": "", "rawId": "", "response": {}}',
        "{" * 2000,
        "x" * (LONGEST_ANSWER + 1),
    ],
    ids=range(8),
)
def test_what_is_no_answer_is_refused_and_nothing_of_it_is_repeated(answer: str):
    for read in (read_made, read_shown):
        with pytest.raises(CeremonyError) as refused:
            read(answer)
        assert not answer or answer[:40] not in refused.value.detail


@pytest.mark.parametrize(
    ("kept", "shown", "back"),
    [(0, 0, False), (0, 1, False), (1, 2, False), (1, 1, True), (2, 1, True), (1, 0, True)],
)
def test_a_counter_goes_on_or_stays_at_nothing(kept: int, shown: int, *, back: bool):
    assert went_back(kept, shown) is back


@pytest.mark.parametrize(
    "changed",
    [
        {"credential_id": b"another"},
        {"public_key": b"another"},
        {"holder": Holder.KEY},
        {"account": replace(ACCOUNT, role=Role.STEWARD)},
        {"account": replace(ACCOUNT, resident=ResidentId(UUID(int=9)))},
        {"account": replace(ACCOUNT, account_id=AccountId(UUID(int=9)))},
    ],
    ids=str,
)
def test_everything_that_lets_somebody_in_is_under_the_mark(changed: dict[str, object]):
    passkey = made(Authenticator(ORIGIN))
    assert passkey_bytes(replace(passkey, **changed)) != passkey_bytes(passkey)
    used = replace(passkey, sign_count=9, used_at=NOW.replace(year=2027))
    assert passkey_bytes(used) == passkey_bytes(passkey)
