"""A bank that is no demo: nobody comes in by a name, and nobody is shown to be tried."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests
from running_bank import BankServer, address, listen

from infobank.app.installation import Databases
from infobank.app.worker import make_worker
from infobank.config import PRODUCTION
from infobank.demo.people import people

SECONDS = 30


@pytest.fixture(scope="module")
def real(bank_server: BankServer) -> Iterator[str]:
    """Return the address of a worker of the same bank, run as no demo."""
    settings = replace(
        bank_server.settings, environment=PRODUCTION, public_url="https://bank.example"
    )
    listening = listen()
    with bank_server.loop.serving(make_worker(settings, Databases(settings, None)), listening):
        yield address(listening)


@pytest.mark.parametrize("handle", ["hanako", "steward", "", "nobody"])
def test_a_name_alone_lets_nobody_in(real: str, handle: str):
    form = {"handle": handle, "next": "/home"}
    answer = requests.post(f"{real}/sign-in", data=form, allow_redirects=False, timeout=SECONDS)
    assert answer.status_code == 404
    assert not answer.cookies


def test_the_page_shows_nobody_to_be_tried(real: str):
    page = requests.get(f"{real}/sign-in", timeout=SECONDS).text
    assert 'name="handle"' not in page
    for person in people():
        assert person.name.ja not in page
        assert f'value="{person.handle}"' not in page


def test_the_demo_shows_them(bank_server: BankServer):
    page = requests.get(f"{bank_server.url}/sign-in", timeout=SECONDS).text
    assert all(f'value="{person.handle}"' in page for person in people())


def test_the_demos_word_proves_nothing(bank_server: BankServer, real: str):
    secret, session = bank_server.run(bank_server.bank.sign_in.by_handle("hanako"))
    form = {"csrf": session.csrf, "proof": "demo", "next": "/account"}
    answer = requests.post(
        f"{real}/confirm",
        data=form,
        headers={"Cookie": f"__Host-infobank={secret}"},
        allow_redirects=False,
        timeout=SECONDS,
    )
    assert answer.status_code == 403
    assert 'value="demo"' not in answer.text
