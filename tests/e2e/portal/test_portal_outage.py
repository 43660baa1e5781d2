"""The bank cannot answer just now: the reader is told so in her language, and nothing is lost."""

import re

import pytest
import requests
from browser import sign_in, visitor
from outage import database_away
from playwright.sync_api import Browser, expect
from running_bank import BankServer
from signed_in import SECONDS, signed_in

from infobank.vocabulary.text.language import Language
from infobank.web.portal.texts import load_texts

TEXTS = load_texts()


@pytest.mark.parametrize("language", Language)
def test_a_page_without_its_database_says_what_happened_and_offers_itself_again(
    bank_server: BankServer, language: Language
):
    with signed_in(bank_server, "hanako") as hanako:
        hanako.cookies.set("language", language.value)
        hanako.cookies.set("furigana", "off")
        with database_away(bank_server):
            page = hanako.get(f"{bank_server.url}/consents?page=1", timeout=SECONDS)
            sent = hanako.post(f"{bank_server.url}/sign-out", timeout=SECONDS)
        for answer in (page, sent):
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
            assert f'<html lang="{language.value}">' in answer.text
            assert TEXTS[language].say("error.s503.what") in answer.text
        assert 'href="/consents?page=1"' in page.text
        assert TEXTS[language].say("error.again") in page.text
        assert TEXTS[language].say("error.again") not in sent.text


def test_the_bank_works_again_by_itself(bank_server: BankServer):
    with signed_in(bank_server, "hanako") as hanako:
        with database_away(bank_server):
            assert hanako.get(f"{bank_server.url}/home", timeout=SECONDS).status_code == 503
        answers: list[requests.Response] = []
        while not answers or (answers[-1].status_code == 503 and len(answers) < 100):
            answers.append(hanako.get(f"{bank_server.url}/home", timeout=SECONDS))
        assert answers[-1].status_code == 200


def test_without_a_network_between_two_steps_what_was_typed_is_still_there(
    chromium: Browser, bank_server: BankServer
):
    form = "/rights/correction?category=health_check&field=waist"
    with visitor(chromium, "en") as page:
        sign_in(page, bank_server.url, "hanako")
        page.goto(bank_server.url + form)
        page.get_by_label("What is right").fill("81.5")
        page.context.set_offline(True)
        page.get_by_role("button", name="Send the correction").click()
        expect(page.get_by_role("alert")).to_contain_text("What you wrote is still here")
        expect(page.get_by_label("What is right")).to_have_value("81.5")
        page.context.set_offline(False)
        expect(page.get_by_role("alert")).to_be_hidden()
        page.get_by_role("button", name="Send the correction").click()
        expect(page).to_have_url(re.compile("/rights/requests/"))
