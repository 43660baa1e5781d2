"""What a resident keeps of a consent, and that anybody can check it without the bank."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from desk import Desk
from published import claims, keys
from running_bank import BankServer
from signed_in import SECONDS, signed_in
from terms import BENEFIT, Granted, granted

EASY = {"Accept-Language": "ja-x-easy, ja;q=0.9, en;q=0.8"}


def receipt(held: Granted) -> dict[str, Any]:
    """Return the receipt of a consent, as its resident's program fetches it."""
    answer = Desk(held.server, held.resident).get(f"/api/v1/consents/{held.consent}/receipt")
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def checked(server: BankServer, signed: str) -> dict[str, Any]:
    """Return what a receipt says, checked by PyJWT and the published keys alone."""
    return claims(server, signed, "infobank-receipt+jwt")


def end(held: Granted) -> None:
    """Withdraw a consent."""
    answer = Desk(held.server, held.resident).post(f"/api/v1/consents/{held.consent}/withdraw")
    assert answer.status_code == 200, answer.text


def happened(document: dict[str, Any]) -> list[str]:
    """Return what happened to a consent, by its receipt."""
    return [each["event_type"] for each in document["receipt"]["consent_record"]["events"]]


def test_a_receipt_is_checked_by_a_jose_library_alone(bank_server: BankServer):
    held = granted(bank_server, benefit=BENEFIT, most_uses=5)
    document = receipt(held)
    said = checked(bank_server, document["signed"])
    assert said["receipt"] == document["receipt"]
    assert said["sub"] == held.read().json()["subject"]
    record = document["receipt"]["consent_record"]
    assert record["record_metadata"]["record_id"] == held.consent
    assert record["pii_processing"]["purposes"][0]["purpose"] == "health_promotion"
    besides = document["receipt"]["infobank"]
    assert besides["most_uses"] == 5
    assert besides["benefit"]["points"] == BENEFIT["points"]
    assert set(besides["in_words"]) == {"ja", "ja-x-easy", "en"}


def test_a_receipt_tells_what_became_of_the_consent_after_its_end_too(bank_server: BankServer):
    held = granted(bank_server)
    path = f"/api/v1/consents/{held.consent}/narrow"
    answer = Desk(bank_server, held.resident).post(path, {"retention_days": 7})
    assert answer.status_code == 200, answer.text
    assert happened(receipt(held)) == ["given", "narrowed"]
    end(held)
    document = receipt(held)
    assert happened(document) == ["given", "narrowed", "withdrawn"]
    assert document["receipt"]["infobank"]["state"] == "withdrawn"
    checked(bank_server, document["signed"])


def test_the_signed_form_alone_and_the_page_are_there_for_the_asking(bank_server: BankServer):
    held = granted(bank_server)
    program = signed_in(bank_server, held.resident)
    address = f"{bank_server.url}/api/v1/consents/{held.consent}/receipt"

    def get(accept: str) -> requests.Response:
        return program.get(
            address, headers={"Accept": accept}, timeout=SECONDS, allow_redirects=False
        )

    signed = get("application/jose")
    assert checked(bank_server, signed.text)["receipt"]
    page = get("text/html")
    assert (page.status_code, page.headers["Location"]) == (
        303,
        f"/consents/{held.consent}/receipt",
    )
    assert get("image/png").status_code == 406
    # A browser likes pages best, and still gets the file from the page's button.
    file = program.get(
        f"{bank_server.url}/consents/{held.consent}/receipt.json",
        headers={"Accept": "text/html"},
        timeout=SECONDS,
    )
    assert checked(bank_server, file.json()["signed"])["receipt"] == file.json()["receipt"]


@pytest.mark.parametrize(
    ("language", "title", "mode"),
    [
        ("ja", "同意証明書", "記録そのものを渡します。"),
        ("ja-x-easy", "「はい」と 答えた しるし", "データを そのまま 見せます。"),
        ("en", "Consent receipt", "The records themselves are released."),
    ],
)
def test_a_receipt_is_printed_wholly_in_one_language(
    bank_server: BankServer, language: str, title: str, mode: str
):
    held = granted(bank_server)
    plain = f"/consents/{held.consent}/receipt?lang={language}&furigana=off"
    page = Desk(bank_server, held.resident).get(plain)
    assert page.status_code == 200
    assert f'<article lang="{language}">' in page.text
    assert f"<h1>{title}</h1>" in page.text
    assert mode in page.text


def test_a_receipt_is_its_residents_alone(bank_server: BankServer):
    held = granted(bank_server)
    for part in ("receipt", "odrl"):
        other = Desk(bank_server, "taro").get(f"/api/v1/consents/{held.consent}/{part}")
        assert other.status_code == 404
    assert Desk(bank_server, "taro").get(f"/consents/{held.consent}/receipt").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        "retention_days = 3000",
        "withdrawn_at = now()",
        "withdrawn_at = now(), retention_days = 3000, version = 2",
    ],
)
def test_the_bank_signs_nothing_that_was_written_by_sql(bank_server: BankServer, change: str):
    held = granted(bank_server)
    for table in ("consents", "consent_versions"):
        bank_server.rows(
            f"UPDATE {table} SET {change} WHERE consent_id::text = $1",
            held.consent,
        )
    answer = Desk(bank_server, held.resident).get(f"/api/v1/consents/{held.consent}/receipt")
    assert answer.status_code == 404


@pytest.mark.parametrize(("change", "status"), [("", 200), (", retention_days = 3000", 404)])
def test_a_withdrawal_without_a_mark_may_change_nothing_else(
    bank_server: BankServer, change: str, status: int
):
    held = granted(bank_server)
    bank_server.rows(
        f"UPDATE consents SET withdrawn_at = now(), version = version + 1, mac = NULL{change}"
        " WHERE consent_id::text = $1",
        held.consent,
    )
    ((columns,),) = bank_server.rows(
        "SELECT string_agg(column_name, ', ') FROM information_schema.columns"
        " WHERE table_name = 'consent_versions'"
    )
    bank_server.rows(
        f"INSERT INTO consent_versions ({columns}) SELECT {columns} FROM consents"
        " WHERE consent_id::text = $1",
        held.consent,
    )
    answer = Desk(bank_server, held.resident).get(f"/api/v1/consents/{held.consent}/receipt")
    assert answer.status_code == status


def test_the_command_checks_a_receipt_offline(bank_server: BankServer, tmp_path: Path):
    held = granted(bank_server)
    document = receipt(held)
    kept, key_set = tmp_path / "receipt.json", tmp_path / "jwks.json"
    key_set.write_text(json.dumps(keys(bank_server)))

    def check(text: str) -> tuple[int, str]:
        kept.write_text(text)
        words = ["infobank", "receipt", "verify", str(kept), "--keys", str(key_set)]
        done = subprocess.run(
            [sys.executable, "-m", *words], capture_output=True, check=False, text=True
        )
        return done.returncode, done.stdout

    status, told = check(json.dumps(document))
    assert status == 0
    assert held.consent in told
    assert check(document["signed"]) == (0, told)
    head, body, mark = document["signed"].split(".")
    assert check(f"{head}.{body[:-4]}AAAA.{mark}") == (1, "")
    document["receipt"]["infobank"]["most_uses"] = 99
    assert check(json.dumps(document)) == (1, "")
    for hostile in ("", "[]", "{}", '{"signed": 7}', "[" * 100_000, "a.b.c"):
        assert check(hostile) == (1, ""), hostile[:20]


def test_an_agreement_says_in_odrl_what_the_consent_says(bank_server: BankServer):
    held = granted(bank_server, most_uses=5)
    path = f"/api/v1/consents/{held.consent}/odrl"
    answer = Desk(bank_server, held.resident).get(path)
    assert answer.headers["Content-Type"].startswith("application/ld+json")
    document = answer.json()
    assert document["uid"] == f"urn:uuid:{held.consent}"
    (permission,) = document["permission"]
    assert {"leftOperand": "count", "operator": "lteq", "rightOperand": 5}.items() <= (
        permission["constraint"][4].items()
    )
    end(held)
    assert "permission" not in Desk(bank_server, held.resident).get(path).json()


def test_a_refusal_is_explained_in_the_language_that_the_caller_asks_for(bank_server: BankServer):
    held = granted(bank_server)
    end(held)
    proof = held.client.proof("GET", "/api/v1/records", held.token)
    answer = requests.get(
        f"{bank_server.url}/api/v1/records",
        params={"category": "daily_activity"},
        headers={"Authorization": f"DPoP {held.token}", "DPoP": proof, **EASY},
        timeout=SECONDS,
    )
    assert answer.status_code == 403, answer.text
    (reason,) = answer.json()["reasons"]
    assert reason["rule"] == "consent_withdrawn"
    assert reason["words"] == "あなたは 「はい」を やめました。"
    assert reason["change"]
    assert reason["law"] == "GDPR 第7条第3項"
    program = signed_in(bank_server, held.resident)
    told = program.get(f"{bank_server.url}/api/v1/history", headers=EASY, timeout=SECONDS).json()
    refusal = next(each for each in told["events"] if each["kind"] == "refusal")
    assert refusal["reasons"] == [reason]
    english = program.get(f"{bank_server.url}/api/v1/history", timeout=SECONDS).json()
    refusal = next(each for each in english["events"] if each["kind"] == "refusal")
    assert refusal["reasons"][0]["words"] == "The consent was withdrawn."
