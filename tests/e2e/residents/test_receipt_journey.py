"""A resident prints the receipt of a consent and takes the file, in a browser without script."""

import json
from pathlib import Path

import jwt
import requests
from browser import sign_in, visitor
from playwright.sync_api import Browser, Page, expect
from running_bank import BankServer
from terms import granted

SECONDS = 30


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_receipt_is_read_in_easy_japanese_and_fetched_as_a_signed_file(
    chromium: Browser, bank_server: BankServer
):
    held = granted(bank_server, most_uses=3)
    with visitor(chromium, "en", scripts=False) as page:
        sign_in(page, bank_server.url, held.resident)
        page.goto(f"{bank_server.url}/consents/{held.consent}?furigana=off")
        page.get_by_role("link", name="See or print the receipt").click()
        heading(page, "Consent receipt")
        expect(page.locator("article")).to_contain_text("Releases in all: at most 3")
        page.get_by_role("link", name="Read it in easy Japanese").click()
        heading(page, "「はい」と 答えた しるし")
        expect(page.locator("article")).to_contain_text("ぜんぶで 3回まで")
        with page.expect_download() as downloading:
            page.get_by_role("link", name="しるしのついたファイルをもらう").click()
        document = json.loads(Path(downloading.value.path()).read_text("utf-8"))
    keys = requests.get(f"{bank_server.url}/oauth/jwks", timeout=SECONDS).json()
    signed = document["signed"]
    key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(signed)["kid"]]
    claims = jwt.decode(signed, key, algorithms=["EdDSA"])
    assert claims["receipt"] == document["receipt"]
    assert claims["receipt"]["consent_record"]["record_metadata"]["record_id"] == held.consent
