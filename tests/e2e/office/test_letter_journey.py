"""A month on paper: opened at the desk in a real browser, printed, and noted as posted."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from browser import sign_in, visitor
from letterbox import beat
from newcomers import newcomer
from playwright.sync_api import Browser, expect
from running_bank import BankServer

from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.text.language import Language

HOME = "千葉県柏市\n合成 桜子 様"
ON_SCREEN = (".fold", ".back", ".actions", ".foot", ".skip")


@pytest.mark.parametrize(
    ("reader", "language", "months"), [("sakurako", Language.JA, 1), ("sakura", Language.EN, 2)]
)
def test_a_letter_is_printed_without_what_only_a_screen_can_do(
    bank_server: BankServer,
    chromium: Browser,
    tmp_path: Path,
    *,
    reader: str,
    language: Language,
    months: int,
):
    choose, desk = bank_server.bank.letters.choose, bank_server.bank.letters.desk
    home = newcomer(bank_server, reader)
    bank_server.run(choose.set_paper(home, GivenBy.SELF, HOME, language))
    beat(bank_server, timedelta(days=31 * months))
    letter = next(each for each in bank_server.run(desk.waiting()) if each.resident == home)
    with visitor(chromium, "en") as page:
        sign_in(page, bank_server.url, "steward")
        page.goto(f"{bank_server.url}/steward/letters")
        waiting = page.get_by_role("article")
        before = waiting.count()
        page.locator(f'a[href$="{letter.letter_id}"]').click()
        expect(page.locator("html")).to_have_attribute("lang", language.value)
        expect(page.locator(".letter-to")).to_have_text(re.compile("桜子"))
        page.emulate_media(media="print")
        expect(page.locator(".letter-to")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for part in ON_SCREEN:
            for each in page.locator(part).all():
                expect(each).to_be_hidden()
        paper = tmp_path / "letter.pdf"
        page.pdf(path=paper, format="A4", prefer_css_page_size=True)
        assert paper.read_bytes().startswith(b"%PDF")
        page.emulate_media(media="screen")
        page.locator("form.actions button").click()
        expect(page).to_have_url(f"{bank_server.url}/steward/letters?posted")
        expect(waiting).to_have_count(before - 1)
