"""The key service reads the operator's rules again when it is told to, and never stops for it."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from bank_processes import Started, command, environment_for, started, until, web_worker
from provider_client import ProviderClient, register
from running_bank import BankServer

from infobank.config import Settings


@pytest.fixture
def settings(bank_server: BankServer, tmp_path: Path) -> Settings:
    """Settings with rules of their own, and with a key service that is another process."""
    folder = shutil.copytree(bank_server.settings.policies, tmp_path / "policies")
    return replace(bank_server.settings, policies=folder, keyservice=tmp_path / "sockets")


def reread(service: Started, times: int, event: str = "policies_reread") -> None:
    """Tell the key service to read again; wait until it says `times` times what came of it."""
    service.process.send_signal(signal.SIGHUP)
    until(lambda: service.said().count(event) == times, service.said)


@contextmanager
def serving(settings: Settings, folder: Path) -> Iterator[tuple[Started, str]]:
    """Run a key service on these rules, and a worker on the rules as they were before."""
    environment = environment_for(settings) | {"INFOBANK_POLICIES": str(settings.policies)}
    with started(command("keyservice"), environment, folder / "said.txt") as service:
        until((settings.keyservice / "web").exists, service.said)
        with web_worker(settings, folder) as (_, at):
            yield service, at


def status(client: ProviderClient, token: str, at: str) -> int:
    """Read, and return the answer's status."""
    return client.read(token, at=at).status_code


def test_the_key_service_judges_by_rules_that_were_changed_while_it_runs(
    bank_server: BankServer, settings: Settings, tmp_path: Path
):
    client = register(bank_server)
    token = client.tokens("hanako")["access_token"]
    purpose = settings.policies / "purposes" / "health_promotion.toml"
    before = purpose.read_text("utf-8")
    with serving(settings, tmp_path) as (service, at):
        assert status(client, token, at) == 200
        purpose.write_text("retired = 2020-01-01\n" + before, "utf-8")
        assert status(client, token, at) == 200
        reread(service, 1)
        assert status(client, token, at) != 200
        purpose.write_text(before, "utf-8")
        reread(service, 2)
        assert status(client, token, at) == 200
        purpose.write_text("retired = nonsense\n" + before, "utf-8")
        reread(service, 1, "policies_refused")
        assert status(client, token, at) == 200
        assert service.process.poll() is None
