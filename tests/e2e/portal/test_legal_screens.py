"""Every screen that keeps a requirement of the law opens for whom it is, with its heading."""

import csv
import re
from pathlib import Path

import pytest
import requests
from asked_requests import pushed
from counter import Counter
from desk import Desk
from provider_client import register
from running_bank import BankServer
from signed_in import SECONDS, signed_in
from terms import granted

from infobank.accounts.account import Role
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.text.language import Language
from infobank.web.access import Access
from infobank.web.portal.addresses import ADDRESSES, address
from infobank.web.portal.handlers.routes import PORTAL

MATRIX = Path(__file__).parents[3] / "policies" / "legal-matrix.csv"
HEADING = re.compile(r"<h1[^>]*>(?!\s*</h1>)")
READERS = {
    Access.ANYBODY: None,
    Access.SIGNED_IN: "hanako",
    Access.RESIDENT: "hanako",
    Access.PROVIDER: "walkers",
    Access.AUDITOR: "auditor",
    Access.STEWARD: "steward",
}
"""Who opens a screen, by handle."""


def screens() -> list[str]:
    """Return every screen that some requirement names, once."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        named = [name for row in csv.DictReader(file) for name in row["screen"].split("; ")]
    return sorted({name for name in named if name})


@pytest.fixture(scope="module")
def parts(bank_server: BankServer) -> dict[str, str]:
    """Return what stands in the addresses: a consent, a request, and the like, all of hanako's."""
    ended, held = granted(bank_server), granted(bank_server)
    hanako = Desk(bank_server, "hanako")
    answer = hanako.post("/api/v1/withdrawals", {"consent": ended.consent, "afterwards": "keep"})
    assert answer.status_code == 200, answer.text
    provider = ProviderId(register(bank_server).client_id)  # type: ignore[arg-type]
    bank_server.run(
        bank_server.bank.sign_in.open_account("walkers", Role.PROVIDER, provider=provider)
    )
    request = pushed(register(bank_server)).opened().request
    asked = hanako.ask("restrictions", {"category": "trips"})
    bank_server.sequence()
    entry = next(each["index"] for each in hanako.events() if each["index"] is not None)
    return {
        "consent": held.consent,
        "withdrawn": ended.consent,
        "request": request,
        "rights_request": str(asked["request"]),
        "entry": str(entry),
        "provider": held.client.client_id,
    }


def test_every_requirement_that_is_kept_names_a_screen():
    assert len(screens()) > len(READERS)


@pytest.mark.parametrize("screen", screens())
def test_a_screen_of_the_law_opens_with_its_heading(
    bank_server: BankServer, parts: dict[str, str], screen: str
):
    known = parts | {"consent": parts["withdrawn"]} if screen == "withdrawn" else parts
    known = known | {"request": parts["rights_request"]} if screen == "rights_request" else known
    path = ADDRESSES[screen]
    page = next(each for each in PORTAL if (each.method, each.path) == ("GET", path))
    reader = READERS[page.access]
    if "{visit}" in path:
        known = known | {"visit": str(Counter(bank_server, "steward").visit("hanako"))}
    program = signed_in(bank_server, reader) if reader else requests.Session()
    named = {part: known[part] for part in re.findall(r"{(\w+)}", path)}
    for language in Language:
        url = f"{bank_server.url}{address(screen, **named)}?lang={language}"
        answer = program.get(url, allow_redirects=False, timeout=SECONDS)
        assert answer.status_code == 200, (language, answer.status_code, answer.headers)
        assert HEADING.search(answer.text), language
