"""A deletion that is late, in a real browser: withdrawn, overdue at the steward's, stated."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from browser import sign_in, visitor
from letterbox import beat
from mandates import Later, bank_ahead
from playwright.sync_api import Browser, Locator, Page, expect
from recipient import Recipient, recipient
from running_bank import BankServer
from signed_in import COOKIE

from infobank.vocabulary.text.language import Language
from infobank.web.portal.texts import Texts, load_texts

TEXTS = load_texts()
LATE = timedelta(days=9)


@contextmanager
def at_home(
    server: BankServer, browser: Browser, language: str, handle: str, ahead: timedelta
) -> Iterator[tuple[Page, str]]:
    """Open a window of somebody who signed in, so much later; yield it and the bank's address."""

    async def secret() -> str:
        async with bank_ahead(server, ahead) as bank:
            made, _ = await bank.sign_in.by_handle(handle)
            return made

    with (
        server.worker(Later(ahead)) as url,
        visitor(browser, language) as page,
    ):
        page.context.add_cookies([{"name": COOKIE, "value": server.run(secret()), "url": url}])
        yield page, url


def card(page: Page, url: str, told: Recipient) -> Locator:
    """Open the steward's list of what is overdue; return what it says of one recipient."""
    page.goto(f"{url}/steward/overdue")
    link = page.locator(f'a[href$="/{told.client.client_id}"]')
    return page.get_by_role("article").filter(has=link)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_late_deletion_is_at_the_stewards_until_it_is_stated(
    bank_server: BankServer, chromium: Browser, language: str
):
    told, texts = recipient(bank_server), TEXTS[Language(language)]
    told.client.tokens("hanako")
    home = bank_server.residents["hanako"]
    newest = bank_server.run(bank_server.bank.review.of_resident(home))[0][0].consent_id
    with visitor(chromium, language) as page:
        sign_in(page, bank_server.url, "hanako")
        page.goto(f"{bank_server.url}/consents/{newest}/withdraw")
        page.get_by_role("button", name=texts.say("withdraw.do_delete"), exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(texts.say("withdrawn.title"))

    ahead = bank_server.bank.policies.house.deletion_days * timedelta(days=1) + LATE
    with at_home(bank_server, chromium, language, "steward", timedelta()) as (page, url):
        expect(card(page, url, told)).to_have_count(0)
    beat(bank_server, ahead)
    with at_home(bank_server, chromium, language, "steward", ahead) as (page, url):
        owes = card(page, url, told)
        expect(owes).to_contain_text(texts.say("overdue.owes_delete"))
        expect(owes).to_contain_text(late(texts))
        expect(owes.locator('[aria-current="step"]')).to_contain_text(texts.say("overdue.step2"))

    (notice,) = told.notices()
    assert told.state(notice, told.statement(notice)).status_code == 200
    with at_home(bank_server, chromium, language, "steward", ahead) as (page, url):
        expect(card(page, url, told)).to_have_count(0)
    with at_home(bank_server, chromium, language, "hanako", ahead) as (page, url):
        page.goto(f"{url}/history")
        for kind in ("deletion_overdue", "deletion_stated"):
            expect(page.get_by_role("main")).to_contain_text(texts.say(f"event.{kind}"))


def late(texts: Texts) -> str:
    """Return how late it is, in words."""
    return texts.say("overdue.days", span=texts.count("day", LATE.days, str(LATE.days)))
