"""What asks for a fresh proof takes one, and nothing typed is lost."""

import re
from datetime import timedelta

import pytest
import requests
from running_bank import BankServer
from signed_in import COOKIE

from infobank.clock import ShiftedClock
from infobank.web.access import ASKS_FRESH, CSRF_HEADER
from infobank.web.routes import ROUTES

SECONDS = 30


@pytest.fixture
def six_minutes_later(bank_server: BankServer):
    """Return an address of the bank at which a proof of now is six minutes old."""
    with bank_server.worker(ShiftedClock(timedelta(minutes=6))) as url:
        yield url


def program(server: BankServer, handle: str) -> requests.Session:
    """Return somebody's browser, signed in now."""
    secret, session = server.run(server.bank.sign_in.by_handle(handle))
    signed_in = requests.Session()
    signed_in.cookies.set(COOKIE, secret)
    signed_in.headers[CSRF_HEADER] = session.csrf
    return signed_in


def test_every_address_that_asks_for_it_is_there():
    known = {(route.method, route.path) for route in ROUTES}
    assert known >= ASKS_FRESH


def test_a_page_is_reached_by_way_of_the_proof(bank_server, six_minutes_later):
    browser = program(bank_server, "hanako")
    answer = browser.get(
        f"{six_minutes_later}/rights/closure", allow_redirects=False, timeout=SECONDS
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/confirm?next=%2Frights%2Fclosure"


def test_a_form_is_kept_while_the_proof_is_asked_for_and_then_done(bank_server, six_minutes_later):
    browser = program(bank_server, "hanako")
    typed = [("sure", '<script>"'), ("sure", "二度"), ("proof", "")]
    asked = browser.post(
        f"{six_minutes_later}/rights/closure", data=typed, allow_redirects=False, timeout=SECONDS
    )
    assert asked.status_code == 403
    assert 'name="sure" value="&lt;script&gt;&#34;"' in asked.text
    assert 'name="sure" value="二度"' in asked.text
    assert re.search(r'<form[^>]* action="/rights/closure"', asked.text)
    done = browser.post(
        f"{six_minutes_later}/rights/closure",
        data=[*typed[:2], ("proof", "demo")],
        allow_redirects=False,
        timeout=SECONDS,
    )
    assert done.status_code == 422  # what was typed is no yes: the page itself says so


def test_a_wrong_proof_keeps_the_form_too(bank_server, six_minutes_later):
    browser = program(bank_server, "hanako")
    asked = browser.post(
        f"{six_minutes_later}/rights/export",
        data={"proof": "{}", "kept": "this"},
        allow_redirects=False,
        timeout=SECONDS,
    )
    assert asked.status_code == 403
    assert 'name="kept" value="this"' in asked.text
    assert 'role="alert"' in asked.text


def test_a_program_is_told_what_is_missing(bank_server, six_minutes_later):
    browser = program(bank_server, "hanako")
    answer = browser.post(f"{six_minutes_later}/api/v1/rights/exports", json={}, timeout=SECONDS)
    assert answer.status_code == 403
    assert answer.json()["code"] == "step_up"


def test_a_form_of_another_site_is_not_kept(bank_server, six_minutes_later):
    browser = program(bank_server, "hanako")
    del browser.headers[CSRF_HEADER]
    answer = browser.post(
        f"{six_minutes_later}/rights/closure", data={"sure": "yes"}, timeout=SECONDS
    )
    assert answer.status_code == 403
    assert 'name="sure"' not in answer.text


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_way_on_leads_nowhere_else(bank_server, wanted):
    browser = program(bank_server, "hanako")
    answer = browser.post(
        f"{bank_server.url}/confirm",
        data={"next": wanted},
        allow_redirects=False,
        timeout=SECONDS,
    )
    assert answer.headers["Location"] == "/home"
