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
    html = render("reports_missing", Language.EN)
    assert html.count("</textarea>") == 1
    assert "&lt;/textarea&gt;" in html


def test_withdrawing_is_one_button_of_two_equal_ones_and_neither_is_chosen_for_her(
    render: Render,
):
    """Giving: open the request, choose each field, agree.  Withdrawing: open, press the button."""
    consents = render("consents", Language.JA)
    confirm = render("withdraw", Language.JA)
    withdraw = re.search(r'href="(/consents/[0-9a-f-]+/withdraw)"', consents)
    assert withdraw is not None
    assert f'action="{withdraw.group(1)}"' in confirm
    buttons = r'<button class="([^"]*)" type="submit" name="afterwards" value="(\w+)"'
    assert re.findall(buttons, confirm) == [
        ("button button-stop", "delete"),
        ("button button-stop", "keep"),
    ]
    assert 'type="radio"' not in confirm
    assert 'type="checkbox"' not in confirm


def test_special_care_and_what_widens_are_confirmed_with_every_choice_carried(render: Render):
    html = render("request_confirm", Language.EN)
    assert 'name="confirmed" value="yes"' in html
    assert 'name="share.0.steps" value="yes"' in html
    assert 'name="explicit.health_check" value="yes"' in html
    assert "reaches further than today" in render("request_confirm_wider", Language.EN)


def test_a_changed_request_shows_each_change_from_what_to_what(render: Render):
    html = render("request_renewing", Language.EN)
    assert html.count('class="change-wider"') == 1
    assert html.count("change-before") == html.count("change-after") == 3


def test_what_anybody_wrote_cannot_write_markup(render: Render):
    for label in (
        "request_renewing",
        "consents_sought",
        "who_can_see_category",
        "mandate_new_group",
    ):
        html = render(label, Language.JA)
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_a_step_of_a_mandate_carries_the_others_and_chooses_nothing(render: Render):
    html = render("mandate_new_classes", Language.EN)
    assert 'type="hidden" name="group" value="&#34;&gt;&lt;script&gt;"' in html
    assert html.count('type="checkbox"') == 2


def test_a_mandate_under_which_nothing_was_released_stops_with_one_click(render: Render):
    assert 'name="afterwards" value="keep"' in render("mandate_fresh", Language.EN)
    one_click = re.compile(r'action="/mandates/[0-9a-f-]+/stop"')
    assert one_click.search(render("mandate_fresh", Language.EN))
    assert not one_click.search(render("mandate", Language.EN))


def test_only_a_consent_in_force_offers_withdrawal(render: Render):
    assert '/withdraw"' in render("consent", Language.JA)
    assert '/withdraw"' not in render("consent_ended", Language.JA)


def test_a_provider_without_certificate_is_marked(render: Render):
    html = render("consent_ended", Language.EN)
    assert "No valid certificate" in html
    assert "Certified provider" not in html


def test_a_status_without_words_of_its_own_is_explained_as_ours(render: Render):
    html = render("error_odd", Language.EN)
    assert "Error 502" in html
    assert "Something went wrong on our side" in html
