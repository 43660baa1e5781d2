"""A resident asks who sees what: now, on a day, and after a withdrawal she only thinks about."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from provider_client import FIELDS, register
from running_bank import BankServer
from signed_in import SECONDS, signed_in

from infobank.consent.consent import Consent
from infobank.consent.terms import Terms
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period

HANAKO = "hanako"


@pytest.fixture(scope="module")
def given(bank_server: BankServer) -> tuple[Consent, Consent]:
    """Return two consents to one recipient: to a month, and to a week of it."""
    now = bank_server.bank.clock.now()
    last = bank_server.last_day
    month, week = (Period(last - timedelta(days=days), last) for days in (29, 6))
    terms = Terms(
        purpose="health_promotion",
        mode=OutputMode.RECORDS,
        items=(Item("daily_activity", FIELDS, month),),
        valid_from=now,
        valid_until=now + timedelta(days=30),
        retention_days=30,
    )
    part = replace(terms, items=(Item("daily_activity", FIELDS[:1], week),))
    provider = UUID(register(bank_server).client_id)
    home = bank_server.residents[HANAKO]
    first, second = (
        bank_server.run(bank_server.bank.grant([home], provider, each))[0] for each in (terms, part)
    )
    return first, second


def _ask(server: BankServer, path: str, **query: str) -> tuple[int, dict]:
    program = signed_in(server, HANAKO)
    answer = program.get(server.url + path, params=query, timeout=SECONDS)
    return answer.status_code, answer.json()


def _seen(server: BankServer, given: tuple[Consent, Consent], **query: str) -> list[dict]:
    status, document = _ask(server, "/api/v1/consents/covering", **query)
    assert status == 200
    mine = {str(consent.consent_id) for consent in given}
    return [sight for sight in document["sights"] if sight["consent"] in mine]


def test_she_hears_who_sees_a_field_since_when_and_why(bank_server, given):
    first, second = given
    found = _seen(bank_server, given, category="daily_activity", field=FIELDS[0])
    assert {sight["consent"] for sight in found} == {
        str(first.consent_id),
        str(second.consent_id),
    }
    assert {tuple(sight["reasons"]) for sight in found} == {("consent_covers_request",)}
    since = {sight["consent"]: sight["since"] for sight in found}
    assert since[str(first.consent_id)] == first.given_at.isoformat()
    wide = _seen(bank_server, given, category="daily_activity", field=FIELDS[1])
    assert [sight["consent"] for sight in wide] == [str(first.consent_id)]


def test_a_day_is_answered_by_the_consents_that_stood_then(bank_server, given):
    today = given[0].given_at.date()
    asked = {"category": "daily_activity"}
    assert len(_seen(bank_server, given, **asked, on=str(today + timedelta(days=2)))) == 2
    assert _seen(bank_server, given, **asked, on=str(today - timedelta(days=3))) == []


def test_a_stop_names_what_would_be_seen_still(bank_server, given):
    first, second = given
    status, small = _ask(bank_server, f"/api/v1/consents/{second.consent_id}/stops")
    assert status == 200
    assert [stop["kept"] for stop in small["stops"]] == [[str(first.consent_id)]]
    _, large = _ask(bank_server, f"/api/v1/consents/{first.consent_id}/stops")
    assert [stop["kept"] for stop in large["stops"]] == [[]]


def test_a_version_written_by_sql_never_stood(bank_server, given):
    first, second = given
    day = str(bank_server.bank.clock.now().date() + timedelta(days=2))
    put = "UPDATE consent_versions SET retention_days = $2 WHERE consent_id = $1"
    bank_server.rows(put, first.consent_id, 31)
    try:
        found = _seen(bank_server, given, category="daily_activity", on=day)
    finally:
        bank_server.rows(put, first.consent_id, first.terms.retention_days)
    assert [sight["consent"] for sight in found] == [str(second.consent_id)]


def test_a_consent_changed_by_sql_shows_nobody_anything(bank_server, given):
    first, second = given
    home, recipient = bank_server.residents[HANAKO], {first.provider}
    seen = bank_server.run(bank_server.bank.ask.seen(home))
    assert seen["daily_activity"] >= recipient
    put = "UPDATE consents SET retention_days = $2 WHERE consent_id = ANY ($1::uuid[])"
    named = [first.consent_id, second.consent_id]
    bank_server.rows(put, named, first.terms.retention_days + 1)
    try:
        found = _seen(bank_server, given, category="daily_activity")
        after = bank_server.run(bank_server.bank.ask.seen(home))
    finally:
        bank_server.rows(put, named, first.terms.retention_days)
    assert found == []
    assert after.get("daily_activity", frozenset()).isdisjoint(recipient)


def test_nobody_asks_about_what_is_not_there(bank_server):
    status, _ = _ask(bank_server, "/api/v1/consents/covering", category="nonsense")
    assert status == 400
    status, _ = _ask(bank_server, f"/api/v1/consents/{UUID(int=5)}/stops")
    assert status == 404


def test_what_was_withdrawn_is_seen_no_more_but_was_seen_that_day(bank_server, given):
    first, second = given
    home = bank_server.residents[HANAKO]
    bank_server.run(bank_server.bank.withdraw(home, second.consent_id))
    asked = {"category": "daily_activity", "field": FIELDS[0]}
    now = {sight["consent"] for sight in _seen(bank_server, given, **asked)}
    assert now == {str(first.consent_id)}
    day = bank_server.bank.clock.now().date()
    then = [*_seen(bank_server, given, **asked, on=str(day))]
    then += _seen(bank_server, given, **asked, on=str(day + timedelta(days=1)))
    assert str(second.consent_id) in {sight["consent"] for sight in then}
