"""A real browser, and the demo's real provider, for the tests of this folder."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from running_bank import BankServer

from infobank.accounts.account import Role
from infobank.demo.keys import public_keys
from infobank.vocabulary.text.language import Text

SECONDS = 30
"""How long a browser waits for anything at most."""

expect.set_options(timeout=SECONDS * 1000)

DEBIAN = Path("/usr/bin/chromium")
"""Debian's own Chromium; without it Playwright's download is used."""

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Scheme = Literal["light", "dark"]


@contextmanager
def launched() -> Iterator[Browser]:
    """Run a Chromium."""
    with sync_playwright() as playwright:
        path = DEBIAN if DEBIAN.exists() else None
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="module")
def chromium(bank_server: BankServer) -> Iterator[Browser]:
    """Return a browser, the module's own.

    It comes after the bank and goes before it: while it runs, this thread has its event
    loop, and the bank's fixtures need one of their own.
    """
    del bank_server
    with launched() as browser:
        yield browser


@contextmanager
def visitor(
    browser: Browser, language: str = "ja", *, width: int = 1280, scripts: bool = True
) -> Iterator[Page]:
    """Open a window of somebody who was never here before."""
    context: BrowserContext = browser.new_context(
        locale="ja-JP" if language == "ja" else "en-GB",
        timezone_id="Asia/Tokyo",
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(SECONDS * 1000)
    try:
        yield context.new_page()
    finally:
        context.close()


def sign_in(page: Page, bank: str, handle: str) -> None:
    """Press somebody's button on the sign-in page of the bank at an address."""
    page.goto(f"{bank}/sign-in")
    press_person(page, handle)


def press_person(page: Page, handle: str) -> None:
    """Choose somebody on the sign-in page that is open."""
    page.locator(f'button[name="handle"][value="{handle}"]').click()


def open_menu(page: Page) -> None:
    """Show the links of the header, which a narrow page keeps behind one button."""
    menu = page.locator(".menu > summary")
    if menu.is_visible() and page.locator(".menu:not([open])").count():
        menu.click()


@dataclass(frozen=True)
class WalkCoach:
    """The demo's provider, running."""

    url: str
    client_id: str


@contextmanager
def walking(server: BankServer, folder: Path) -> Iterator[WalkCoach]:
    """Register the demo's provider, run it as its own program, and let its staff sign in."""
    pem, port = folder / "provider.pem", free_port()
    keys = json.dumps(public_keys(pem))
    url = f"http://localhost:{port}"
    name = Text("ウォークコーチ", "WalkCoach")
    made = server.run(server.bank.register_provider(name, [f"{url}/callback"], keys))
    client_id, sign_in = str(made.provider_id), server.bank.sign_in
    server.run(sign_in.open_account("walkcoach", Role.PROVIDER, provider=made.provider_id))
    program = [sys.executable, "-m", "infobank.demo.provider", "--bank", server.url]
    options = ["--client-id", client_id, "--key", str(pem), "--port", str(port)]
    process = subprocess.Popen([*program, *options])
    try:
        _wait_for(url, process)
        yield WalkCoach(url, client_id)
    finally:
        process.terminate()
        process.wait(SECONDS)


@pytest.fixture(scope="module")
def walkcoach(
    bank_server: BankServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WalkCoach]:
    """Return the demo's provider, the module's own."""
    with walking(bank_server, tmp_path_factory.mktemp("walkcoach")) as running:
        yield running


def free_port() -> int:
    """Return a port nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            requests.get(url, timeout=SECONDS)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the provider did not start")
