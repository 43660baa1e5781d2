"""What a resident does about her consents, in a real browser, without script."""

import re
from collections.abc import Callable

import pytest
from browser import press_person
from mandates import called
from playwright.sync_api import Browser, Locator, expect
from provider_client import CALLBACK, ProviderClient, agree, register
from recipient import Recipient
from resident_window import Walk, walking
from running_bank import BankServer

from infobank.vocabulary.text.language import Language

EVERYWHERE = pytest.mark.parametrize("width", [1280, 390])
SPOKEN = pytest.mark.parametrize("language", ["ja", "en"])
AWAY = re.compile(re.escape(CALLBACK))


@pytest.fixture
def client(bank_server: BankServer) -> ProviderClient:
    """Return a fresh provider."""
    return register(bank_server)


def asks(walk: Walk, client: ProviderClient) -> str:
    """Let a provider send the resident to a request; return its path."""
    walk.page.goto(client.authorization_url(client.push()))
    walk.headed(walk.say("request.title", name=provider(walk)))
    return walk.page.url.removeprefix(walk.server.url)


def provider(walk: Walk) -> str:
    """Return what the test's providers are called."""
    return "Test provider" if walk.language == "en" else "試験の提供先"


def share(walk: Walk, *shared: str) -> None:
    """Answer every field of the request: some are shared, the others not."""
    names = walk.page.locator('input[value="yes"][name^="share."]').evaluate_all(
        "found => found.map(each => each.name)"
    )
    for name in names:
        walk.tick(name, "yes" if name.rsplit(".", 1)[1] in shared else "no")


def given(walk: Walk, client: ProviderClient, *shared: str) -> str:
    """Give a consent in the browser; return the path of its page."""
    asks(walk, client)
    share(walk, *shared)
    walk.click(walk.button("request.agree"))
    expect(walk.page).to_have_url(AWAY)
    return consent_of(walk.server, client)


def consent_of(server: BankServer, client: ProviderClient) -> str:
    """Return the path of the one consent a provider has."""
    (row,) = server.rows(
        "SELECT consent_id FROM consents WHERE provider_id::text = $1", client.client_id
    )
    return f"/consents/{row['consent_id']}"


@SPOKEN
@EVERYWHERE
def test_a_first_consent_is_looked_at_beforehand_and_holds_what_was_chosen(
    chromium: Browser, bank_server: BankServer, client: ProviderClient, language: str, width: int
):
    with walking(chromium, bank_server, language, width) as walk:
        path = asks(walk, client)
        share(walk, "steps")
        walk.click(walk.button("request.look"))
        walk.headed(walk.say("preview.title", name=provider(walk)))
        expect(walk.page.get_by_role("columnheader")).to_have_count(2)  # the day, and steps
        expect(walk.page.get_by_text(walk.say("preview.left_out"))).to_be_visible()
        walk.click(walk.button("preview.back"))
        expect(walk.page).to_have_url(f"{bank_server.url}{path}")
        expect(walk.page.locator('input[name="share.0.steps"][value="yes"]')).to_be_checked()
        walk.click(walk.button("request.agree"))
        expect(walk.page).to_have_url(AWAY)
        walk.go(consent_of(bank_server, client))
        items = walk.page.locator(".items").first
        assert "Steps" in items.inner_text() or "歩数" in items.inner_text()
        assert "Distance" not in items.inner_text()
        assert "移動距離" not in items.inner_text()
        walk.go(path)
        expect(walk.page.get_by_text(walk.say("gone.answered"))).to_be_visible()


@SPOKEN
@EVERYWHERE
def test_a_consent_is_narrowed_at_once_and_its_versions_say_what_changed(
    chromium: Browser, bank_server: BankServer, client: ProviderClient, language: str, width: int
):
    agree(bank_server, "hanako", client.authorization_url(client.push()), ("steps", "distance"))
    with walking(chromium, bank_server, language, width) as walk:
        path = consent_of(bank_server, client)
        walk.go(path)
        walk.click(walk.link("consents.narrow"))
        walk.page.locator('input[name="stop.0.distance"]').check()
        walk.page.locator('select[name="step.0.number"]').select_option("band")
        walk.page.locator('input[name="until"]').fill("2026年13月1日")
        walk.click(walk.button("narrow.do"))
        expect(walk.page.get_by_role("alert")).to_contain_text(walk.say("narrower.fault_until"))
        expect(walk.page.locator('input[name="stop.0.distance"]')).to_be_checked()
        walk.page.locator('input[name="until"]').fill("")
        walk.page.locator('input[name="afterwards"][value="delete"]').check()
        walk.click(walk.button("narrow.do"))
        expect(walk.page.get_by_role("status").first).to_have_text(walk.say("consent.narrowed"))
        walk.go(f"{path}/versions")
        expect(walk.page.locator("ol.entries > li")).to_have_count(2)
        expect(walk.page.locator(".changes > li")).to_have_count(2)
        (notice,) = Recipient(client).notices()
        assert Recipient(client).state(notice, Recipient(client).statement(notice)).ok


@SPOKEN
@EVERYWHERE
def test_what_is_decided_later_waits_and_nothing_is_given(
    chromium: Browser, bank_server: BankServer, client: ProviderClient, language: str, width: int
):
    with walking(chromium, bank_server, language, width, "kenji") as walk:
        path = asks(walk, client)
        buttons = [walk.button(f"request.{each}") for each in ("agree", "later", "refuse")]
        boxes = [box for box in map(Locator.bounding_box, buttons) if box]
        sizes = {(round(box["width"]), round(box["height"])) for box in boxes}
        assert len(sizes) == 1
        walk.click(walk.button("request.later"))
        expect(walk.page).to_have_url(AWAY)
        walk.go("/requests")
        waits = walk.page.locator(f'a[href="{path}"]')
        walk.click(waits)
        walk.click(walk.button("request.refuse"))
        expect(walk.page).to_have_url(AWAY)
        walk.page.go_back()
        walk.go(path)
        expect(walk.page.get_by_text(walk.say("gone.answered"))).to_be_visible()
    found = "SELECT 1 FROM consents WHERE provider_id::text = $1"
    assert bank_server.rows(found, client.client_id) == []


@SPOKEN
@EVERYWHERE
def test_a_mandate_is_given_step_by_step_and_stopped_within_the_day(
    chromium: Browser, bank_server: BankServer, client: ProviderClient, language: str, width: int
):
    with walking(chromium, bank_server, language, width, "misaki") as walk:
        walk.go("/mandates/new")
        assert walk.page.locator("input:checked").count() == 0
        walk.click(walk.button("mandates.next"))
        expect(walk.page.get_by_role("alert")).to_contain_text(walk.say("mandates.fault_group"))
        for name, value in (
            ("group", "health"),
            ("classes", "service"),
            ("categories", "daily_activity"),
            ("mode", "records"),
        ):
            walk.page.locator(f'input[name="{name}"][value="{value}"]').check()
            walk.click(walk.button("mandates.next"))
        walk.click(walk.button("mandates.next"))
        until = bank_server.last_day.replace(year=bank_server.last_day.year + 1, day=1)
        walk.page.locator('input[name="until"]').fill(f"{until.year}年{until.month}月{until.day}日")
        walk.click(walk.button("mandates.next"))
        expect(walk.page.locator("#covers + .items")).to_contain_text(provider(walk))
        walk.click(walk.button("mandates.give"))
        walk.headed(walk.say("mandates.name", group=group(walk)))
        place = walk.page.url.split("?")[0]
        (grant,) = called(client)
        walk.page.goto(place)
        expect(walk.page.get_by_text(walk.say("mandates.wait"))).to_be_visible()
        walk.clicks.clear()
        walk.click(walk.button("mandates.stop"))
        assert len(walk.clicks) == 1
        expect(walk.page.get_by_text(walk.say("mandates.stopped"))).to_be_visible()
        walk.go(f"/consents/{grant['grant_id']}/withdrawn")
        walk.headed(walk.say("withdrawn.title"))


def group(walk: Walk) -> str:
    """Return what the class of purposes is called."""
    return walk.server.bank.policies.groups["health"].in_(Language(walk.language))


def test_a_mandate_that_is_given_twice_by_one_form_is_given_once(
    chromium: Browser, bank_server: BankServer
):
    with walking(chromium, bank_server, "en", handle="taro") as walk:
        walk.go("/mandates/new")
        for name, value in (
            ("group", "energy"),
            ("classes", "energy_adviser"),
            ("categories", "household_electricity"),
            ("mode", "answers"),
        ):
            walk.page.locator(f'input[name="{name}"][value="{value}"]').check()
            walk.click(walk.button("mandates.next"))
        walk.click(walk.button("mandates.next"))
        day = bank_server.last_day.replace(year=bank_server.last_day.year + 1, day=1)
        walk.page.locator('input[name="until"]').fill(day.isoformat())
        walk.click(walk.button("mandates.next"))
        form = walk.page.locator("main form").evaluate(
            "form => [...form.querySelectorAll('input')].map(each => [each.name, each.value])"
        )
        body = [*map(tuple, form), ("go", "give")]
        place = f"{bank_server.url}/mandates/new"
        headers = {"Origin": bank_server.url}
        for _ in range(2):
            sent = walk.page.request.post(place, form=dict(body), headers=headers, max_redirects=0)
            assert sent.status == 303, sent.text()
    found = "SELECT 1 FROM mandates WHERE resident_id = $1"
    assert len(bank_server.rows(found, bank_server.residents["taro"])) == 1


@SPOKEN
@EVERYWHERE
def test_who_can_see_my_steps_and_since_when_and_why(
    chromium: Browser, bank_server: BankServer, client: ProviderClient, language: str, width: int
):
    agree(bank_server, "kenji", client.authorization_url(client.push()), ("steps",))
    with walking(chromium, bank_server, language, width, "kenji") as walk:
        walk.go("/home")
        walk.go("/who-can-see")
        walk.click(walk.page.locator('a[href="/who-can-see/daily_activity"]'))
        line = walk.page.locator("article", has_text=provider(walk)).first
        expect(line).to_contain_text(walk.say("sights.since"))
        reason = bank_server.bank.phrases.reasons["consent_covers_request"].words
        expect(line).to_contain_text(reason.in_(Language(language)))
        walk.page.locator('select[name="field"]').select_option("distance")
        walk.click(walk.button("sights.ask"))
        expect(walk.page.locator("article", has_text=provider(walk))).to_have_count(0)
        walk.page.locator('select[name="field"]').select_option("steps")
        walk.page.locator('input[name="on"]').fill("２０２０年１月１日")
        walk.click(walk.button("sights.ask"))
        expect(walk.page.get_by_text(walk.say("sights.nobody_means"))).to_be_visible()
        walk.page.locator('input[name="on"]').fill("yesterday")
        walk.click(walk.button("sights.ask"))
        expect(walk.page.get_by_role("alert")).to_contain_text(walk.say("sights.fault_day"))


@SPOKEN
@EVERYWHERE
def test_a_withdrawal_is_followed_to_the_end_of_the_deletion(
    chromium: Browser, bank_server: BankServer, client: ProviderClient, language: str, width: int
):
    with walking(chromium, bank_server, language, width) as walk:
        path = given(walk, client, "steps")
        walk.go(path)
        walk.click(walk.link("consents.withdraw"))
        walk.click(walk.button("withdraw.do_delete"))
        walk.headed(walk.say("withdrawn.title"))
        done = walk.page.locator(".way-done")
        expect(done).to_have_count(1)
        recipient = Recipient(client)
        (notice,) = recipient.notices()
        walk.page.reload()
        expect(done).to_have_count(2)
        recipient.poll({"ack": [notice["jti"]]})
        walk.page.reload()
        expect(done).to_have_count(3)
        assert recipient.state(notice, recipient.statement(notice)).ok
        walk.page.reload()
        expect(done).to_have_count(4)
        over = walk.page.get_by_text(walk.say("aftermath.over", name=provider(walk)))
        expect(over).to_be_visible()


def test_a_consent_is_withdrawn_with_the_keyboard_alone(
    chromium: Browser, bank_server: BankServer, client: ProviderClient
):
    agree(bank_server, "hanako", client.authorization_url(client.push()), ("steps",))
    with walking(chromium, bank_server, "ja") as walk:
        walk.go(consent_of(bank_server, client))
        reach(walk, walk.link("consents.withdraw"))
        walk.page.keyboard.press("Enter")
        reach(walk, walk.button("withdraw.do_keep"))
        walk.page.keyboard.press("Enter")
        walk.headed(walk.say("withdrawn.title"))


def reach(walk: Walk, wanted: Locator) -> None:
    """Press the tabulator until something has the focus."""
    expect(wanted).to_be_visible()
    for _ in range(80):
        walk.page.keyboard.press("Tab")
        if wanted.evaluate("found => found === document.activeElement"):
            return
    pytest.fail("it cannot be reached with the keyboard")


@pytest.mark.parametrize("fields", [("steps",), ("steps", "distance", "very_active_minutes")])
def test_withdrawing_takes_no_more_clicks_than_giving(
    chromium: Browser, bank_server: BankServer, client: ProviderClient, fields: tuple[str, ...]
):
    client = client.asking(fields=list(fields))
    with walking(chromium, bank_server, "en", handle="taro") as walk:
        path = asks(walk, client)
        walk.go("/home")
        gave = clicked(walk, lambda: give_from_home(walk, path, fields))
        consent = consent_of(bank_server, client)
        walk.go("/home")
        withdrew = clicked(walk, lambda: withdraw_from_home(walk, consent))
        assert withdrew <= gave


def clicked(walk: Walk, act: Callable[[], None]) -> int:
    """Return how many clicks an act takes."""
    walk.clicks.clear()
    act()
    return len(walk.clicks)


def give_from_home(walk: Walk, path: str, fields: tuple[str, ...]) -> None:
    """Find the request among those that wait, and agree to all of it."""
    walk.click(walk.page.get_by_role("navigation").locator('a[href="/requests"]').first)
    walk.click(walk.page.locator(f'main a[href="{path}"]'))
    share(walk, *fields)
    walk.click(walk.button("request.agree"))
    expect(walk.page).to_have_url(AWAY)


def withdraw_from_home(walk: Walk, consent: str) -> None:
    """Find the consent among all, and withdraw it."""
    walk.click(walk.page.get_by_role("navigation").locator('a[href="/consents"]').first)
    walk.click(walk.page.locator(f'main a[href="{consent}/withdraw"]'))
    walk.click(walk.button("withdraw.do_keep"))
    walk.headed(walk.say("withdrawn.title"))


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing_typed(
    chromium: Browser, bank_server: BankServer, client: ProviderClient
):
    with walking(chromium, bank_server, "en", handle="kenji") as walk:
        asks(walk, client)
        share(walk, "steps")
        walk.page.context.clear_cookies()
        walk.click(walk.button("request.agree"))
        expect(walk.page.get_by_text(walk.say("resume.kept"))).to_be_visible()
        press_person(walk.page, "kenji")
        walk.headed(walk.say("resume.title"))
        walk.click(walk.button("resume.send"))
        expect(walk.page).to_have_url(AWAY)
        walk.go(consent_of(bank_server, client))
        expect(walk.page.locator(".items").first).to_contain_text("Steps")
