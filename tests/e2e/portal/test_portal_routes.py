"""Every address of the portal, whoever added it: closed to others, to other sites and to frames."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from uuid import UUID

import pytest
import requests
from provider_client import register
from running_bank import BankServer
from signed_in import SECONDS, signed_in

from infobank.accounts.account import Role
from infobank.web.access import BY_SESSION, CSRF_HEADER, ROLES, Access
from infobank.web.portal.handlers.routes import PORTAL, Page

ELSEWHERE = "https://elsewhere.example"
NOBODYS = UUID(int=7)
PARTS = re.compile(r"\{[a-z_]+(?::[^}]*)?\}")

Readers = dict[Role | None, requests.Session]


@pytest.fixture(scope="module")
def readers(bank_server: BankServer) -> Iterator[Readers]:
    """Return somebody of every role with the secret of her forms, and nobody."""
    client = register(bank_server)
    provider = UUID(client.client_id)
    bank_server.run(
        bank_server.bank.sign_in.open_account("coach", Role.PROVIDER, provider=provider)
    )
    handles = {
        Role.RESIDENT: "hanako",
        Role.PROVIDER: "coach",
        Role.AUDITOR: "auditor",
        Role.STEWARD: "steward",
    }
    with ExitStack() as stack:
        found: Readers = {
            role: stack.enter_context(signed_in(bank_server, handle))
            for role, handle in handles.items()
        }
        found[None] = stack.enter_context(requests.Session())
        yield found


def path_of(page: Page) -> str:
    """Return an address of nobody's thing."""
    return PARTS.sub(str(NOBODYS), page.path)


def send(
    server: BankServer, session: requests.Session, page: Page, **headers: str | None
) -> requests.Response:
    return session.request(
        page.method,
        server.url + path_of(page),
        headers=headers,
        data={"csrf": ""} if page.method == "POST" else None,
        allow_redirects=False,
        timeout=SECONDS,
    )


def label(page: Page) -> str:
    return f"{page.method} {page.path}"


def test_every_address_is_closed_to_other_roles(bank_server: BankServer, readers: Readers):
    opened = [
        (label(page), role)
        for page in PORTAL
        if page.access in ROLES
        for role, session in readers.items()
        if role not in {None, ROLES[page.access]}
        and send(bank_server, session, page).status_code != 403
    ]
    assert opened == []


def test_whoever_is_not_signed_in_is_asked_to(bank_server: BankServer, readers: Readers):
    for page in PORTAL:
        if page.access in BY_SESSION:
            answer = send(bank_server, readers[None], page)
            if page.method == "GET":
                assert answer.status_code == 303, label(page)
                assert answer.headers["Location"].startswith("/sign-in"), label(page)
            else:
                assert answer.status_code in {401, 200, 303}, label(page)
                if answer.status_code == 303:
                    assert answer.headers["Location"].startswith("/sign-in"), label(page)


def own(page: Page, readers: Readers) -> requests.Session:
    """Return somebody who may open a page."""
    return readers[ROLES.get(page.access, Role.RESIDENT)]


def changes(access: frozenset[Access]) -> list[Page]:
    return [page for page in PORTAL if page.method == "POST" and page.access in access]


def test_nothing_is_changed_without_the_secret_of_the_sessions_forms(
    bank_server: BankServer, readers: Readers
):
    for page in changes(BY_SESSION):
        for token in (None, "", "x" * 43):
            answer = send(bank_server, own(page, readers), page, **{CSRF_HEADER: token})
            assert answer.status_code == 403, label(page)
            assert "forged_form" in answer.text, label(page)


def test_nothing_is_changed_by_another_site(bank_server: BankServer, readers: Readers):
    for page in changes(BY_SESSION | {Access.ANYBODY}):
        for origin in (ELSEWHERE, "null"):
            answer = send(bank_server, own(page, readers), page, Origin=origin)
            assert answer.status_code == 403, label(page)


def test_no_answer_can_be_framed_sniffed_or_run_a_script_from_elsewhere(
    bank_server: BankServer, readers: Readers
):
    for page in PORTAL:
        headers = send(bank_server, own(page, readers), page).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, label(page)
        assert "script-src 'self'" in policy, label(page)
        assert "frame-ancestors 'none'" in policy, label(page)
        assert "unsafe" not in policy, label(page)
        assert headers["X-Frame-Options"] == "DENY", label(page)
        assert headers["X-Content-Type-Options"] == "nosniff", label(page)


@pytest.mark.parametrize(
    "trick", [ELSEWHERE, "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"]
)
def test_no_address_leads_to_another_site(bank_server: BankServer, readers: Readers, trick: str):
    asked = {"next": trick, "lang": trick, "furigana": trick, "dates": trick, "page": trick}
    for page in PORTAL:
        if page.method == "GET" and page.path != "/oauth/authorize":
            address = bank_server.url + path_of(page)
            answer = own(page, readers).get(
                address, params=asked, allow_redirects=False, timeout=SECONDS
            )
            where = answer.headers.get("Location", "/")
            assert re.match(r"/(?![/\\])", where), label(page)
            links = re.findall(r'href="([^"]*)"', answer.text)
            assert not [link for link in links if link.startswith(("javascript:", "//", "/\\"))]
            assert not [link for link in links if link.startswith(ELSEWHERE)], label(page)


@pytest.mark.parametrize("trick", [ELSEWHERE, "//elsewhere.example", "/\\elsewhere.example", "x"])
def test_choosing_how_to_read_never_leads_to_another_site(bank_server: BankServer, trick: str):
    answer = requests.post(
        f"{bank_server.url}/settings/reading",
        data={"next": trick, "lang": "en"},
        allow_redirects=False,
        timeout=SECONDS,
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_how_pages_are_read_is_kept_and_nothing_else_is(bank_server: BankServer):
    with requests.Session() as visitor:
        chosen = {"lang": "ja", "furigana": "on", "dates": "era", "next": "/about", "other": "x"}
        page = visitor.post(f"{bank_server.url}/settings/reading", data=chosen, timeout=SECONDS)
        assert page.url == f"{bank_server.url}/about"
        assert "<ruby>" in page.text
        kept = {cookie.name: cookie.value for cookie in visitor.cookies}
        assert kept == {"language": "ja", "furigana": "on", "dates": "era"}
        visitor.post(
            f"{bank_server.url}/settings/reading", data={"furigana": "maybe"}, timeout=SECONDS
        )
        assert visitor.cookies["furigana"] == "on"
        plain = visitor.get(f"{bank_server.url}/about?furigana=off", timeout=SECONDS)
        assert "<ruby>" not in plain.text
