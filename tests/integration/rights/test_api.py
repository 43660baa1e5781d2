"""The rights desk over HTTP: copies, corrections, restrictions, objections, closing."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator

import jsonschema
import pytest
import requests
from mandates import called, given, stop
from newcomers import newcomer
from provider_client import ProviderClient, register
from running_bank import BankServer
from signed_in import SECONDS, signed_in

from infobank.accesslog.note import VerifierKey
from infobank.accesslog.proof import verify_proof

ABOUT = {"index", "in_effect"}
"""What a line of the history says about the entry's leaf, and not in its fields."""


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> ProviderClient:
    return register(bank_server)


def post(server: BankServer, program: requests.Session, path: str, document: object = None):
    return program.post(f"{server.url}{path}", json=document or {}, timeout=SECONDS)


def get(server: BankServer, program: requests.Session, path: str):
    return program.get(f"{server.url}{path}", timeout=SECONDS)


def kinds(server: BankServer, program: requests.Session) -> list[str]:
    return [each["kind"] for each in get(server, program, "/api/v1/history").json()["events"]]


@pytest.fixture(scope="module")
def archive(bank_server: BankServer, client: ProviderClient) -> Iterator[zipfile.ZipFile]:
    """Everything the bank holds about somebody who agreed to a provider once."""
    client.tokens("misaki")
    bank_server.sequence()
    with copy_of(bank_server, "misaki") as found:
        yield found


def test_a_copy_holds_every_record_as_it_was_deposited(
    bank_server: BankServer, archive: zipfile.ZipFile
):
    files = [name for name in archive.namelist() if name.endswith(".csv")]
    codes = [name[8:-4] for name in files if name.startswith("records/")]
    assert {"profile", "daily_activity", "health_check"} <= set(codes)
    for code in codes:
        category = bank_server.bank.policies.category(code)
        held = bank_server.deposited("misaki", code)
        document = json.loads(archive.read(f"records/{code}.json"))
        assert [each["observed"] for each in document["records"]] == [
            str(each.observed) for each in held
        ]
        rows = list(
            csv.reader(io.StringIO(archive.read(f"records/{code}.csv").decode("utf-8-sig")))
        )
        assert rows[0][-len(category.fields) :] == list(category.field_names)
        shown = [
            [
                "" if v is None else f.show(v) if isinstance(v, int) else v
                for f, v in zip(category.fields, each.values, strict=True)
            ]
            for each in held
        ]
        assert [row[-len(category.fields) :] for row in rows[1:]] == shown


def test_every_category_of_a_copy_follows_its_schema(archive: zipfile.ZipFile):
    names = [name for name in archive.namelist() if name.endswith(".schema.json")]
    assert names
    for name in names:
        document = json.loads(archive.read(name.replace(".schema.json", ".json")))
        schema = json.loads(archive.read(name))
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(
            document
        )
        spoilt = {**document, "records": [{"observed": "2026-01-01", "values": {}}]}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(spoilt, schema)


def test_the_index_of_a_copy_names_every_file_with_its_hash(archive: zipfile.ZipFile):
    index = json.loads(archive.read("manifest.json"))
    listed = {each["name"]: each["sha256"] for each in index["files"]}
    assert set(listed) == set(archive.namelist()) - {"manifest.json"}
    for name, digest in listed.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest


def test_the_history_of_a_copy_is_proven_offline(archive: zipfile.ZipFile):
    key = VerifierKey.parse(archive.read("history/log-key.txt").decode().strip())
    lines = [json.loads(line) for line in archive.read("history/history.jsonl").splitlines()]
    proven = 0
    for line in lines:
        if line["index"] is None:
            continue
        name = f"history/proofs/{line['index']}.tlog-proof"
        entry = verify_proof(archive.read(name), key)
        fields = {each.name: each.value for each in entry.shown.openings}
        assert fields.pop("resident")
        assert fields == {name: value for name, value in line.items() if name not in ABOUT}
        assert entry.leaf.in_effect == line["in_effect"]
        proven += 1
    assert proven >= 3
    assert {line["kind"] for line in lines[:2]} == {"export", "rights_decision"}
    # The log's own order: two writers' entries of one moment may stand the other way round.
    places = [line["index"] for line in lines if line["index"] is not None]
    assert places == sorted(places, reverse=True)
    assert [line["index"] for line in lines] == [None] * (len(lines) - len(places)) + places


def test_a_copy_tells_consents_and_requests_in_both_forms(archive: zipfile.ZipFile):
    (consent,) = json.loads(archive.read("consents.json"))
    rows = list(csv.reader(io.StringIO(archive.read("consents.csv").decode("utf-8-sig"))))
    assert rows[1][2] == consent["purpose"]
    (asked,) = json.loads(archive.read("requests.json"))
    assert [step["status"] for step in asked["steps"]] == ["ready", "carried_out"]
    assert "写し" in archive.read("README.ja.txt").decode()
    assert "copy" in archive.read("README.en.txt").decode()


def test_each_fetching_is_logged(bank_server: BankServer):
    program = signed_in(bank_server, "misaki")
    made = post(bank_server, program, "/api/v1/rights/exports").json()
    assert kinds(bank_server, program)[0] == "rights_request"
    get(bank_server, program, f"/api/v1/rights/exports/{made['request']}")
    assert set(kinds(bank_server, program)[:2]) == {"export", "rights_decision"}
    get(bank_server, program, f"/api/v1/rights/exports/{made['request']}")
    assert kinds(bank_server, program).count("export") >= 2


def test_nobody_fetches_anothers_copy(bank_server: BankServer):
    made = post(bank_server, signed_in(bank_server, "misaki"), "/api/v1/rights/exports").json()
    other = signed_in(bank_server, "kenji")
    answer = get(bank_server, other, f"/api/v1/rights/exports/{made['request']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_rights_request")


def test_a_copy_tells_mandates_what_she_was_told_and_what_recipients_were_told(
    bank_server: BankServer,
):
    newcomer(bank_server, "copied")
    client = register(bank_server)
    mandate = given(bank_server, "copied")
    (grant,) = called(client)
    assert stop(bank_server, mandate, "copied").status_code == 200
    found = copy_of(bank_server, "copied")
    (held,) = json.loads(found.read("mandates.json"))
    assert (held["mandate"], held["categories"]) == (mandate, ["daily_activity"])
    assert held["stopped_at"] is not None
    (said,) = json.loads(found.read("told.json"))
    assert (said["kind"], said["consent"]) == ("answered", grant["grant_id"])
    (sent,) = json.loads(found.read("notices.json"))
    assert (sent["kind"], sent["consent"]) == ("consent-withdrawn", grant["grant_id"])
    for name, row in (("mandates", held), ("told", said), ("notices", sent)):
        text = found.read(f"{name}.csv").decode("utf-8-sig")
        (shown,) = csv.DictReader(io.StringIO(text))
        assert shown == {
            key: " ".join(value) if isinstance(value, list) else str("" if value is None else value)
            for key, value in row.items()
        }
        for leaflet in ("README.ja.txt", "README.en.txt"):
            assert f"{name}.csv" in found.read(leaflet).decode()


def copy_of(server: BankServer, handle: str) -> zipfile.ZipFile:
    """Return the archive of everything the bank holds about somebody."""
    server.sequence()
    program = signed_in(server, handle)
    made = post(server, program, "/api/v1/rights/exports")
    assert (made.status_code, made.json()["status"]) == (201, "ready")
    answer = get(server, program, f"/api/v1/rights/exports/{made.json()['request']}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))
