"""A purpose that was retired is refused where a provider first names it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from provider_client import SECONDS, register
from running_bank import BankServer

from infobank.clock import SystemClock

KEPT = "SELECT (SELECT count(*) FROM requests) AS requests, (SELECT count(*) FROM calls) AS calls"


@pytest.fixture
def retired(bank_server: BankServer, tmp_path: Path) -> Iterator[str]:
    """Run a worker at whose bank health promotion was retired long ago; return its address."""
    folder = tmp_path / "policies"
    shutil.copytree(bank_server.settings.policies, folder)
    purpose = folder / "purposes" / "health_promotion.toml"
    purpose.write_text("retired = 2020-01-01\n" + purpose.read_text("utf-8"), "utf-8")
    server = replace(bank_server, settings=replace(bank_server.settings, policies=folder))
    with server.worker(SystemClock()) as at:
        yield at


def test_a_request_for_a_retired_purpose_is_refused_as_it_is_pushed(
    bank_server: BankServer, retired: str
):
    client, before = register(bank_server), bank_server.rows(KEPT)
    answer = client.post("/oauth/par", client.signed(client.request_form()), at=retired)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_authorization_details")
    assert "retired" in answer.json()["error_description"]
    assert bank_server.rows(KEPT) == before
    assert client.post("/oauth/par", client.signed(client.request_form())).status_code == 201


def test_a_call_for_a_retired_purpose_is_refused(bank_server: BankServer, retired: str):
    client, before = register(bank_server), bank_server.rows(KEPT)
    headers = {"Authorization": f"Bearer {client.assertion()}"}
    body = {"authorization_details": [client.element()]}
    answer = requests.post(f"{retired}/api/v1/calls", json=body, headers=headers, timeout=SECONDS)
    assert answer.status_code == 400, answer.text
    assert "retired" in json.dumps(answer.json())
    assert bank_server.rows(KEPT) == before
