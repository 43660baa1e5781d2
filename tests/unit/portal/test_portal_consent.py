"""The consent screens keep the promises they make."""

import re
from collections.abc import Callable

from infobank.vocabulary.text.language import Language

Render = Callable[[str, Language], str]
BUTTON = re.compile(r'<button class="([^"]*)" type="submit" name="decision" value="(\w+)">')


def test_nothing_is_chosen_for_the_resident(render: Render):
    html = render("request", Language.JA)
    assert html.count('type="radio"') == 8
    assert " checked" not in html


def test_a_form_that_came_back_keeps_the_choices_and_names_what_is_missing(render: Render):
    html = render("request_fault", Language.EN)
    assert html.count(" checked") == 2
    assert 'id="share.0.steps-yes" name="share.0.steps" value="yes" checked' in html
    assert '<a href="#share.0.distance-yes">Distance</a>' in html
    assert "Some fields have no choice yet." in html


def test_agree_later_and_refuse_look_the_same(render: Render):
    buttons = BUTTON.findall(render("request", Language.JA))
    assert [value for _, value in buttons] == ["agree", "later", "refuse"]
    assert len({look for look, _ in buttons}) == 1


def test_a_providers_own_words_cannot_write_markup(render: Render):
    html = render("request", Language.EN)
    assert "&lt;b&gt;free&lt;/b&gt;" in html
    assert "<b>free" not in html


def test_typed_text_cannot_leave_its_field(render: Render):
    html = render("steward_fault", Language.EN)
    assert html.count("</textarea>") == 1
    assert "&lt;/textarea&gt;" in html


def test_withdrawing_takes_no_more_clicks_than_giving(render: Render):
    """Giving: open the request, choose at least once, agree.  Withdrawing: open, withdraw."""
    consents = render("consents", Language.JA)
    confirm = render("withdraw", Language.JA)
    withdraw = re.search(r'href="(/consents/[0-9a-f-]+/withdraw)"', consents)
    assert withdraw is not None
    assert f'action="{withdraw.group(1)}"' in confirm
    assert 'type="radio"' not in confirm
    assert 'type="checkbox"' not in confirm
    assert "required" not in confirm


def test_only_a_consent_in_force_offers_withdrawal(render: Render):
    assert "/withdraw" in render("consent", Language.JA)
    assert "/withdraw" not in render("consent_ended", Language.JA)


def test_a_provider_without_certificate_is_marked(render: Render):
    html = render("consent_ended", Language.EN)
    assert "No valid certificate" in html
    assert "Certified provider" not in html


def test_a_status_without_words_of_its_own_is_explained_as_ours(render: Render):
    html = render("error_odd", Language.EN)
    assert "Error 502" in html
    assert "Something went wrong on our side" in html
