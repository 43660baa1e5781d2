"""A stolen database opens nothing: what was deposited is in no dump and in no log, in no form.

Canaries are planted through the command and the API, the whole OAuth flow runs over a
worker in a process of its own, and then both databases are dumped as their owner.
"""

import base64
import json
import math
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from bank_processes import infobank, web_worker
from provider_client import VERIFIER, ProviderClient, agree, register
from running_bank import BankServer

from infobank.demo.city.cast import RESIDENTS

MAPPING = "fitbit_daily_activity"
IDENTIFIER = "7766554433221100"
STEPS, DISTANCE, CALORIES = 74_563, "197.31", 14_753


@dataclass(frozen=True)
class Run:
    """Everything that must not be found, by what it is, and where it is searched."""

    canaries: Mapping[str, str]
    dumps: Mapping[str, bytes]
    logs: bytes


def csv_file(folder: Path, day: date) -> Path:
    """Write a file with the canary in it, a broken row among it."""
    path = folder / "walks.csv"
    row = f"{IDENTIFIER},{{day:%m/%d/%Y}},{STEPS},{DISTANCE},{DISTANCE},0,3,4,5,600,{CALORIES}"
    header = (
        "Id,ActivityDate,TotalSteps,TotalDistance,TrackerDistance,LoggedActivitiesDistance,"
        "VeryActiveMinutes,FairlyActiveMinutes,LightlyActiveMinutes,SedentaryMinutes,Calories"
    )
    broken = row.format(day=day).replace(DISTANCE, "kanaria-distance")
    good = (row.format(day=day - timedelta(days=number)) for number in range(20))
    path.write_text("\n".join([header, *good, broken, ""]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def run(bank_server: BankServer, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Plant canaries, go the whole way, dump."""
    folder = tmp_path_factory.mktemp("canaries")
    deposited = infobank(
        bank_server.settings,
        *("deposit", "csv", csv_file(folder, bank_server.last_day), "--mapping", MAPPING),
    )
    assert "kept      20 new records" in deposited.stdout, deposited.stderr
    with web_worker(bank_server.settings, folder) as (worker, at):
        found = {**deposit_by_api(bank_server, at), **flow(bank_server, at)}
        output = worker.said() + deposited.stdout + deposited.stderr
    bank_server.sequence()
    canaries = {
        "source identifier": IDENTIFIER,
        "steps": str(STEPS),
        "steps by API": str(STEPS + 1),
        "distance": DISTANCE,
        "broken value": "kanaria-distance",
        "handle": "hanako",
        **found,
    }
    rejects = (folder / "walks.rejects.csv").read_bytes()
    return Run(canaries, dumps(bank_server), output.encode() + rejects)


def deposit_by_api(server: BankServer, at: str) -> dict[str, str]:
    """Sign in as a resident, deposit through the API; return what was secret in it."""
    with requests.Session() as session:
        answer = session.post(
            f"{at}/sign-in", data={"handle": "hanako"}, allow_redirects=False, timeout=30
        )
        assert answer.status_code == 303
        cookie = session.cookies["infobank"]
        csrf = server.rows("SELECT csrf FROM sessions ORDER BY expires_at DESC LIMIT 1")[0]["csrf"]
        values = {"steps": STEPS + 1, "distance": DISTANCE, "calories": CALORIES}
        record = {"observed": server.last_day.isoformat(), "values": values}
        answer = session.post(
            f"{at}/api/v1/deposits",
            json={"category": "daily_activity", "records": [record]},
            headers={"X-CSRF-Token": csrf},
            timeout=30,
        )
        assert answer.status_code == 201, answer.text
        refused = session.post(
            f"{at}/api/v1/deposits",
            json={
                "category": "daily_activity",
                "records": [record | {"values": {"steps": "kanaria-api-value"}}],
            },
            headers={"X-CSRF-Token": csrf},
            timeout=30,
        )
        assert refused.status_code == 400, refused.text
        assert "kanaria" not in refused.text
    return {"cookie": cookie, "refused value": "kanaria-api-value"}


def flow(server: BankServer, at: str) -> dict[str, str]:
    """Request, agree, redeem, read, refresh; return every secret that went over the wire."""
    client = register(server)
    secrets: dict[str, str] = {}
    assertion, proof = client.assertion(), client.proof("POST", "/oauth/par")
    pushed = client.post(
        "/oauth/par", client.signed(client.request_form(), assertion), proof=proof, at=at
    )
    request_uri = pushed.json()["request_uri"]
    back = agree(server, "hanako", client.authorization_url(request_uri), client_fields(client))
    code = parse_qs(urlsplit(back).query)["code"][0]
    tokens = client.post("/oauth/token", client.signed(client.code_form(code)), at=at).json()
    read = client.read(tokens["access_token"], at=at)
    assert read.status_code == 200
    assert str(STEPS + 1) in read.text
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    again = client.post("/oauth/token", client.signed(refresh), at=at).json()
    secrets |= {
        "request_uri": request_uri.rpartition(":")[2],
        "code": code,
        "access token": tokens["access_token"],
        "refresh token": tokens["refresh_token"],
        "second access token": again["access_token"],
        "code verifier": VERIFIER,
        "assertion": assertion.rpartition(".")[2],
        "proof": proof.rpartition(".")[2],
        "subject": read.json()["subject"],
    }
    return secrets


def client_fields(client: ProviderClient) -> list[str]:
    """Return the fields a provider asks for."""
    fields: list[str] = client.element()["fields"]
    return fields


def dumps(server: BankServer) -> dict[str, bytes]:
    """Dump both databases as their owner: data and schema, as text."""
    pg_dump = server.databases.server.tool("pg_dump")
    owners = {"records": "infobank_owner", "keys": "infobank_keys_owner"}
    return {
        which: subprocess.run(
            [pg_dump, "--dbname", server.databases.libpq(owner)],
            capture_output=True,
            timeout=60,
            check=True,
        ).stdout
        for which, owner in owners.items()
    }


def forms(value: str) -> Iterator[bytes]:
    """Yield the ways in which a value could stand in a dump: clear, hex, base64 at any offset."""
    plain = value.encode()
    yield plain
    yield plain.hex().encode()
    yield value.encode("utf-16-le").hex().encode()
    yield json.dumps(value)[1:-1].encode()
    if value.isdecimal():
        yield int(value).to_bytes(8, "big").hex().encode()
    for lead in range(3):
        padded = bytes(lead) + plain
        whole = base64.b64encode(padded)
        # Only characters that depend on the value alone.
        start = math.ceil(lead * 8 / 6)
        end = len(padded) * 8 // 6
        yield whole[start:end]
        yield whole[start:end].translate(bytes.maketrans(b"+/", b"-_"))


def where(haystack: bytes, canaries: Iterable[tuple[str, str]]) -> list[str]:
    """Return the canaries that are found, by what they are."""
    low = haystack.lower()
    return [what for what, value in canaries if any(_holds(low, form) for form in forms(value))]


def _holds(low: bytes, form: bytes) -> bool:
    if form.isdigit():  # five digits stand in any long row of hex, by chance
        return re.search(rb"(?<![0-9a-f])%b(?![0-9a-f])" % form, low) is not None
    return form.lower() in low


def test_the_search_finds_what_is_there_in_every_form():
    for form in forms("kanaria-74563"):
        assert where(b"before" + form + b"after", [("it", "kanaria-74563")]) == ["it"]
    shifted = base64.b64encode(b"xykanaria-74563z")
    assert where(shifted, [("it", "kanaria-74563")]) == ["it"]


@pytest.mark.parametrize("database", ["records", "keys"])
def test_b1_no_dump_holds_a_value_a_name_an_identifier_or_a_token(run: Run, database: str):
    dump = run.dumps[database]
    assert b"COPY public." in dump
    assert len(dump) > 1000
    assert where(dump, run.canaries.items()) == []


def test_h3_no_log_of_a_process_and_no_reject_file_holds_one(run: Run):
    assert b"/api/v1/records" in run.logs
    assert where(run.logs, run.canaries.items()) == []


def test_the_names_of_the_cast_and_of_their_handles_are_in_no_dump(run: Run):
    names = [(name, name) for person in RESIDENTS for name in (person.handle, person.name)]
    assert where(b"".join(run.dumps.values()), names) == []


SEALED = {
    "blocks": "stored",
    "manifests": "stored",
    "log_entries": "sealed",
}


@pytest.mark.parametrize(("table", "column"), SEALED.items())
def test_b1_sealed_columns_look_random(bank_server: BankServer, run: Run, table: str, column: str):
    assert run.dumps
    # The first 128 bytes hold the format's header, which is the same everywhere.
    rows = bank_server.rows(f"SELECT substr({column}, 129) AS rest FROM {table}")
    rest = b"".join(row["rest"] for row in rows)
    assert len(rest) > 1024
    # So few random bytes show about 7.8 bits of the 8 there are; text and JSON under 6.
    assert entropy(rest) > 7.7


def test_b1_wrapped_keys_are_all_different_and_look_random(bank_server: BankServer, run: Run):
    text = run.dumps["keys"].decode()
    wrapped = [
        bytes.fromhex(part[3:])
        for line in text.splitlines()
        for part in line.split("\t")
        if part.startswith("\\\\x")
    ]
    assert len(wrapped) >= 2 * len(bank_server.residents)
    assert len(set(wrapped)) == len(wrapped)
    assert entropy(b"".join(each[-32:] for each in wrapped)) > 6


def entropy(data: bytes) -> float:
    """Return bits of Shannon entropy a byte."""
    counts = Counter(data)
    return -sum(n / len(data) * math.log2(n / len(data)) for n in counts.values())
