"""Passkeys: what lets somebody in, and what must not."""

import json

import pytest
from authenticator import Authenticator, text
from running_bank import BankServer

from infobank.accesslog.entry import EntryKind
from infobank.accounts.entrance.challenge import Purpose
from infobank.accounts.entrance.device import Device
from infobank.accounts.entrance.errors import (
    CeremonyError,
    CounterBackError,
    LastWayError,
    StepUpError,
)
from infobank.accounts.entrance.passkey import Holder
from infobank.accounts.entrance.session import Session, Way
from infobank.errors import ConflictError, NotFoundError
from infobank.oauth.token import secret_hash

DEVICE = Device()
WHOSE = "(SELECT account_id FROM passkeys WHERE credential_id = $1)"


def come(server: BankServer, device: Authenticator, **instead: object) -> tuple[str, Session]:
    """Sign in with a passkey."""
    passkeys = server.bank.entrance.passkeys
    answer = device.get(server.run(passkeys.ask_sign_in()), **instead)
    return server.run(passkeys.sign_in(answer, DEVICE))


def test_a_passkey_signs_in_whom_it_was_made_for(bank_server, enrol):
    device, _, first = enrol("pass-one")
    secret, session = come(bank_server, device)
    assert session.account == first.account
    assert session.arrival.way is Way.PASSKEY
    assert bank_server.run(bank_server.bank.entrance.sessions.resume(secret)) == session


def test_an_answer_counts_once(bank_server, enrol):
    device, _, _ = enrol("pass-replay", counts=False)
    passkeys = bank_server.bank.entrance.passkeys
    answer = device.get(bank_server.run(passkeys.ask_sign_in()))
    bank_server.run(passkeys.sign_in(answer, DEVICE))
    with pytest.raises(CeremonyError) as refused:
        bank_server.run(passkeys.sign_in(answer, DEVICE))
    assert refused.value.detail == "no such challenge, or not any more"


@pytest.mark.parametrize(
    "instead",
    [
        {"origin": "https://bank.example.attacker"},
        {"rp_id": "attacker.example"},
        {"type": "webauthn.create"},
        {"user": bytes(16)},
        {"challenge": text(bytes(32))},
    ],
    ids=lambda instead: next(iter(instead)),
)
def test_an_answer_to_somebody_else_lets_nobody_in(bank_server, enrol, instead):
    handle = f"wrong-{next(iter(instead))}"
    device, _, _ = enrol(handle)
    with pytest.raises(CeremonyError):
        come(bank_server, device, **instead)
    come(bank_server, device)


def test_a_passkey_that_did_not_ask_its_owner_is_refused(bank_server, enrol):
    device, _, _ = enrol("pass-unverified")
    device.verified = False
    with pytest.raises(CeremonyError):
        come(bank_server, device)


def test_a_new_passkey_that_did_not_ask_its_owner_is_not_kept(enrol):
    with pytest.raises(CeremonyError):
        enrol("pass-new-unverified", verified=False)


def test_a_copy_is_refused_as_soon_as_both_are_used_and_the_log_says_so(bank_server, enrol):
    device, _, _ = enrol("pass-copied")
    come(bank_server, device)
    copied = device.copy()
    come(bank_server, device)
    with pytest.raises(CounterBackError):
        come(bank_server, copied)
    alarms = bank_server.recorded(EntryKind.ALARM)
    assert "passkey_counter" in {each.fields["what"] for each in alarms}


def test_a_signature_of_another_key_is_refused_without_an_alarm_of_its_counter(bank_server, enrol):
    device, _, _ = enrol("pass-signature")
    forger = Authenticator(bank_server.url, device.credential_id, user=device.user)
    with pytest.raises(CeremonyError) as refused:
        come(bank_server, forger)
    assert not isinstance(refused.value, CounterBackError)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE passkeys SET public_key = public_key || '\\x00' WHERE credential_id = $1",
        "UPDATE passkeys SET mac = '\\x00' WHERE credential_id = $1",
        f"UPDATE accounts SET role = 'steward' WHERE account_id = {WHOSE}",
        f"UPDATE accounts SET resident_id = gen_random_uuid() WHERE account_id = {WHOSE}",
    ],
    ids=["key", "mark", "role", "resident"],
)
def test_a_row_that_was_changed_past_the_bank_lets_nobody_in(bank_server, enrol, change, request):
    device, _, _ = enrol(f"forged-{request.node.callspec.id}")
    bank_server.rows(change, device.credential_id)
    with pytest.raises(CeremonyError) as refused:
        come(bank_server, device)
    assert refused.value.detail == "no such passkey"


def test_a_passkey_that_was_written_past_the_bank_lets_nobody_in(bank_server, enrol):
    victim, _, _ = enrol("forged-victim")
    mine = Authenticator(bank_server.url, b"my own passkey, by SQL", user=victim.user)
    bank_server.rows(
        "INSERT INTO passkeys SELECT $1, account_id, holder, $2, 0, made_at, used_at, mac"
        " FROM passkeys WHERE credential_id = $3",
        mine.credential_id,
        mine.public_key,
        victim.credential_id,
    )
    with pytest.raises(CeremonyError) as refused:
        come(bank_server, mine)
    assert refused.value.detail == "no such passkey"


def test_a_session_that_was_written_past_the_bank_is_none(bank_server, enrol):
    _, secret, _ = enrol("session-forged")
    bank_server.rows(
        "INSERT INTO sessions (session_hash, session_id, account_id, csrf, way, browser, machine,"
        " begun_at, proven_at, used_at, expires_at, mac) SELECT $1, gen_random_uuid(), account_id,"
        " csrf, way, browser, machine, begun_at, proven_at, used_at, expires_at, mac"
        " FROM sessions WHERE session_hash = $2",
        secret_hash("a cookie of my own"),
        secret_hash(secret),
    )
    sessions = bank_server.bank.entrance.sessions
    assert bank_server.run(sessions.resume(secret)) is not None
    assert bank_server.run(sessions.resume("a cookie of my own")) is None


@pytest.mark.parametrize("column", ["proven_at", "expires_at", "begun_at"])
def test_a_session_does_not_become_fresh_or_long_by_sql(bank_server, enrol, column):
    _, secret, _ = enrol(f"session-{column}")
    bank_server.rows(
        f"UPDATE sessions SET {column} = {column} + interval '1 second' WHERE session_hash = $1",
        secret_hash(secret),
    )
    assert bank_server.run(bank_server.bank.entrance.sessions.resume(secret)) is None


def test_a_proof_is_for_the_session_it_was_asked_in(bank_server, enrol):
    device, secret, session = enrol("proof-session")
    other_secret, other = come(bank_server, device)
    passkeys = bank_server.bank.entrance.passkeys
    answer = device.get(bank_server.run(passkeys.ask_confirm(secret, session)))
    with pytest.raises(CeremonyError):
        bank_server.run(passkeys.confirm(other_secret, other, answer))


def test_nobody_proves_herself_with_another_accounts_passkey(bank_server, enrol):
    _, secret, session = enrol("proof-mine")
    other, _, _ = enrol("proof-other")
    passkeys = bank_server.bank.entrance.passkeys
    answer = other.get(bank_server.run(passkeys.ask_confirm(secret, session)))
    with pytest.raises(CeremonyError) as refused:
        bank_server.run(passkeys.confirm(secret, session, answer))
    assert refused.value.detail == "the passkey is another account's"


def test_a_sign_in_challenge_makes_no_passkey_and_the_other_way_round(bank_server, enrol):
    _, secret, session = enrol("crossed")
    passkeys = bank_server.bank.entrance.passkeys
    asked = bank_server.run(
        passkeys.ask_new(Purpose.ADD, session.account, "x", secret_hash(secret))
    )
    sign_in = bank_server.run(passkeys.ask_sign_in())
    fresh = Authenticator(bank_server.url, b"crossed-second-passkey")
    made = fresh.create(asked, challenge=json.loads(sign_in)["challenge"])
    with pytest.raises(CeremonyError) as refused:
        bank_server.run(passkeys.add(secret, session, made, Holder.KEY))
    assert refused.value.detail == "the challenge was asked for something else"


def test_several_passkeys_are_kept_and_the_last_way_in_stays(bank_server, enrol):
    device, secret, session = enrol("several")
    passkeys = bank_server.bank.entrance.passkeys
    options = bank_server.run(
        passkeys.ask_new(Purpose.ADD, session.account, "x", secret_hash(secret))
    )
    second = Authenticator(bank_server.url, b"several-second-passkey")
    answer = second.create(options)
    bank_server.run(passkeys.add(secret, session, answer, Holder.KEY))
    held = bank_server.run(passkeys.of(session.account))
    assert [each.holder for each in held] == [Holder.PHONE, Holder.KEY]
    come(bank_server, second)
    bank_server.run(passkeys.remove(session, device.credential_id))
    with pytest.raises(CeremonyError):
        come(bank_server, device)
    with pytest.raises(LastWayError):
        bank_server.run(passkeys.remove(session, second.credential_id))
    with pytest.raises(NotFoundError):
        bank_server.run(passkeys.remove(session, device.credential_id))


def test_one_device_is_kept_once(bank_server, enrol):
    device, secret, session = enrol("twice")
    passkeys = bank_server.bank.entrance.passkeys
    options = bank_server.run(
        passkeys.ask_new(Purpose.ADD, session.account, "x", secret_hash(secret))
    )
    with pytest.raises(ConflictError):
        bank_server.run(passkeys.add(secret, session, device.create(options), Holder.PHONE))


def test_a_passkey_is_added_and_removed_only_right_after_a_proof(bank_server, enrol, later):
    device, secret, session = enrol("not-fresh")
    with later(minutes=6) as bank:
        for act in (
            lambda: bank.entrance.passkeys.add(secret, session, "", Holder.KEY),
            lambda: bank.entrance.passkeys.remove(session, device.credential_id),
        ):
            with pytest.raises(StepUpError):
                bank_server.run(act())
