"""Every route of the running bank refuses whoever it does not declare."""

import re

import pytest
import requests
from running_bank import BankServer
from signed_in import SECONDS, signed_in

from infobank.accounts.account import Role
from infobank.accounts.provider import Provider
from infobank.web.access import BY_SESSION, ROLES, SAFE, Access
from infobank.web.routes import ROUTES, Form, Route

HANDLES = {
    Role.RESIDENT: "hanako",
    Role.STEWARD: "steward",
    Role.AUDITOR: "auditor",
    Role.PROVIDER: "desk-clerk",
}
PART = re.compile(r"\{[^{}]+\}")
SESSION_ROUTES = [route for route in ROUTES if route.access in BY_SESSION]
CHANGES = [route for route in SESSION_ROUTES if route.method not in SAFE]


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.fixture(scope="module")
def programs(bank_server: BankServer) -> dict[Role, requests.Session]:
    """One program of each role, without the secret of its forms."""

    async def clerk() -> Provider:
        desk = await bank_server.bank.register_provider.desk()
        await bank_server.bank.sign_in.open_account(
            HANDLES[Role.PROVIDER], Role.PROVIDER, provider=desk.provider_id
        )
        return desk

    bank_server.run(clerk())
    return {role: signed_in(bank_server, handle, csrf=False) for role, handle in HANDLES.items()}


def call(
    server: BankServer, route: Route, program: requests.Session | None, **headers: str
) -> requests.Response:
    address = server.url + PART.sub("0", route.path)
    caller = program or requests.Session()
    return caller.request(
        route.method, address, headers=headers, allow_redirects=False, timeout=SECONDS
    )


def refused(route: Route, answer: requests.Response, status: int, code: str) -> None:
    if route.form is Form.PAGE and status == 401:
        # A person is shown the way in, or told so on a page.
        assert answer.status_code in {303, 401}, answer.text
        return
    assert answer.status_code == status, answer.text
    if route.form is Form.PROBLEM:
        assert answer.json()["code"] == code


@pytest.mark.parametrize("route", SESSION_ROUTES, ids=name)
def test_strangers_are_asked_to_sign_in(bank_server: BankServer, route: Route):
    refused(route, call(bank_server, route, None), 401, "sign_in_required")


@pytest.mark.parametrize("route", [r for r in SESSION_ROUTES if r.access in ROLES], ids=name)
def test_every_other_role_is_refused(
    bank_server: BankServer, programs: dict[Role, requests.Session], route: Route
):
    for role, program in programs.items():
        if role is not ROLES[route.access]:
            refused(route, call(bank_server, route, program), 403, "not_yours")


@pytest.mark.parametrize("route", CHANGES, ids=name)
@pytest.mark.parametrize("shown", ["", "x" * 43, "é"])
def test_a_change_without_the_sessions_secret_is_refused(
    bank_server: BankServer, programs: dict[Role, requests.Session], route: Route, shown: str
):
    program = programs[ROLES.get(route.access, Role.RESIDENT)]
    headers = {"X-CSRF-Token": shown.encode().decode("latin-1")} if shown else {}
    answer = call(bank_server, route, program, **headers)
    refused(route, answer, 403, "forged_form")


@pytest.mark.parametrize("route", CHANGES, ids=name)
def test_a_change_that_another_site_sends_is_refused(bank_server: BankServer, route: Route):
    handle = HANDLES[ROLES.get(route.access, Role.RESIDENT)]
    program = signed_in(bank_server, handle)
    answer = call(bank_server, route, program, Origin="https://else.example")
    refused(route, answer, 403, "forged_form")


def test_metrics_are_for_the_machine_itself(bank_server: BankServer):
    metrics = next(route for route in ROUTES if route.access is Access.OPERATOR)
    assert call(bank_server, metrics, None).status_code == 200
    through = call(bank_server, metrics, None, **{"X-Forwarded-For": "203.0.113.9"})
    assert through.status_code == 403


def test_personal_reading_has_no_head(bank_server: BankServer):
    for route in ROUTES:
        if route.method == "GET" and route.access is not Access.ANYBODY:
            address = bank_server.url + PART.sub("0", route.path)
            answer = requests.head(address, timeout=SECONDS, allow_redirects=False)
            assert answer.status_code == 405, route.path
